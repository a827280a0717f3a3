//! Users, conversations and messages as clients see them.

use rialto_identity::User;
use rialto_messaging::{Conversation, ConversationKind, Member, MemberRole, Message, Nonce};
use serde::Serialize;
use uuid::Uuid;

use super::people::Face;
use crate::time::rfc3339;

/// The user to whom it is shown.
#[derive(Debug, Serialize)]
pub(super) struct OwnUser {
    id: Uuid,
    email: String,
    username: String,
    is_active: bool,
    created_at: String,
}

impl OwnUser {
    pub fn of(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: email_of(user),
            username: user.username.as_str().to_owned(),
            is_active: user.disabled_at.is_none(),
            created_at: rfc3339(user.created_at),
        }
    }
}

/// The address, which is empty where there is none.
pub(super) fn email_of(user: &User) -> String {
    user.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default()
}

/// A conversation with those who are in it.
#[derive(Debug, Serialize)]
pub(super) struct ConversationView {
    conversation: ConversationFacts,
    participants: Vec<Participant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_new: Option<bool>,
}

#[derive(Debug, Serialize)]
struct ConversationFacts {
    id: Uuid,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<Uuid>,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize)]
struct Participant {
    id: Uuid,
    email: String,
    username: String,
    is_active: bool,
    role: &'static str,
    joined_at: String,
    created_at: String,
}

impl ConversationView {
    pub fn of(conversation: &Conversation, members: Vec<(Member, Face)>) -> Self {
        // Whoever made a group owns it, until they hand it over.
        let owner = members.iter().find(|(member, _)| member.role == MemberRole::Owner);
        let created_by = owner.map(|(member, _)| member.user.id.uuid());
        let participant = |(member, face): (Member, Face)| Participant {
            id: member.user.id.uuid(),
            email: face.email,
            username: member.user.username,
            is_active: face.is_active,
            role: role_word(member.role),
            joined_at: rfc3339(member.joined_at),
            created_at: rfc3339(face.created_at),
        };
        Self {
            conversation: ConversationFacts {
                id: conversation.id.uuid(),
                kind: conversation.kind.as_str(),
                name: conversation.name.as_ref().map(|name| name.as_str().to_owned()),
                created_by,
                created_at: rfc3339(conversation.created_at),
                updated_at: rfc3339(conversation.last_event_at),
            },
            participants: members.into_iter().map(participant).collect(),
            is_new: None,
        }
    }

    pub fn that_is_new(self, is_new: bool) -> Self {
        Self { is_new: Some(is_new), ..self }
    }
}

const fn role_word(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner | MemberRole::Admin => "admin",
        MemberRole::Member | MemberRole::Reader => "member",
    }
}

/// Whether conversations of this kind are of this surface.
pub(super) const fn is_shown(kind: ConversationKind) -> bool {
    match kind {
        ConversationKind::Direct | ConversationKind::Group => true,
        ConversationKind::Channel => false,
    }
}

/// A message; `Time` is how the way that it goes tells times.
#[derive(Debug, Serialize)]
pub(super) struct MessageView<Time> {
    id: Uuid,
    conversation_id: Uuid,
    sender_id: Uuid,
    sender_username: String,
    content: String,
    #[serde(rename = "type")]
    kind: &'static str,
    sent_at: Time,
}

impl MessageView<String> {
    /// As HTTP shows it; `None` if there is nothing to show any more.
    pub fn of(message: &Message) -> Option<Self> {
        Self::at(message, rfc3339(message.created_at))
    }
}

impl MessageView<i64> {
    /// As it goes over a socket.
    pub fn on_socket(message: &Message) -> Option<Self> {
        Self::at(message, message.created_at.timestamp_millis())
    }
}

impl<Time> MessageView<Time> {
    fn at(message: &Message, sent_at: Time) -> Option<Self> {
        let content = message.content.as_ref()?.as_str().to_owned();
        Some(Self {
            id: message.id.uuid(),
            conversation_id: message.conversation_id.uuid(),
            sender_id: message.sender.id.uuid(),
            sender_username: message.sender.username.clone(),
            content,
            kind: MessageType::of(&message.nonce).word(),
            sent_at,
        })
    }
}

/// What a client says a message is. Other ways in know nothing of it, so it is kept in the sender's own mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageType {
    Text,
    Image,
    File,
    Audio,
}

impl MessageType {
    const ALL: [Self; 4] = [Self::Text, Self::Image, Self::File, Self::Audio];

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::File => "file",
            Self::Audio => "audio",
        }
    }

    /// The mark of a message of this type.
    pub fn mark(self, id: Uuid) -> Option<Nonce> {
        Nonce::parse(&format!("{MARK}{}:{id}", self.word())).ok()
    }

    /// The type that a mark tells; text unless it does.
    fn of(mark: &Nonce) -> Self {
        let word = mark.as_str().strip_prefix(MARK).and_then(|mark| mark.split(':').next());
        word.and_then(Self::from_word).unwrap_or(Self::Text)
    }
}

const MARK: &str = "gochat:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_the_type_and_any_other_tells_text() {
        for kind in MessageType::ALL {
            assert_eq!(MessageType::of(&kind.mark(Uuid::max()).unwrap()), kind);
        }
        for mark in ["0198f-7c2e.A", "gochat:", "gochat:film:1", "image"] {
            assert_eq!(MessageType::of(&Nonce::parse(mark).unwrap()), MessageType::Text, "{mark}");
        }
    }
}
