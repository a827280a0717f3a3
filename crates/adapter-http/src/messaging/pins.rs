//! Pinned messages.

use actix_web::{HttpResponse, delete, get, put};
use rialto_convert::identity::actor;
use rialto_convert::messages::message_view;
use rialto_wire::list::List;
use rialto_wire::messaging::MessageView;

use crate::auth::{Authenticated, Signed};
use crate::error::ApiError;
use crate::path::{ConversationPath, MessagePath};
use crate::state::State;
use crate::task::run_to_end;

/// Pins a message: admins of a group or channel, and both users of a direct conversation.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which message")),
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[put("/api/v1/messages/{id}/pin")]
pub(crate) async fn pin(state: State, request: Signed<MessagePath>) -> Result<HttpResponse, ApiError> {
    set(state, request.caller, request.input, true).await
}

/// Unpins a message.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which message")),
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[delete("/api/v1/messages/{id}/pin")]
pub(crate) async fn unpin(state: State, request: Signed<MessagePath>) -> Result<HttpResponse, ApiError> {
    set(state, request.caller, request.input, false).await
}

async fn set(
    state: State,
    caller: Authenticated,
    MessagePath(id): MessagePath,
    pinned: bool,
) -> Result<HttpResponse, ApiError> {
    let (messaging, by) = (state.messaging.clone(), actor(&caller.user));
    let message = run_to_end(async move { messaging.set_pin(id, by, pinned).await }).await?;
    Ok(HttpResponse::Ok().json(message_view(&message, Some(caller.id()))))
}

/// The pinned messages of a conversation, the one pinned last first: at most 100.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Which conversation")),
    responses((status = 200, description = "All of them", body = List<MessageView>))
)]
#[get("/api/v1/conversations/{id}/pins")]
pub(crate) async fn list_pins(state: State, request: Signed<ConversationPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ConversationPath(id) } = request;
    let pinned = state.messaging.list_pins(id, caller.id()).await?;
    let items = pinned.iter().map(|message| message_view(message, Some(caller.id()))).collect();
    Ok(HttpResponse::Ok().json(List::<MessageView> { items, next_cursor: None }))
}
