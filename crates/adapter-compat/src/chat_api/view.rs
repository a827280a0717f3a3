//! Users, messages and rooms as they are shown.

use rialto_identity::User;
use rialto_messaging::{Conversation, Member, Message};
use serde::Serialize;

use super::id::hex;
use super::place::Place;
use crate::time::rfc3339;

#[derive(Debug, Serialize)]
pub(super) struct UserView {
    id: String,
    username: String,
    /// Empty for all but its owner: a list of everybody's addresses is nobody's to read.
    email: String,
    is_online: bool,
    created_at: String,
}

impl UserView {
    /// A user as others see them.
    pub fn of(user: &User, is_online: bool) -> Self {
        Self {
            id: hex(user.id.uuid()),
            username: user.username.as_str().to_owned(),
            email: String::new(),
            is_online,
            created_at: rfc3339(user.created_at),
        }
    }

    /// A user as they see themselves.
    pub fn own(user: &User, is_online: bool) -> Self {
        let email = user.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default();
        Self { email, ..Self::of(user, is_online) }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct MessageView {
    id: String,
    sender: String,
    recipient: Option<String>,
    content: String,
    created_at: String,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<String>,
}

impl MessageView {
    /// A message that was said at a place; `None` once it is taken back. Replies in threads are not part of what clients of this
    /// surface know.
    pub fn of(message: &Message, place: &Place) -> Option<Self> {
        let content = message.content.as_ref().filter(|_| message.thread_root.is_none())?;
        let at = rfc3339(message.created_at);
        Some(Self {
            id: hex(message.id.uuid()),
            sender: message.sender.username.clone(),
            recipient: place.recipient_of(message).map(str::to_owned),
            content: content.as_str().to_owned(),
            created_at: at.clone(),
            timestamp: at,
            room_id: matches!(place, Place::Room).then(|| hex(message.conversation_id.uuid())),
        })
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RoomView {
    id: String,
    name: String,
    description: String,
    members: Vec<String>,
    created_at: String,
}

impl RoomView {
    pub fn of(room: &Conversation, members: &[Member]) -> Self {
        Self {
            id: hex(room.id.uuid()),
            name: room.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
            description: room.topic.as_str().to_owned(),
            members: members.iter().map(|member| hex(member.user.id.uuid())).collect(),
            created_at: rfc3339(room.created_at),
        }
    }
}
