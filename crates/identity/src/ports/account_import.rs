use async_trait::async_trait;
use rialto_kernel::{StoreError, UserId};

use crate::model::{PasswordHash, User};

/// Takes in accounts that were made on another server. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AccountImport: Send + Sync {
    /// What a user would meet who came in now; nothing is stored.
    async fn judge_newcomer(&self, user: &User) -> Result<Newcomer, StoreError>;

    /// Stores a user as they were elsewhere, with their password if they have one, and no session. Nothing is stored
    /// unless the answer is `New`; of two at once with one id, name or address, one wins.
    async fn import_account(&self, user: User, password_hash: Option<PasswordHash>) -> Result<Newcomer, StoreError>;
}

/// What somebody meets who comes from another server; the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newcomer {
    /// They are here already, or were until they deleted their account: the id is known.
    Known,
    /// Another user has the e-mail address.
    EmailTaken(UserId),
    /// Another user has the username.
    UsernameTaken,
    /// Nobody stands in the way.
    New,
}
