use std::collections::HashSet;

use rialto_kernel::StoreError;

use super::PriceRecorder;
use crate::model::{AssetId, Currency};

impl PriceRecorder {
    /// The assets that are worth recording, each once: the `popular` of greatest capitalisation, then those that most
    /// users follow, then those handed in; at most as many as the settings say. Each of the three has a third of the
    /// room, so that none of them pushes the others out, and what is left goes to them in this order. If no provider
    /// tells which are popular, the others are recorded all the same.
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
        let groups = [popular.into_iter().map(|quote| quote.asset_id).collect(), watched, handed_in];
        Ok(shared_out(&groups, most as usize))
    }
}

/// At most so many, each once: of each group its share, and then more of them in order.
fn shared_out<const GROUPS: usize>(groups: &[Vec<AssetId>; GROUPS], most: usize) -> Vec<AssetId> {
    let share = most.div_ceil(GROUPS);
    let (mut seen, mut chosen) = (HashSet::new(), Vec::new());
    for group in groups {
        chosen.extend(group.iter().filter(|asset| seen.insert(*asset)).take(share));
    }
    chosen.extend(groups.iter().flatten().filter(|asset| seen.insert(*asset)));
    chosen.into_iter().take(most).cloned().collect()
}
