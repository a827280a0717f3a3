use std::fmt;

use rialto_kernel::{Instant, InvalidValue};

use super::{NewRefreshToken, RefreshDigest};

/// A word that a client makes up for one refresh and says again when it asks again, because the answer was lost.
/// Whoever has stolen the token alone does not know it.
#[derive(Clone, PartialEq, Eq)]
pub struct RetryKey(String);

impl RetryKey {
    /// 16 to 200 visible ASCII characters; a random UUID is a good one.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidValue::new("invalid_character", "must be of visible ASCII characters"));
        }
        InvalidValue::check_length(text, 16, 200)?;
        Ok(Self(text.to_owned()))
    }

    /// The key, for its digest alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RetryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryKey(…)")
    }
}

/// SHA-256 of a retry key, kept beside the token that was used with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryKeyDigest(pub [u8; 32]);

impl fmt::Debug for RetryKeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryKeyDigest(…)")
    }
}

/// A refresh token is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// Which token.
    pub digest: RefreshDigest,
    /// With which key; `None` for a client that does not ask again.
    pub retry_key: Option<RetryKeyDigest>,
    /// What takes its place.
    pub replacement: NewRefreshToken,
    /// The network address it comes from; `None` leaves the session's as it is.
    pub address: Option<String>,
    /// When.
    pub at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_could_be_guessed_is_refused() {
        assert!(RetryKey::parse("0190a0e0-0000-7000-8000-000000000001").is_ok());
        for (text, code) in [
            ("", "too_short"),
            ("1", "too_short"),
            (&"x".repeat(201), "too_long"),
            ("0190a0e0 0000 7000", "invalid_character"),
            ("0190a0e0é0000é7000", "invalid_character"),
        ] {
            assert_eq!(RetryKey::parse(text).unwrap_err().code, code, "{text:?}");
        }
        assert_eq!(format!("{:?}", RetryKey::parse(&"x".repeat(16)).unwrap()), "RetryKey(…)");
    }
}
