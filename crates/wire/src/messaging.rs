//! Conversations, members, messages, events, presence.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
    /// The newest message; `null` when there is none or the reader has not joined.
    pub last_message: Option<MessageView>,
}

/// The face a user shows to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileView {
    /// Who.
    pub id: Uuid,
    /// Unique name.
    pub username: String,
    /// The name people see.
    pub display_name: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
}

/// A user in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberView {
    /// Who.
    pub user: ProfileView,
    /// `owner`, `admin`, `member` or `reader`.
    pub role: String,
    /// Since when.
    pub joined_at: Timestamp,
}

/// Brings a user into a conversation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMemberRequest {
    /// Who comes in.
    pub user_id: Uuid,
}

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
    /// The first message of the thread it belongs to. This server has no threads yet: must be `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<Uuid>,
    /// Files to attach. This server takes none yet: must be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 0)]
    pub files: Vec<Uuid>,
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
    /// What was said.
    pub content: String,
    /// The message it answers.
    pub reply_to: Option<Uuid>,
    /// When it was said.
    pub created_at: Timestamp,
    /// The sender's own mark; shown to the sender alone, and never in events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

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
    /// Somebody came in.
    #[serde(rename = "member.added")]
    MemberAdded(MemberView),
    /// Somebody left or was removed.
    #[serde(rename = "member.removed")]
    MemberRemoved {
        /// Who.
        user: ProfileView,
    },
}

/// Whether a user is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceView {
    /// Who.
    pub user_id: Uuid,
    /// Whether any of their devices is connected.
    pub online: bool,
    /// When their last device left.
    pub last_seen_at: Option<Timestamp>,
}
