use async_trait::async_trait;
use rialto_kernel::{SessionId, StoreError, UserId};

use crate::model::{AccountDeletion, UnfinishedDeletion};

/// Takes accounts away, and remembers for which of them the rest of the server has still to follow. Each method is one
/// atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AccountDeletions: Send + Sync {
    /// Leaves nothing of an account but its id, a name that tells nothing, and when it was made: password, address,
    /// bio, picture, sessions, tokens, and blocks in both directions go, the role becomes `member`, nobody finds the
    /// user in the directory and no session of theirs is live. Answers the sessions that were. What is left to do is
    /// listed by [`AccountDeletions::list_unfinished`] from then on.
    ///
    /// # Errors
    /// `UnknownUser` if there is no such user, or the account is deleted already; `LastAdmin` if nobody would be left
    /// to run the server: of two last admins at once one stays.
    async fn delete_account(&self, deletion: AccountDeletion) -> Result<Vec<SessionId>, DeleteAccountRefusal>;

    /// Deletions that are not finished, the oldest first; up to `limit`.
    async fn list_unfinished(&self, limit: i64) -> Result<Vec<UnfinishedDeletion>, StoreError>;

    /// Notes that all has followed.
    async fn finish(&self, user_id: UserId) -> Result<(), StoreError>;
}

/// Why an account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountRefusal {
    /// No such user.
    #[error("there is no such user")]
    UnknownUser,
    /// Somebody must run the server.
    #[error("you are the last admin: make somebody else an admin first")]
    LastAdmin,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
