use super::PriceService;
use crate::model::{AssetId, CacheStats, Currency, ProviderReport};

impl PriceService {
    /// Every provider and how it does, the one asked first first.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderReport> {
        self.deps.operations.providers()
    }

    /// How well the cache does.
    #[must_use]
    pub fn cache_stats(&self) -> CacheStats {
        self.deps.operations.cache_stats()
    }

    /// The assets whose price in this currency is held, in order of id.
    #[must_use]
    pub fn held_assets(&self, currency: &Currency) -> Vec<AssetId> {
        self.deps.operations.held_assets(currency)
    }

    /// Forgets every price that is held.
    pub fn clear_cache(&self) {
        self.deps.operations.clear_cache();
    }
}
