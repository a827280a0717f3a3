use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ConversationStateView, MemberView, MessageView, ProfileView};
use crate::alerts::AlertFired;
use crate::time::Timestamp;

/// One entry of a conversation's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// Its number: the first is 1, and there are no holes.
    pub seq: u64,
    /// When it was logged.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBodyView,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "event", content = "data")]
pub enum EventBodyView {
    /// Somebody said something.
    #[serde(rename = "message.created")]
    MessageCreated(MessageView),
    /// The sender said it differently.
    #[serde(rename = "message.edited")]
    MessageEdited(MessageView),
    /// It was taken back: the tombstone.
    #[serde(rename = "message.deleted")]
    MessageDeleted(MessageView),
    /// Somebody reacted.
    #[serde(rename = "reaction.added")]
    ReactionAdded(ReactionChangeView),
    /// Somebody took a reaction back.
    #[serde(rename = "reaction.removed")]
    ReactionRemoved(ReactionChangeView),
    /// A message was pinned.
    #[serde(rename = "pin.added")]
    PinAdded(PinChangeView),
    /// A message was unpinned.
    #[serde(rename = "pin.removed")]
    PinRemoved(PinChangeView),
    /// Somebody came in.
    #[serde(rename = "member.added")]
    MemberAdded(MemberView),
    /// Somebody left or was removed.
    #[serde(rename = "member.removed")]
    MemberRemoved {
        /// Who.
        user: ProfileView,
    },
    /// A member's role is another now.
    #[serde(rename = "member.role_changed")]
    MemberRoleChanged(MemberView),
    /// A member was muted, or may write again.
    #[serde(rename = "member.mute_changed")]
    MemberMuteChanged(MemberView),
    /// Name, topic, visibility or settings are others now.
    #[serde(rename = "conversation.changed")]
    ConversationChanged(ConversationStateView),
    /// The conversation is gone; told live only.
    #[serde(rename = "conversation.deleted")]
    ConversationDeleted {},
    /// Personal: one came into a conversation.
    #[serde(rename = "conversation.entered")]
    ConversationEntered {
        /// Which.
        conversation_id: Uuid,
    },
    /// Personal: one is not in a conversation any more.
    #[serde(rename = "conversation.left")]
    ConversationLeft {
        /// Which.
        conversation_id: Uuid,
    },
    /// Personal: one has read on, on whatever device.
    #[serde(rename = "read.changed")]
    ReadChanged(ReadChangeView),
    /// Personal: a price alert of one's own fired.
    #[serde(rename = "alert.fired")]
    AlertFired(Box<AlertFired>),
    /// Personal: something that has no event of its own.
    #[serde(rename = "notice")]
    Notice(NoticeView),
}

/// Something that a part of the server tells one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    /// The same one is told once.
    pub id: Uuid,
    /// What it is about, such as `alert.fired`.
    pub name: String,
    /// What there is to say, by name.
    pub fields: BTreeMap<String, String>,
}

/// A reaction that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionChangeView {
    /// To which message.
    pub message_id: Uuid,
    /// Whose.
    pub user: ProfileView,
    /// Which.
    pub emoji: String,
    /// How many users react to the message so now.
    pub count: u64,
}

/// A pin that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinChangeView {
    /// Which message.
    pub message_id: Uuid,
    /// Who did it.
    pub user: ProfileView,
    /// Whether the message is pinned now.
    pub pinned: bool,
}

/// A read pointer that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadChangeView {
    /// Where.
    pub conversation_id: Uuid,
    /// The first message of the thread, if it is about a thread.
    pub thread_root: Option<Uuid>,
    /// The pointer.
    pub ordinal: u64,
    /// The last message of the conversation when the counts were taken: later ones come on top.
    pub last_ordinal: u64,
    /// Messages after the pointer.
    pub unread: u64,
    /// Those of them that mention the reader.
    pub mentions: u64,
}
