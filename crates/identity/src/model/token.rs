use std::fmt;
use std::time::Duration;

use rialto_kernel::{Instant, SessionId, UserId};

use super::{Session, User};

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who.
    pub user_id: UserId,
    /// On which device.
    pub session_id: SessionId,
    /// Since when.
    pub issued_at: Instant,
    /// Until when.
    pub expires_at: Instant,
}

/// Which way in a token opens: what opens one opens no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TokenAudience {
    /// The server's own API.
    #[default]
    Own,
    /// A surface beside it, by its name.
    Surface(&'static str),
}

macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text.
            #[must_use]
            pub fn new(text: String) -> Self {
                Self(text)
            }

            /// The text, for its owner alone.
            #[must_use]
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

pub(super) use secret_text;

secret_text! {
    /// A signed token that opens the API for minutes.
    AccessToken
}

secret_text! {
    /// An opaque, single-use token that gets the next pair.
    RefreshToken
}

/// SHA-256 of a refresh token: a stolen database opens no session.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefreshDigest(pub [u8; 32]);

impl fmt::Debug for RefreshDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshDigest(…)")
    }
}

/// What a client gets to prove who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPair {
    /// For requests.
    pub access: AccessToken,
    /// How long the access token works, from now.
    pub access_lifetime: Duration,
    /// For the next pair.
    pub refresh: RefreshToken,
    /// How long the refresh token works, from now.
    pub refresh_lifetime: Duration,
}

/// The outcome of every way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who signed in.
    pub user: User,
    /// The device's session.
    pub session: Session,
    /// Its tokens.
    pub tokens: TokenPair,
}
