//! Running the server: accounts, invitations, the security log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

/// An account as admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// Stable for ever.
    pub id: Uuid,
    /// Unique name.
    pub username: String,
    /// Guests have none.
    pub email: Option<String>,
    /// The name people see.
    pub display_name: String,
    /// `admin`, `member` or `guest`.
    #[schema(example = "member")]
    pub role: String,
    /// Whether any of their devices is connected.
    pub online: bool,
    /// When their last device left.
    pub last_seen_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Since when it is closed; `null` while it is open.
    pub disabled_at: Option<Timestamp>,
}

/// Changes an account; what is left out stays.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccountRequest {
    /// Whether they run the server. Who does no more is signed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ServerRoleWord>,
    /// Whether the account is closed. Whoever it belongs to is signed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// What a user with a password is on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerRoleWord {
    /// Runs it.
    Admin,
    /// Does not.
    Member,
}

/// Gives a user another password.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPasswordRequest {
    /// At least 8 characters, at most 72 bytes.
    #[schema(example = "correct horse", min_length = 8, max_length = 72)]
    pub new_password: String,
}

/// Makes the first admin.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpRequest {
    /// From the set-up link that the server printed when it started.
    pub token: String,
    /// 3 to 50 letters, digits, `_`, `-` or `.`; unique in any letter case.
    #[schema(example = "root", min_length = 3, max_length = 50)]
    pub username: String,
    /// Unique in any letter case.
    #[schema(example = "root@example.org", max_length = 254)]
    pub email: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(example = "correct horse", min_length = 8, max_length = 72)]
    pub password: String,
}

/// Makes an invitation.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitationRequest {
    /// For how many hours it works, at most ten years; for ever unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 72, minimum = 1, maximum = 87600)]
    pub expires_in_hours: Option<u32>,
    /// How many accounts it is good for; any number unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 5, minimum = 1, maximum = 1000000)]
    pub max_uses: Option<u32>,
    /// Whom it is for: at most 200 characters, for admins alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "the reading circle", max_length = 200)]
    pub note: Option<String>,
}

/// An invitation to register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    pub id: Uuid,
    /// Whom it is for; may be empty.
    pub note: String,
    /// Which admin made it.
    pub created_by: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `null` is never.
    pub expires_at: Option<Timestamp>,
    /// How many accounts it is good for; `null` is any number.
    pub max_uses: Option<u32>,
    /// How many accounts were made with it.
    pub uses: u32,
    /// Whether one more account can be made with it now.
    pub usable: bool,
}

/// An invitation that is new. Its token is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedInvitationView {
    /// The invitation.
    pub invitation: InvitationView,
    /// For `invitation` of `auth/register` and `auth/upgrade`.
    pub token: String,
    /// Where whoever is invited registers, below the address of this server.
    #[schema(example = "/#invitation=Zm9yIGV4YW1wbGU")]
    pub link: String,
}

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecurityEntryView {
    /// When.
    pub at: Timestamp,
    /// What, such as `logged_in` or `role_changed`.
    #[schema(example = "role_changed")]
    pub act: String,
    /// Who did it; `null` when nobody had proven who they are, and for the command line.
    pub actor_id: Option<Uuid>,
    /// Whose account it is about.
    pub user_id: Option<Uuid>,
    /// In which session, or about which.
    pub session_id: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// More about it, such as the new role; may be empty.
    pub detail: String,
}

/// How much there is on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatsView {
    /// Who is there.
    pub users: UserCountsView,
    /// Devices that are signed in and can still refresh.
    pub live_sessions: u64,
    /// Conversations, the lobby and archived ones too.
    pub conversations: u64,
    /// Messages in them, deleted ones too.
    pub messages: u64,
    /// Sockets open on the node that answers.
    pub open_sockets: u64,
}

/// How many users there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserCountsView {
    /// Who runs the server.
    pub admins: u64,
    /// Who has a password and does not.
    pub members: u64,
    /// Who has no password.
    pub guests: u64,
    /// Of all these, whose account is closed.
    pub disabled: u64,
}
