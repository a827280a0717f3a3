//! Saying something, over HTTP or over a socket.

use actix_web::web;
use rialto_convert::identity::actor;
use rialto_identity::{User, Username};
use rialto_kernel::{ConversationId, Network, RateClass};
use rialto_messaging::service::{CreateConversation, RequestedConversation, SendMessage};
use rialto_messaging::{LOBBY, Message, MessageContent, Topic};
use serde::Deserialize;

use super::act::to_its_end;
use super::place::{Place, find_room};
use super::refusal::Refusal;
use super::{State, id};
use crate::limits;
use crate::send::send;

/// What somebody says, to whom.
#[derive(Debug, Deserialize)]
pub(super) struct Saying {
    #[serde(default)]
    content: String,
    /// A username.
    recipient: Option<String>,
    room_id: Option<String>,
}

/// Says it, in the name of `user`.
pub(super) async fn say(
    state: &web::Data<State>,
    user: &User,
    from: Network,
    saying: Saying,
) -> Result<(Message, Place), Refusal> {
    if saying.content.is_empty() {
        return Err(Refusal::bad("Content is required"));
    }
    let content =
        MessageContent::parse(&saying.content).map_err(|why| Refusal::bad(format!("Content {}", why.message)))?;
    limits::take_from_user(&state.deps, user.id, from, RateClass::Send).await.map_err(Refusal::too_often)?;
    let named = |name: Option<String>| name.filter(|name| !name.is_empty());
    let (conversation_id, place) = match (named(saying.recipient), named(saying.room_id)) {
        (None, None) => (LOBBY, Place::Global),
        (Some(recipient), None) => direct_with(state, user, &recipient).await?,
        (None, Some(room)) => (room_of(state, user, &room).await?, Place::Room),
        (Some(_), Some(_)) => return Err(Refusal::bad("A message is for a recipient or for a room, not for both")),
    };
    let message =
        SendMessage { conversation_id, sender: actor(user), content, nonce: None, reply_to: None, thread_root: None };
    let sent = send(&state.deps, message).await?;
    Ok((sent.message, place))
}

/// The direct conversation with somebody, which begins with the first message.
async fn direct_with(
    state: &web::Data<State>,
    user: &User,
    recipient: &str,
) -> Result<(ConversationId, Place), Refusal> {
    let unknown = || Refusal::not_found("recipient not found");
    let name = Username::parse(recipient).map_err(|_| unknown())?;
    let other = state.identity.find_member_named(&name).await?.ok_or_else(unknown)?;
    let what = RequestedConversation::Direct { with: other.id };
    let wanted = CreateConversation { creator: actor(user), what, topic: Topic::default() };
    let messaging = state.deps.messaging.clone();
    let (direct, _) = to_its_end(async move { messaging.create_conversation(wanted).await }).await?;
    let place = Place::of(&direct, user.id, &state.deps.messaging).await?;
    Ok((direct.id, place))
}

async fn room_of(state: &State, user: &User, room: &str) -> Result<ConversationId, Refusal> {
    let id = id::parse(room).ok_or_else(Refusal::no_such_room)?;
    Ok(find_room(id.into(), user.id, &state.deps.messaging).await?.id)
}
