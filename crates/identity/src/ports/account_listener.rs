use async_trait::async_trait;
use rialto_kernel::{SessionId, StoreError, UserId};

use crate::model::User;

/// Is told what happens to accounts, so that the rest of the server can follow.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AccountListener: Send + Sync {
    /// Somebody signed in. May be told more than once for the same user; the caller waits, so whatever
    /// a user must have before their first request is done here.
    async fn signed_in(&self, user: &User) -> Result<(), StoreError>;

    /// These sessions ended: what is open in their name must close.
    async fn sessions_ended(&self, sessions: &[SessionId]);

    /// Who may see whether a user is there has changed: for this one, or for all.
    async fn visibility_changed(&self, user_id: UserId, towards: Option<UserId>);

    /// An account was deleted: what is left to do is in [`AccountDeletions`](super::AccountDeletions). Does not wait for it.
    async fn account_deleted(&self, user_id: UserId);
}
