use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::MessageView;
use crate::time::Timestamp;

/// Starts a conversation. `direct` needs `participant_id`; `group` and `channel` need `name`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConversationRequest {
    /// `direct`, `group` or `channel`.
    pub kind: ConversationKindWord,
    /// The other user of a direct conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_id: Option<Uuid>,
    /// The name of a group or channel: 1 to 100 characters; unique among channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who is in a group or channel from the start, besides oneself; at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_ids: Option<Vec<Uuid>>,
    /// Who may find and join a channel; `public` unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<VisibilityWord>,
    /// What it is about: at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// The kinds of conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKindWord {
    /// Two users, one conversation per pair.
    Direct,
    /// Named, by invitation.
    Group,
    /// Named uniquely; joinable when public.
    Channel,
}

/// Who may find and join a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisibilityWord {
    /// Listed in the directory; anyone may join.
    Public,
    /// Known to its members alone.
    Private,
}

/// A conversation as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationView {
    /// Stable for ever.
    pub id: Uuid,
    /// Direct, group or channel.
    pub kind: ConversationKindWord,
    /// `null` for direct conversations.
    pub name: Option<String>,
    /// What it is about; may be empty.
    pub topic: String,
    /// Who may find and join it.
    pub visibility: VisibilityWord,
    /// When it was made.
    pub created_at: Timestamp,
    /// Number of the last logged event.
    pub last_seq: u64,
    /// How many members it has.
    pub members_count: u64,
    /// The reader's role: `owner`, `admin`, `member`, `reader`; `null` for a public channel not joined.
    pub role: Option<String>,
    /// The newest message outside threads; `null` when there is none or the reader has not joined.
    pub last_message: Option<MessageView>,
    /// The reader's read pointer: the highest ordinal read; `null` when the reader has not joined.
    #[serde(default)]
    pub read: Option<u64>,
    /// How many messages after it are neither the reader's own nor deleted nor in threads.
    #[serde(default)]
    pub unread: u64,
    /// How many of the unread messages, those in threads too, mention the reader.
    #[serde(default)]
    pub mentions: u64,
    /// Since when nobody writes in it any more.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// How many seconds a member waits between two messages.
    #[serde(default)]
    pub slowmode_s: u32,
    /// Whether guests may write; counts in channels only.
    #[serde(default)]
    pub guests_may_write: bool,
    /// Whether members see how far the others have read.
    #[serde(default)]
    pub receipts: bool,
}

/// A conversation as all its members see it, in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationStateView {
    /// Stable for ever.
    pub id: Uuid,
    /// Direct, group or channel.
    pub kind: ConversationKindWord,
    /// `null` for direct conversations.
    pub name: Option<String>,
    /// What it is about; may be empty.
    pub topic: String,
    /// Who may find and join it.
    pub visibility: VisibilityWord,
    /// Since when nobody writes in it any more.
    pub archived_at: Option<Timestamp>,
    /// How many seconds a member waits between two messages.
    pub slowmode_s: u32,
    /// Whether guests may write; counts in channels only.
    pub guests_may_write: bool,
    /// Whether members see how far the others have read.
    pub receipts: bool,
}

/// What is to be different about a conversation; what is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeConversationRequest {
    /// 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Who may find and join a channel; the owner decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<VisibilityWord>,
    /// Whether it is archived; the owner decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// How many seconds a member waits between two messages: 0 to 21,600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 21600)]
    pub slowmode_s: Option<u32>,
    /// Whether guests may write in a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_may_write: Option<bool>,
    /// Whether members see how far the others have read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipts: Option<bool>,
}

/// What changed since a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangesView {
    /// Conversations in which something happened, each as it is now.
    pub items: Vec<ConversationView>,
    /// Conversations one is not in any more.
    pub left: Vec<Uuid>,
    /// Where to go on: at once while `more`, else another day.
    pub next_cursor: String,
    /// Whether there is more at once.
    pub more: bool,
}
