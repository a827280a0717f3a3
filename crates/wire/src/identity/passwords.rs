//! Passwords that are changed or set anew.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Changes one's password.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// The password until now.
    #[schema(example = "correct horse")]
    pub current_password: String,
    /// The password from now on: at least 8 characters, at most 72 bytes.
    #[schema(example = "battery staple", min_length = 8, max_length = 72)]
    pub new_password: String,
}

/// Asks for a mail that sets a password anew.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordRequest {
    /// The address of the account.
    #[schema(example = "ann@example.org", max_length = 254)]
    pub email: String,
}

/// Sets a password anew.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordRequest {
    /// The token of the mail; works once.
    pub token: String,
    /// The password from now on: at least 8 characters, at most 72 bytes.
    #[schema(example = "battery staple", min_length = 8, max_length = 72)]
    pub new_password: String,
}
