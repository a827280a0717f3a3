use async_trait::async_trait;
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use crate::model::{ApiToken, NewApiToken, SecretDigest, User};

/// Keeps the tokens of programs. Each method is one atomic act. An account that is closed, or whose user runs the
/// server no more, loses them with its sessions: [`AccountAdmin::change_account`](crate::AccountAdmin::change_account).
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait ApiTokenStore: Send + Sync {
    /// Keeps a token. Tokens of the same user that have expired by then are forgotten, and make room.
    ///
    /// # Errors
    /// `NoSuchUser` if the user's account is closed or gone, `TooMany` if they have `most` already. Of many at once no
    /// more are kept.
    async fn insert_api_token(&self, new: NewApiToken, most: usize) -> Result<(), InsertApiTokenError>;

    /// The tokens of a user, those that have expired too, the newest first.
    async fn list_api_tokens(&self, user_id: UserId) -> Result<Vec<ApiToken>, StoreError>;

    /// The token of this digest and its user, unless it has expired at `now` or the account is closed.
    async fn find_live_api_token(
        &self,
        digest: SecretDigest,
        now: Instant,
    ) -> Result<Option<(ApiToken, User)>, StoreError>;

    /// Ends a token, of this user if one is named; whose it was, or `None` if there is no such.
    async fn delete_api_token(&self, id: SessionId, of: Option<UserId>) -> Result<Option<UserId>, StoreError>;

    /// Writes down that a token was used at `at`. Time does not go back.
    async fn note_api_token_use(&self, id: SessionId, at: Instant) -> Result<(), StoreError>;
}

/// Why a token is not kept.
#[derive(Debug, thiserror::Error)]
pub enum InsertApiTokenError {
    /// Nobody could use it.
    #[error("there is no such user")]
    NoSuchUser,
    /// The user has enough.
    #[error("you have as many API tokens as one may have; end one first")]
    TooMany,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
