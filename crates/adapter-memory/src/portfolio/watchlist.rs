use std::cmp::Reverse;
use std::collections::HashMap;

use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};
use rialto_portfolio::{AssetId, WatchRefusal, WatchlistStore};

use crate::MemoryStore;

#[async_trait]
impl WatchlistStore for MemoryStore {
    async fn list_watched(&self, user_id: UserId) -> Result<Vec<AssetId>, StoreError> {
        Ok(self.state()?.portfolio.watchlists.get(&user_id).cloned().unwrap_or_default())
    }

    async fn watch(&self, user_id: UserId, asset: &AssetId, _: Instant, max: u32) -> Result<(), WatchRefusal> {
        let state = &mut *self.state()?;
        state.identity.live_user(user_id).ok_or(WatchRefusal::UnknownUser)?;
        let list = state.portfolio.watchlists.entry(user_id).or_default();
        if list.contains(asset) {
            return Ok(());
        }
        if list.len() >= max as usize {
            return Err(WatchRefusal::Full);
        }
        list.push(asset.clone());
        Ok(())
    }

    async fn unwatch(&self, user_id: UserId, asset: &AssetId) -> Result<(), StoreError> {
        if let Some(list) = self.state()?.portfolio.watchlists.get_mut(&user_id) {
            list.retain(|watched| watched != asset);
        }
        Ok(())
    }

    async fn most_watched(&self, limit: u32) -> Result<Vec<AssetId>, StoreError> {
        let tables = &self.state()?.portfolio;
        let mut counts = HashMap::<&AssetId, usize>::new();
        for asset in tables.watchlists.values().flatten() {
            *counts.entry(asset).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().map(|(asset, count)| (Reverse(count), asset)).collect();
        counts.sort_unstable();
        Ok(counts.into_iter().take(limit as usize).map(|(_, asset)| asset.clone()).collect())
    }
}
