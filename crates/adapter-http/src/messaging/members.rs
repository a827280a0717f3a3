//! Who is in a conversation.

use actix_web::{HttpResponse, delete, get, patch, post};
use rialto_convert::members::{member_role, member_view};
use rialto_messaging::service::AddMember;
use rialto_wire::list::List;
use rialto_wire::messaging::{AddMemberRequest, ChangeMemberRequest, MemberView};

use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::{ConversationPath, MemberPath};
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Comes into a public channel.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which channel")),
    responses((status = 200, description = "One's membership, new or not", body = MemberView))
)]
#[post("/api/v1/conversations/{id}/join")]
pub(crate) async fn join_channel(state: State, request: Signed<ConversationPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ConversationPath(id) } = request;
    let messaging = state.messaging.clone();
    let member = run_to_end(async move { messaging.join_channel(id, caller.id()).await }).await?;
    Ok(HttpResponse::Ok().json(member_view(&member)))
}

/// Goes out of a group or channel.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which conversation")),
    responses((status = 204, description = "One is out"))
)]
#[post("/api/v1/conversations/{id}/leave")]
pub(crate) async fn leave_conversation(
    state: State,
    request: Signed<ConversationPath>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ConversationPath(id) } = request;
    let messaging = state.messaging.clone();
    run_to_end(async move { messaging.leave_conversation(id, caller.id()).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The members, in order of joining.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), PageQuery),
    responses((status = 200, description = "A page of members", body = List<MemberView>))
)]
#[get("/api/v1/conversations/{id}/members")]
pub(crate) async fn list_members(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<PageQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery(page)) } = request;
    let found = state.messaging.list_members(id, caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |member| member_view(&member))))
}

/// Brings a user in.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which conversation")),
    request_body = AddMemberRequest,
    responses((status = 200, description = "The membership, new or not", body = MemberView))
)]
#[post("/api/v1/conversations/{id}/members")]
pub(crate) async fn add_member(
    state: State,
    request: Signed<(ConversationPath, ValidJson<AddMemberRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(conversation_id), ValidJson(body)) } = request;
    let input = AddMember { conversation_id, by: caller.id(), user_id: body.user_id.into() };
    let messaging = state.messaging.clone();
    let member = run_to_end(async move { messaging.add_member(input).await }).await?;
    Ok(HttpResponse::Ok().json(member_view(&member)))
}

/// Gives a member another role.
///
/// Owners and admins give what is below their own role to whoever is below it. `owner` hands ownership over: the owner
/// becomes `admin`. Members hear of it as `member.role_changed`.
#[utoipa::path(
    tag = "conversations",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    request_body = ChangeMemberRequest,
    responses((status = 200, description = "The member as they are now", body = MemberView))
)]
#[patch("/api/v1/conversations/{id}/members/{user_id}")]
pub(crate) async fn change_member(
    state: State,
    request: Signed<(ConversationPath, MemberPath, ValidJson<ChangeMemberRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id), ValidJson(body)) } = request;
    let (messaging, role) = (state.messaging.clone(), member_role(body.role));
    let member = run_to_end(async move { messaging.change_role(id, caller.id(), user_id, role).await }).await?;
    Ok(HttpResponse::Ok().json(member_view(&member)))
}

/// Takes a member out; oneself is leaving.
#[utoipa::path(
    tag = "conversations",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    responses((status = 204, description = "They are out"))
)]
#[delete("/api/v1/conversations/{id}/members/{user_id}")]
pub(crate) async fn remove_member(
    state: State,
    request: Signed<(ConversationPath, MemberPath)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id)) } = request;
    let messaging = state.messaging.clone();
    if user_id == caller.id() {
        run_to_end(async move { messaging.leave_conversation(id, user_id).await }).await?;
    } else {
        run_to_end(async move { messaging.remove_member(id, caller.id(), user_id).await }).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
