use async_trait::async_trait;

use crate::model::{Password, PasswordHash};

/// Hashes passwords away from the threads that serve requests, in a bounded queue.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A salted hash of a new password.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashError>;

    /// Whether the password made the hash. Takes as long for a wrong one as for the right one.
    async fn verify(&self, password: Password, hash: PasswordHash) -> Result<bool, HashError>;

    /// Whether a hash that verifies is not what [`PasswordHasher::hash`] would make today: another cost, or another
    /// spelling, as accounts bring it that come from elsewhere.
    fn is_outdated(&self, hash: &PasswordHash) -> bool;

    /// A hash of no one's password, of the same cost as any other: comparing with it takes the time that
    /// a real comparison takes.
    fn decoy(&self) -> PasswordHash;
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting; try again in a second.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The hasher failed, or the stored hash is not in its format.
    #[error("the password hasher failed: {0}")]
    Failed(String),
}
