use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

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
    /// May not write until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
}

/// Gives a member another role.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMemberRequest {
    /// The new role. `owner` hands ownership over: the owner becomes `admin`.
    pub role: MemberRoleWord,
}

/// The roles of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRoleWord {
    /// Decides over the conversation itself.
    Owner,
    /// Invites, removes, keeps order.
    Admin,
    /// Reads and writes.
    Member,
    /// Reads.
    Reader,
}

/// Brings a user into a conversation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMemberRequest {
    /// Who comes in.
    pub user_id: Uuid,
}
