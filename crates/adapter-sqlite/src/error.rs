//! From Diesel's errors to the one error that every store port may raise.

use diesel::result::Error;
use rialto_kernel::StoreError;

/// What went wrong, for a caller who can only try again.
pub fn store_error(error: Error) -> StoreError {
    match error {
        Error::DeserializationError(what) => StoreError::corrupt(what.to_string()),
        other => StoreError::unavailable(other),
    }
}

/// A number that the database counts upwards from 0.
pub fn count(number: i64, what: &str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::corrupt(format!("{what}, which is negative")))
}
