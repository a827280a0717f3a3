use std::fmt;

use rialto_kernel::InvalidValue;

/// A password in the clear, for as long as it takes to hash it. It never shows in logs.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The most bytes a password may have. bcrypt reads no more than 72; silently cutting the rest
    /// would let different passwords open one account.
    pub const MAX_BYTES: usize = 72;

    /// The fewest characters a new password may have.
    pub const MIN_CHARACTERS: usize = 8;

    /// A new password: at least 8 characters, at most 72 bytes, no NUL.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::parse_of_at_least(text, Self::MIN_CHARACTERS)
    }

    /// A new password where another way in asks for fewer or more characters.
    ///
    /// # Errors
    /// As [`Password::parse`].
    pub fn parse_of_at_least(text: &str, characters: usize) -> Result<Self, InvalidValue> {
        if text.chars().take(characters).count() < characters {
            return Err(InvalidValue::new("too_short", format!("must have at least {characters} characters")));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidValue::new("too_long", "must have at most 72 bytes"));
        }
        if text.contains('\0') {
            return Err(InvalidValue::new("invalid_character", "must not hold the NUL character"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A password someone claims to have. Nothing is refused, so that every claim costs one comparison;
    /// what cannot be anyone's becomes the empty password, which is nobody's.
    #[must_use]
    pub fn claimed(text: &str) -> Self {
        let impossible = text.len() > Self::MAX_BYTES || text.contains('\0');
        Self(if impossible { String::new() } else { text.to_owned() })
    }

    /// The password itself, for the hasher alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is stored instead of a password, in the hasher's own format (`$2b$12$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a hash that a hasher made.
    #[must_use]
    pub fn new(hash: String) -> Self {
        Self(hash)
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_limited_in_bytes_not_characters() {
        assert_eq!(Password::parse("1234567").unwrap_err().code, "too_short");
        assert!(Password::parse(&"é".repeat(36)).is_ok());
        assert_eq!(Password::parse(&"é".repeat(37)).unwrap_err().code, "too_long");
        assert_eq!(Password::parse("12345678\0").unwrap_err().code, "invalid_character");
    }

    #[test]
    fn passwords_never_show_in_debug_output() {
        assert_eq!(format!("{:?}", Password::parse("correct horse").unwrap()), "Password(…)");
    }
}
