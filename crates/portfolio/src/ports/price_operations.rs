use crate::model::{AssetId, CacheStats, Currency, ProviderReport};

/// How the providers and the cache in front of them do, for those who run the server.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait PriceOperations: Send + Sync {
    /// Every provider, the one asked first first.
    fn providers(&self) -> Vec<ProviderReport>;

    /// How well the cache does.
    fn cache_stats(&self) -> CacheStats;

    /// The assets whose price in this currency is held, in order of id.
    fn held_assets(&self, currency: &Currency) -> Vec<AssetId>;

    /// Forgets every price that is held.
    fn clear_cache(&self);
}
