use async_trait::async_trait;
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use crate::model::{NewReset, PasswordChange, PasswordHash, ResetDigest};

/// Changes the passwords of accounts that have one. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PasswordStore: Send + Sync {
    /// The hash of a user's password; `None` if there is no such user, or they have no password.
    async fn find_password_hash(&self, user_id: UserId) -> Result<Option<PasswordHash>, StoreError>;

    /// Puts `to` in the place of `from`; `false`, and nothing is stored, if the hash is another by now. Sessions and
    /// reset tokens stay: it is the same password.
    async fn replace_password_hash(
        &self,
        user_id: UserId,
        from: PasswordHash,
        to: PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Changes a password, ends every other live session of the user with its tokens, and voids the user's reset
    /// tokens. Names the sessions that ended.
    ///
    /// # Errors
    /// `SessionEnded` if the session that asks is not live and the user's own, `Outdated` if the hash is another than
    /// `from` by now. Nothing is stored then. Of two changes at once one wins.
    async fn change_password(&self, change: PasswordChange) -> Result<Vec<SessionId>, ChangePasswordStoreError>;

    /// Stores a reset token, and forgets those of the user that are of no use any more; `false`, and nothing is
    /// stored, if the user has no password, or another address by now, or was sent as many as they may be:
    /// [`RESETS_A_MINUTE`](crate::RESETS_A_MINUTE), [`RESETS_AN_HOUR`](crate::RESETS_AN_HOUR). Of many at once one
    /// is stored.
    async fn insert_reset(&self, reset: NewReset) -> Result<bool, StoreError>;

    /// Whether a reset token would set a password at `now`.
    async fn is_reset_live(&self, digest: ResetDigest, now: Instant) -> Result<bool, StoreError>;

    /// Sets a password anew by a reset token that is unused and unexpired, and was sent to the address that the user
    /// has now; ends every live session of the user with its tokens, and voids all their reset tokens. Says whose
    /// password it was, and which sessions ended; `None` if the token is good for nothing. Of several at once with one
    /// token, one wins.
    async fn reset_password(
        &self,
        digest: ResetDigest,
        to: PasswordHash,
        at: Instant,
    ) -> Result<Option<(UserId, Vec<SessionId>)>, StoreError>;
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordStoreError {
    /// The session is not live.
    #[error("the session has ended")]
    SessionEnded,
    /// The hash is another by now.
    #[error("the password was changed meanwhile")]
    Outdated,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
