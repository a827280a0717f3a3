use rialto_kernel::{StoreError, UserId};

use super::WatchlistService;
use crate::model::{AssetId, Currency};
use crate::ports::QuoteOutcome;
use crate::service::outcomes::outcomes_within;

impl WatchlistService {
    /// What a user follows, in the order in which it was added: each with its price, or why there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(&self, user_id: UserId, currency: &Currency) -> Result<Vec<QuoteOutcome>, StoreError> {
        let assets = self.deps.store.list_watched(user_id).await?;
        if assets.is_empty() {
            return Ok(Vec::new());
        }
        let (feed, timer) = (self.deps.feed.as_ref(), self.deps.timer.as_ref());
        Ok(outcomes_within(feed, timer, assets, currency, self.deps.limits.timeout).await)
    }

    /// What a user follows, in the order in which it was added; no price is asked for.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_assets(&self, user_id: UserId) -> Result<Vec<AssetId>, StoreError> {
        self.deps.store.list_watched(user_id).await
    }
}
