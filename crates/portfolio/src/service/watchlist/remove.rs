use rialto_kernel::{StoreError, UserId};

use super::WatchlistService;
use crate::model::AssetId;

impl WatchlistService {
    /// Takes an asset off a user's list; one that is not there is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn remove(&self, user_id: UserId, asset: &AssetId) -> Result<(), StoreError> {
        self.deps.store.unwatch(user_id, asset).await
    }
}
