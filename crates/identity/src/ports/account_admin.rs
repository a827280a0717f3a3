use async_trait::async_trait;
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::InsertAccountError;
use crate::model::{AccountChange, AccountChanged, AccountCounts, AccountFilter, PasswordHash, User};

/// What those who run the server do with accounts. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AccountAdmin: Send + Sync {
    /// Everybody the filter lets through, guests too, in order of [`Username::key`](crate::Username::key).
    async fn list_accounts(
        &self,
        filter: AccountFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError>;

    /// Stores a user with a password and no session.
    ///
    /// # Errors
    /// As [`IdentityStore::insert_account`](crate::IdentityStore::insert_account).
    async fn create_account(&self, user: User, password_hash: PasswordHash) -> Result<(), InsertAccountError>;

    /// Changes role and state of an account. Whoever is disabled, or runs the server no more, has every live
    /// session ended in the same act. An account that is like that already stays as it is, sessions and the
    /// instant it was disabled included.
    ///
    /// # Errors
    /// In this order: `NoSuchUser`; `IsGuest` if a guest were to run the server; `LastAdmin` if no enabled
    /// admin would be left, however many such changes happen at once. Nothing has changed then.
    async fn change_account(
        &self,
        id: UserId,
        change: AccountChange,
        at: Instant,
    ) -> Result<AccountChanged, ChangeAccountError>;

    /// Gives a user another password and ends every live session, which it names.
    ///
    /// # Errors
    /// `NoSuchUser`, or `IsGuest`.
    async fn replace_password(
        &self,
        id: UserId,
        password_hash: PasswordHash,
        at: Instant,
    ) -> Result<Vec<SessionId>, ChangeAccountError>;

    /// How many accounts and live sessions there are at `now`.
    async fn count_accounts(&self, now: Instant) -> Result<AccountCounts, StoreError>;
}

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAccountError {
    /// There is no such user.
    #[error("there is no such user")]
    NoSuchUser,
    /// Guests have no password.
    #[error("a guest has no password; only a member can have one or run the server")]
    IsGuest,
    /// Nobody would be left to run the server.
    #[error("this is the last admin whose account is open; make somebody else an admin first")]
    LastAdmin,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
