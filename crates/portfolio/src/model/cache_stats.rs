/// Counts of the price cache since the start, in assets (a list of popular assets counts as one).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Answered from the cache.
    pub hits: u64,
    /// Not held, or too old.
    pub misses: u64,
    /// Answered with an old price, because nothing newer was to be had or while it was fetched.
    pub stale: u64,
    /// Calls to providers.
    pub calls: u64,
    /// Of the calls: failed.
    pub failed_calls: u64,
    /// Assets held now, in all currencies, unknown ones too.
    pub entries: u64,
}
