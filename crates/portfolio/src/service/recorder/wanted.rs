use std::collections::HashSet;

use rialto_kernel::StoreError;

use super::PriceRecorder;
use crate::model::{AssetId, Currency};

impl PriceRecorder {
    /// The assets that are worth recording, each once: those handed in, then those that most users follow, then the
    /// `popular` of greatest capitalisation; at most as many as the settings say. If no provider tells which are
    /// popular, the others are recorded all the same.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn wanted_assets(&self, popular: u16, handed_in: Vec<AssetId>) -> Result<Vec<AssetId>, StoreError> {
        let most = self.deps.settings.max_assets;
        let watched = self.deps.watchlists.most_watched(most).await?;
        let popular = match popular {
            0 => Vec::new(),
            popular => self.deps.feed.popular(popular, &Currency::default()).await.unwrap_or_default(),
        };
        let popular = popular.into_iter().map(|quote| quote.asset_id);
        let mut seen = HashSet::new();
        let all = handed_in.into_iter().chain(watched).chain(popular);
        Ok(all.filter(|asset| seen.insert(asset.clone())).take(most as usize).collect())
    }
}
