use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ProfileView;
use crate::time::Timestamp;

/// Says something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessageRequest {
    /// 1 to 8,000 characters.
    #[schema(example = "hi", min_length = 1, max_length = 8000)]
    pub content: String,
    /// The sender's own mark: sending again with the same nonce never makes a second message. 1 to 64
    /// printable ASCII characters. Over HTTP the header `Idempotency-Key` does the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The message it answers, in the same conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// The first message of the thread it belongs to, in the same conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<Uuid>,
    /// Files to attach. This server takes none yet: must be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 0)]
    pub files: Vec<Uuid>,
}

/// Says a message differently.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessageRequest {
    /// 1 to 8,000 characters.
    #[schema(example = "hello", min_length = 1, max_length = 8000)]
    pub content: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    /// Stable for ever.
    pub id: Uuid,
    /// Where it was said.
    pub conversation_id: Uuid,
    /// Number of the event that made it.
    pub seq: u64,
    /// Number among the messages of the conversation.
    pub ordinal: u64,
    /// Who said it.
    pub sender: ProfileView,
    /// What kind of message: always `text`.
    #[serde(default)]
    pub kind: MessageKindWord,
    /// What it says now; `null` once it is deleted.
    pub content: Option<String>,
    /// The message it answers.
    pub reply_to: Option<Uuid>,
    /// The first message of the thread it belongs to.
    #[serde(default)]
    pub thread_root: Option<Uuid>,
    /// The thread it starts or belongs to, as it is now; `null` if nobody has replied.
    #[serde(default)]
    pub thread: Option<ThreadSummaryView>,
    /// Who reacted how.
    #[serde(default)]
    pub reactions: Vec<ReactionView>,
    /// Whom it mentions.
    #[serde(default)]
    pub mentions: Vec<MentionView>,
    /// Whether it is pinned.
    #[serde(default)]
    pub pinned: bool,
    /// When it was last said differently.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
    /// When it was taken back.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// When it was said.
    pub created_at: Timestamp,
    /// The sender's own mark; shown to the sender alone, and never in events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// The kinds of message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKindWord {
    /// Text by a user; Markdown and links are kept as typed.
    #[default]
    Text,
}

/// What hangs on a message that others replied to in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThreadSummaryView {
    /// How many replies there are, deleted ones included.
    pub replies: u64,
    /// When the last one was said.
    pub last_reply_at: Timestamp,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// How many users react so.
    pub count: u64,
    /// Whether the reader does; left out in events, which are the same for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<bool>,
}

/// Whom a message mentions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MentionView {
    /// A member.
    User {
        /// Who.
        user_id: Uuid,
        /// Their name now.
        username: String,
    },
    /// Everybody in the conversation.
    All,
    /// Everybody who was online then.
    Here,
}

/// What a message said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevisionView {
    /// What it said.
    pub content: String,
    /// Since when.
    pub at: Timestamp,
}

/// A thread with a page of its replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThreadView {
    /// Its first message.
    pub root: MessageView,
    /// How many replies there are, deleted ones included.
    pub replies: u64,
    /// The reader's pointer in it; `null` if the reader does not follow it.
    pub read: Option<u64>,
    /// How many replies after the pointer are neither the reader's own nor deleted.
    pub unread: u64,
    /// Some of its replies.
    pub items: Vec<MessageView>,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
}
