use rialto_kernel::Instant;

use super::AccessTokenError;
use crate::model::AccessToken;

/// Tokens of a surface whose clients get them from another service: both know the secret that signs them. They name
/// a user by number, and have no session behind them.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait SharedTokens: Send + Sync {
    /// The number of the user whom a token names that is valid at `now`.
    ///
    /// # Errors
    /// `Expired`, or `Invalid` for everything else: another secret, another algorithm, no end, a number that is none.
    fn verify(&self, token: &str, now: Instant) -> Result<u64, AccessTokenError>;

    /// Signs a token as the other service does.
    fn sign(&self, number: u64, expires_at: Instant) -> AccessToken;
}
