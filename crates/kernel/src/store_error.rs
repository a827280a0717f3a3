//! The one error every store port may raise besides its own refusals.

use std::error::Error as StdError;

/// The store could not answer. The cause is kept for the log; a client learns only that it should
/// try again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is too busy, or broke off.
    #[error("the store is unavailable")]
    Unavailable {
        /// What the driver said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A stored value does not have the form the program wrote.
    #[error("the store holds a value that cannot be read: {what}")]
    Corrupt {
        /// Which value, without its content.
        what: String,
    },
}

impl StoreError {
    /// Wraps a driver's error.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable { source: source.into() }
    }

    /// Names a value that cannot be read.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}
