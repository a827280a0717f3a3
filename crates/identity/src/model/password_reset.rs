use std::fmt;
use std::time::Duration;

use rialto_kernel::{Instant, SessionId, UserId};

use super::token::secret_text;
use super::{Email, PasswordHash};

secret_text! {
    /// An opaque, single-use word that sets a password anew. It travels by mail alone.
    ResetToken
}

/// SHA-256 of a reset token: a stolen database sets nobody's password.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResetDigest(pub [u8; 32]);

impl fmt::Debug for ResetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetDigest(…)")
    }
}

/// How passwords are set anew.
#[derive(Clone, Debug)]
pub struct ResetRules {
    /// How long a token works.
    pub lifetime: Duration,
    /// The page that sets the password; the token follows behind a `#`, which browsers send to no server.
    pub page: String,
}

/// How many tokens one account may be sent in a while.
pub const RESETS_A_MINUTE: usize = 1;
/// See [`RESETS_A_MINUTE`].
pub const RESETS_AN_HOUR: usize = 5;

/// A reset token about to be stored: its digest, never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReset {
    /// What a presented token is looked up by.
    pub digest: ResetDigest,
    /// Whose password it sets.
    pub user_id: UserId,
    /// Where it is sent. It works only while this is the user's address.
    pub email: Email,
    /// When it was asked for.
    pub at: Instant,
    /// When it stops working if unused.
    pub expires_at: Instant,
}

/// Somebody who knows the password wants another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordChange {
    /// Whose.
    pub user_id: UserId,
    /// What was compared with the password that they gave.
    pub from: PasswordHash,
    /// What takes its place.
    pub to: PasswordHash,
    /// The session that asks; the only one that goes on.
    pub session_id: SessionId,
    /// When.
    pub at: Instant,
}
