//! Users who may not come in.

use actix_web::{HttpResponse, delete, get, put};
use rialto_convert::moderation::ban_view;
use rialto_wire::list::List;
use rialto_wire::messaging::{BanView, ReasonRequest};

use super::convert::reason;
use crate::auth::Signed;
use crate::body::OptionalJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::{ConversationPath, MemberPath};
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Keeps a user out, member or not; for who keeps order. A member is taken out by it.
#[utoipa::path(
    tag = "moderation",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    request_body(content = Option<ReasonRequest>),
    responses((status = 204, description = "They are out, and stay out"))
)]
#[put("/api/v1/conversations/{id}/bans/{user_id}")]
pub(crate) async fn ban_user(
    state: State,
    request: Signed<(ConversationPath, MemberPath, OptionalJson<ReasonRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id), OptionalJson(body)) } = request;
    let (messaging, reason) = (state.messaging.clone(), reason(&body.reason)?);
    run_to_end(async move { messaging.ban_user(id, caller.id(), user_id, reason).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets a user come in again; they do not come in by it.
#[utoipa::path(
    tag = "moderation",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    responses((status = 204, description = "They may come in"))
)]
#[delete("/api/v1/conversations/{id}/bans/{user_id}")]
pub(crate) async fn lift_ban(
    state: State,
    request: Signed<(ConversationPath, MemberPath)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id)) } = request;
    let messaging = state.messaging.clone();
    run_to_end(async move { messaging.lift_ban(id, caller.id(), user_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who is kept out; for who keeps order.
#[utoipa::path(
    tag = "moderation",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), PageQuery),
    responses((status = 200, description = "A page of bans", body = List<BanView>))
)]
#[get("/api/v1/conversations/{id}/bans")]
pub(crate) async fn list_bans(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<PageQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery(page)) } = request;
    let found = state.messaging.list_bans(id, caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |ban| ban_view(&ban))))
}
