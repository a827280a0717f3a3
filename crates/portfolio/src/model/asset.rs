use std::fmt;

use rialto_kernel::InvalidValue;

/// Names something priced by a stable id such as `bitcoin`, never by a ticker that others share: 1 to
/// 100 lower-case ASCII letters, digits, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(String);

impl AssetId {
    /// Reads an id as typed, in any letter case.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let id = text.trim().to_ascii_lowercase();
        InvalidValue::check_length(&id, 1, 100)?;
        if !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')) {
            return Err(InvalidValue::new("invalid_character", "must be an asset id such as bitcoin"));
        }
        Ok(Self(id))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a price is counted in: 2 to 10 lower-case ASCII letters and digits, `usd` unless told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(String);

impl Currency {
    /// Reads a code as typed, in any letter case.
    ///
    /// # Errors
    /// `invalid_format`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let code = text.trim().to_ascii_lowercase();
        let well_formed = (2..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if !well_formed {
            return Err(InvalidValue::new("invalid_format", "must be a currency code such as usd"));
        }
        Ok(Self(code))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self("usd".to_owned())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
