use rialto_kernel::{StoreError, UserId};

use super::WatchlistService;
use crate::model::{AssetId, Currency};
use crate::ports::{ProviderError, QuoteError, WatchRefusal};
use crate::service::outcomes::outcomes_within;

/// Why an asset was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddWatchedError {
    /// All providers answered, and none knows it.
    #[error("no price provider knows the asset {0}")]
    UnknownAsset(AssetId),
    /// The providers cannot price it, today or tomorrow.
    #[error(transparent)]
    Provider(ProviderError),
    /// The list is full.
    #[error("a watchlist holds at most {max} assets")]
    Full {
        /// The bound.
        max: u32,
    },
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WatchlistService {
    /// Adds an asset at the end of a user's list; one that is there stays where it is. While providers fail, nobody can
    /// tell whether there is such an asset, and it is added.
    ///
    /// # Errors
    /// See [`AddWatchedError`].
    pub async fn add(&self, user_id: UserId, asset: &AssetId) -> Result<(), AddWatchedError> {
        let (feed, timer, limits) = (self.deps.feed.as_ref(), self.deps.timer.as_ref(), self.deps.limits);
        let asked = vec![asset.clone()];
        let outcomes = outcomes_within(feed, timer, asked, &Currency::default(), limits.timeout).await;
        for (_, outcome) in outcomes {
            match outcome {
                Err(QuoteError::UnknownAsset(asset)) => return Err(AddWatchedError::UnknownAsset(asset)),
                Err(QuoteError::Provider(error)) if !error.is_passing() => {
                    return Err(AddWatchedError::Provider(error));
                }
                Ok(_) | Err(QuoteError::TimedOut | QuoteError::Provider(_)) => {}
            }
        }
        let max = limits.max_assets;
        let added = self.deps.store.watch(user_id, asset, self.deps.clock.now(), max).await;
        added.map_err(|refusal| match refusal {
            WatchRefusal::Full => AddWatchedError::Full { max },
            WatchRefusal::UnknownUser => AddWatchedError::UnknownUser,
            WatchRefusal::Store(error) => AddWatchedError::Store(error),
        })
    }
}
