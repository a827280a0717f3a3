use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};

use crate::model::{NewAccount, SecretDigest};

/// Keeps the one token that makes the first admin, for every process on the database. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SetupStore: Send + Sync {
    /// Keeps this token in place of any other. `false`, and nothing kept, if there is an admin.
    async fn offer_setup(&self, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreError>;

    /// Whether a token would make the first admin now.
    ///
    /// # Errors
    /// `AlreadySetUp` if there is an admin, else `InvalidToken`.
    async fn check_setup(&self, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal>;

    /// Stores the account, which is an admin's, and uses the token up; all or none.
    ///
    /// # Errors
    /// As [`SetupStore::check_setup`], then `UsernameTaken` and `EmailTaken`. Of many at once one wins, and the
    /// others are told `AlreadySetUp`.
    async fn set_up(&self, digest: SecretDigest, account: NewAccount, now: Instant) -> Result<(), SetUpRefusal>;
}

/// Why there is no first admin.
#[derive(Debug, thiserror::Error)]
pub enum SetUpRefusal {
    /// There is one.
    #[error("this server has an admin already")]
    AlreadySetUp,
    /// The token is unknown, used, replaced or too old.
    #[error("the set-up link is not valid any more; start the server again for a new one")]
    InvalidToken,
    /// Somebody has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
