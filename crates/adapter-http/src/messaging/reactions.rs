//! Reactions under a message.

use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, dev::Payload, put};
use std::future::{Ready, ready};

use rialto_convert::identity::actor;
use rialto_convert::messages::message_view;
use rialto_messaging::Emoji;
use rialto_wire::messaging::MessageView;

use crate::auth::{Authenticated, Signed};
use crate::error::ApiError;
use crate::fields::FieldErrors;
use crate::path::MessagePath;
use crate::state::State;
use crate::task::run_to_end;

/// The `emoji` of `/messages/{id}/reactions/{emoji}`.
#[derive(Debug)]
pub(crate) struct EmojiPath(Emoji);

impl FromRequest for EmojiPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = req.match_info().query("emoji");
        let mut errors = FieldErrors::default();
        ready(errors.check("emoji", Emoji::parse(text)).map(Self).ok_or_else(|| errors.into_invalid_body()))
    }
}

/// Reacts to a message. Reacting so again changes nothing.
///
/// Members hear of it as `reaction.added`.
#[utoipa::path(
    tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "Which message"),
        ("emoji" = String, Path, description = "One emoji, percent-encoded", example = "👍"),
    ),
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[put("/api/v1/messages/{id}/reactions/{emoji}")]
pub(crate) async fn react(state: State, request: Signed<(MessagePath, EmojiPath)>) -> Result<HttpResponse, ApiError> {
    set(state, request.caller, request.input, true).await
}

/// Takes a reaction back. Taking back what is not there changes nothing.
///
/// Members hear of it as `reaction.removed`.
#[utoipa::path(
    tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "Which message"),
        ("emoji" = String, Path, description = "One emoji, percent-encoded", example = "👍"),
    ),
    responses((status = 200, description = "The message as it is now", body = MessageView))
)]
#[delete("/api/v1/messages/{id}/reactions/{emoji}")]
pub(crate) async fn unreact(state: State, request: Signed<(MessagePath, EmojiPath)>) -> Result<HttpResponse, ApiError> {
    set(state, request.caller, request.input, false).await
}

async fn set(
    state: State,
    caller: Authenticated,
    (MessagePath(id), EmojiPath(emoji)): (MessagePath, EmojiPath),
    present: bool,
) -> Result<HttpResponse, ApiError> {
    let (messaging, by) = (state.messaging.clone(), actor(&caller.user));
    let message = run_to_end(async move { messaging.set_reaction(id, by, emoji, present).await }).await?;
    Ok(HttpResponse::Ok().json(message_view(&message, Some(caller.id()))))
}
