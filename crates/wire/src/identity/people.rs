//! What people show of themselves, whom they block, and how they go.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::UserView;
use crate::alerts::AlertView;
use crate::messaging::{ConversationKindWord, MessageView, ProfileView, RevisionView, VisibilityWord};
use crate::time::Timestamp;

/// Shows oneself differently. What is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProfileRequest {
    /// The name people see: 1 to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ann Lee", min_length = 1, max_length = 50)]
    pub display_name: Option<String>,
    /// A few words about oneself, with line breaks; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Climber.", max_length = 500)]
    pub bio: Option<String>,
    /// Where a picture lies: the server keeps a copy of it. `null` takes the picture away.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "https://example.org/ann.png", max_length = 2000)]
    pub avatar_url: Option<Option<String>>,
    /// Whether others see that one is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<PresenceWord>,
}

/// A field that is there, even as `null`.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Whether others see that one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceWord {
    /// They do.
    Shown,
    /// To them one is offline, and was never seen.
    Hidden,
}

/// Takes the account away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccountRequest {
    /// The password of the account; guests have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "correct horse")]
    pub password: Option<String>,
    /// What becomes of what one has said.
    #[serde(default)]
    pub messages: MessagesWord,
}

/// What becomes of the messages of a deleted account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessagesWord {
    /// They stay, by "Deleted user".
    #[default]
    Keep,
    /// They are taken back, everywhere.
    Delete,
}

/// Somebody whom one has blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockView {
    /// Whom.
    pub user: ProfileView,
    /// Since when.
    pub created_at: Timestamp,
}

/// All that the server keeps of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportView {
    /// `rialto.export.v1`: fields may be added to it, none is renamed.
    pub format: String,
    /// When it was made.
    pub exported_at: Timestamp,
    /// The profile.
    pub user: UserView,
    /// The devices that signed in, those that are signed out too as long as they are kept.
    pub sessions: Vec<SessionExport>,
    /// Whom one has blocked.
    pub blocks: Vec<BlockView>,
    /// The conversations one is in.
    pub conversations: Vec<ConversationExport>,
    /// What one has said, wherever it was, but what was taken back.
    pub messages: Vec<MessageExport>,
    /// How one reacts to what others say.
    pub reactions: Vec<ReactionExport>,
    /// The ids of the assets one follows, in the order in which they were added.
    #[schema(example = json!(["bitcoin"]))]
    pub watchlist: Vec<String>,
    /// One's alerts on prices, the newest first.
    pub alerts: Vec<AlertView>,
}

/// A device that signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionExport {
    /// The session.
    pub id: Uuid,
    /// What the client said of itself.
    pub user_agent: String,
    /// The network address it came from.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A conversation one is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationExport {
    /// Which.
    pub id: Uuid,
    /// Direct, group or channel.
    pub kind: ConversationKindWord,
    /// `null` for direct conversations.
    pub name: Option<String>,
    /// What it is about.
    pub topic: String,
    /// Who may find and join it.
    pub visibility: VisibilityWord,
    /// One's role in it.
    pub role: Option<String>,
    /// Since when one is in it.
    pub joined_at: Option<Timestamp>,
    /// The ordinal of the last message that one has read.
    pub read: Option<u64>,
}

/// Something one has said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageExport {
    /// As it is now.
    pub message: MessageView,
    /// What it said before each edit, oldest first.
    pub revisions: Vec<RevisionView>,
}

/// How one reacts to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionExport {
    /// To which.
    pub message_id: Uuid,
    /// How.
    pub emoji: String,
    /// Since when.
    pub created_at: Timestamp,
}
