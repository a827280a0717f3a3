use std::fmt;

use rialto_kernel::InvalidValue;

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
