use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};

use crate::model::AssetId;

/// Keeps the assets that each user follows. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait WatchlistStore: Send + Sync {
    /// What a user follows, in the order in which it was added.
    async fn list_watched(&self, user_id: UserId) -> Result<Vec<AssetId>, StoreError>;

    /// Adds an asset at the end; one that is there stays where it is. Two at once never exceed `max`.
    ///
    /// # Errors
    /// See [`WatchRefusal`].
    async fn watch(&self, user_id: UserId, asset: &AssetId, at: Instant, max: u32) -> Result<(), WatchRefusal>;

    /// Takes an asset off; one that is not there is no error.
    async fn unwatch(&self, user_id: UserId, asset: &AssetId) -> Result<(), StoreError>;

    /// The assets that most users follow, at most `limit`: what is worth recording.
    async fn most_watched(&self, limit: u32) -> Result<Vec<AssetId>, StoreError>;
}

/// Why an asset was not added.
#[derive(Debug, thiserror::Error)]
pub enum WatchRefusal {
    /// The list is full.
    #[error("the watchlist is full")]
    Full,
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
