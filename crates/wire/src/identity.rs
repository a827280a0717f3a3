//! Registration, login, tokens, users.

mod people;

mod api_tokens;
mod passwords;
mod sessions;
mod totp;

pub use api_tokens::{ApiTokenView, CreateApiTokenRequest, IssuedApiTokenView};
pub use passwords::{ChangePasswordRequest, ForgotPasswordRequest, ResetPasswordRequest};
use serde::{Deserialize, Serialize};
pub use sessions::SessionView;
pub use totp::{ConfirmTotpRequest, OfferTotpRequest, ProveTotpRequest, RecoveryCodesView, TotpOfferView, TotpView};
use utoipa::ToSchema;
use uuid::Uuid;

pub use people::*;

use crate::time::Timestamp;

/// Asks for an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// 3 to 50 letters, digits, `_`, `-` or `.`; unique in any letter case.
    #[schema(example = "ann", min_length = 3, max_length = 50)]
    pub username: String,
    /// Unique in any letter case.
    #[schema(example = "ann@example.org", max_length = 254)]
    pub email: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(example = "correct horse", min_length = 8, max_length = 72)]
    pub password: String,
    /// The token of an invitation, where registration is by invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// Signs in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// Username or e-mail address.
    #[schema(example = "ann")]
    pub login: String,
    /// The password.
    #[schema(example = "correct horse")]
    pub password: String,
    /// For an account with a second factor: the six digits that the app shows, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Comes in without an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestRequest {
    /// The name people will see: 1 to 50 characters; need not be unique.
    #[schema(example = "Ann", min_length = 1, max_length = 50)]
    pub name: String,
}

/// Makes the guest who asks a member.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpgradeRequest {
    /// 3 to 50 letters, digits, `_`, `-` or `.`; unique in any letter case.
    #[schema(example = "ann", min_length = 3, max_length = 50)]
    pub username: String,
    /// Unique in any letter case.
    #[schema(example = "ann@example.org", max_length = 254)]
    pub email: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(example = "correct horse", min_length = 8, max_length = 72)]
    pub password: String,
    /// The name people will see: 1 to 50 characters; the guest's own unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ann", min_length = 1, max_length = 50)]
    pub display_name: Option<String>,
    /// The token of an invitation, where registration is by invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// Trades a refresh token for the next pair.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The token; may be left out when it is in the cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The answer to every way of signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedInView {
    /// Who signed in.
    pub user: UserView,
    /// What proves it.
    pub tokens: TokensView,
}

/// A pair of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokensView {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Works once, for the next pair.
    pub refresh_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    #[schema(example = 900)]
    pub expires_in: u64,
}

/// A ticket for one socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    /// Works once, as `/ws?ticket=…`; holds no character that an address must escape.
    pub ticket: String,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Seconds until then.
    #[schema(example = 30)]
    pub expires_in: u64,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// Stable for ever.
    pub id: Uuid,
    /// Unique name.
    pub username: String,
    /// The name people see.
    pub display_name: String,
    /// A few words about oneself; may be empty.
    pub bio: String,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// `admin`, `member` or `guest`.
    pub role: String,
    /// Whether any of their devices is connected.
    pub online: bool,
    /// When their last device left.
    pub last_seen_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Only to oneself and to admins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether others see that one is there: `shown` or `hidden`. Only to oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<String>,
}
