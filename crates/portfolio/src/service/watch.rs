use super::PriceService;
use crate::model::AssetId;
use crate::ports::QuoteTicks;

impl PriceService {
    /// Quotes of these assets as they tick.
    #[must_use]
    pub fn watch(&self, assets: Vec<AssetId>) -> QuoteTicks {
        self.deps.ticker.watch(assets)
    }
}
