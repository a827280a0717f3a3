//! Conversations and the directory of channels.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use rialto_convert::conversations::{channel_view, conversation_view};
use rialto_convert::identity::actor;
use rialto_wire::list::List;
use rialto_wire::messaging::{ChangeConversationRequest, ConversationView, CreateConversationRequest};

use super::convert::{change_conversation as changes_of, start_conversation};
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::etag;
use crate::lists::list_of;
use crate::path::ConversationPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Starts a conversation, or opens the direct one that the pair has already.
#[utoipa::path(
    tag = "conversations",
    request_body = CreateConversationRequest,
    responses(
        (status = 201, description = "It is new", body = ConversationView),
        (status = 200, description = "The pair had this direct conversation", body = ConversationView),
    )
)]
#[post("/api/v1/conversations")]
pub(crate) async fn create_conversation(
    state: State,
    request: Signed<ValidJson<CreateConversationRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let input = start_conversation(body, &caller.user)?;
    let messaging = state.messaging.clone();
    let (conversation, is_new) = run_to_end(async move { messaging.create_conversation(input).await }).await?;
    let summary = state.messaging.find_conversation(conversation.id, caller.id()).await?;
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(conversation_view(&summary, caller.id())))
}

/// The conversations one is in, the liveliest first.
#[utoipa::path(
    tag = "conversations",
    params(PageQuery),
    responses((status = 200, description = "A page of conversations", body = List<ConversationView>))
)]
#[get("/api/v1/conversations")]
pub(crate) async fn list_conversations(
    state: State,
    request: Signed<ValidQuery<PageQuery>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery(page) } = request;
    let found = state.messaging.list_conversations(caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |summary| conversation_view(&summary, caller.id()))))
}

/// One conversation: its members see all of it, everyone sees that a public channel is there.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 200, description = "The conversation", body = ConversationView))
)]
#[get("/api/v1/conversations/{id}")]
pub(crate) async fn get_conversation(
    req: HttpRequest,
    state: State,
    request: Signed<ConversationPath>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ConversationPath(id) } = request;
    let summary = state.messaging.find_conversation(id, caller.id()).await?;
    etag::answer(&req, &conversation_view(&summary, caller.id()))
}

/// Makes a conversation different.
///
/// Its admins change name, topic, slow mode, receipts and whether guests may write; its owner also who may find it and
/// whether it is archived. Members hear of it as `conversation.changed`.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    request_body = ChangeConversationRequest,
    responses((status = 200, description = "The conversation as it is now", body = ConversationView))
)]
#[patch("/api/v1/conversations/{id}")]
pub(crate) async fn change_conversation(
    state: State,
    request: Signed<(ConversationPath, ValidJson<ChangeConversationRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidJson(body)) } = request;
    let (changes, by) = (changes_of(body)?, actor(&caller.user));
    let messaging = state.messaging.clone();
    let summary = run_to_end(async move { messaging.change_conversation(id, by, changes).await }).await?;
    Ok(HttpResponse::Ok().json(conversation_view(&summary, caller.id())))
}

/// Removes a conversation with all that is in it; for its owner. It cannot be undone.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 204, description = "It is gone"))
)]
#[delete("/api/v1/conversations/{id}")]
pub(crate) async fn delete_conversation(
    state: State,
    request: Signed<ConversationPath>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ConversationPath(id) } = request;
    let (messaging, by) = (state.messaging.clone(), actor(&caller.user));
    run_to_end(async move { messaging.delete_conversation(id, by).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The directory of public channels, in order of name.
///
/// It is the same for every reader: `role` and `last_message` are always `null` here.
#[utoipa::path(
    tag = "conversations",
    params(PageQuery),
    responses((status = 200, description = "A page of channels", body = List<ConversationView>))
)]
#[get("/api/v1/channels")]
pub(crate) async fn list_channels(
    state: State,
    request: Signed<ValidQuery<PageQuery>>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery(page) = request.input;
    let found = state.messaging.list_channels(page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |listing| channel_view(&listing))))
}
