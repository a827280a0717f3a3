use rialto_kernel::{Instant, SessionId};

use super::{DisplayName, Email, NewRefreshToken, PasswordHash, SecretDigest, Username};

/// What makes a guest a member, stored as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestUpgrade {
    /// A session of the guest; it goes on as a session of the member.
    pub session_id: SessionId,
    /// The name to be known by.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
    /// The name people will see; `None` keeps the guest's.
    pub display_name: Option<DisplayName>,
    /// What lets them sign in from now on.
    pub password_hash: PasswordHash,
    /// Takes the place of the session's unused refresh token.
    pub refresh_token: NewRefreshToken,
    /// The invitation that is used up by it, if it takes one.
    pub invitation: Option<SecretDigest>,
    /// When.
    pub at: Instant,
}
