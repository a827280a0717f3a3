use crate::model::{CacheStats, ProviderReport};

/// How the providers and the cache in front of them do, for those who run the server.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait PriceOperations: Send + Sync {
    /// Every provider, the one asked first first.
    fn providers(&self) -> Vec<ProviderReport>;

    /// How well the cache does.
    fn cache_stats(&self) -> CacheStats;

    /// Forgets every price that is held.
    fn clear_cache(&self);
}
