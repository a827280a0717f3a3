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

/// Something priced, as lists and searches show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// Its ticker, lower case; others may share it.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// Place by market capitalisation, from 1.
    pub rank: Option<u32>,
}

/// What somebody looks for among assets: 1 to 64 characters, none of them invisible.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssetQuery(String);

impl AssetQuery {
    /// Reads a query as typed; its letters are compared in lower case.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let query = text.trim().to_lowercase();
        InvalidValue::check_length(&query, 1, 64)?;
        if query.chars().any(char::is_control) {
            return Err(InvalidValue::new("invalid_character", "must hold no control characters"));
        }
        Ok(Self(query))
    }

    /// The query, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
