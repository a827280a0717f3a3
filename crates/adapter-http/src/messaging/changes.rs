//! One message: read, edited, taken back.

use actix_web::{HttpResponse, delete, get, patch};
use rialto_convert::identity::actor;
use rialto_convert::messages::{message_view, revision_view};
use rialto_messaging::MessageContent;
use rialto_messaging::service::EditMessage;
use rialto_wire::list::List;
use rialto_wire::messaging::{EditMessageRequest, MessageView, RevisionView};

use super::convert::field;
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::path::MessagePath;
use crate::state::State;
use crate::task::run_to_end;

/// One message, for members of its conversation.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[get("/api/v1/messages/{id}")]
pub(crate) async fn get_message(state: State, request: Signed<MessagePath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: MessagePath(id) } = request;
    let message = state.messaging.find_message(id, caller.id()).await?;
    Ok(HttpResponse::Ok().json(message_view(&message, Some(caller.id()))))
}

/// Says one's own message differently.
///
/// What it said before is kept as a revision. Members hear of it as `message.edited`.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    request_body = EditMessageRequest,
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[patch("/api/v1/messages/{id}")]
pub(crate) async fn edit_message(
    state: State,
    request: Signed<(MessagePath, ValidJson<EditMessageRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (MessagePath(message_id), ValidJson(body)) } = request;
    let content = field("content", MessageContent::parse(&body.content))?;
    let input = EditMessage { message_id, by: actor(&caller.user), content };
    let messaging = state.messaging.clone();
    let message = run_to_end(async move { messaging.edit_message(input).await }).await?;
    Ok(HttpResponse::Ok().json(message_view(&message, Some(caller.id()))))
}

/// Takes a message back: one's own, or another's by who keeps order.
///
/// Its content and revisions are gone for good; the tombstone stays. Members hear of it as `message.deleted`.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 200, description = "The tombstone", body = MessageView))
)]
#[delete("/api/v1/messages/{id}")]
pub(crate) async fn delete_message(state: State, request: Signed<MessagePath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: MessagePath(id) } = request;
    let (messaging, by) = (state.messaging.clone(), actor(&caller.user));
    let message = run_to_end(async move { messaging.delete_message(id, by).await }).await?;
    Ok(HttpResponse::Ok().json(message_view(&message, Some(caller.id()))))
}

/// What a message said before each edit, oldest first.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 200, description = "All of them; none once it is deleted", body = List<RevisionView>))
)]
#[get("/api/v1/messages/{id}/revisions")]
pub(crate) async fn list_revisions(state: State, request: Signed<MessagePath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: MessagePath(id) } = request;
    let revisions = state.messaging.list_revisions(id, caller.id()).await?;
    let items = revisions.iter().map(revision_view).collect();
    Ok(HttpResponse::Ok().json(List::<RevisionView> { items, next_cursor: None }))
}
