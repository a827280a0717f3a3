//! How well the cache does.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::counter;

/// Counts since the start, in assets (a list of popular assets counts as one).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Answered from the cache.
    pub hits: u64,
    /// Waited for the provider.
    pub misses: u64,
    /// Of the misses: answered with an old value because the provider gave none.
    pub stale: u64,
    /// Calls to the provider.
    pub calls: u64,
    /// Of the calls: failed.
    pub failed_calls: u64,
    /// Assets held now, in all currencies, unknown ones too.
    pub entries: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
    calls: AtomicU64,
    failed_calls: AtomicU64,
}

impl Counters {
    pub(super) fn hits(&self, count: usize) {
        counter!("rialto_price_cache_hits_total").increment(add(&self.hits, count));
    }

    pub(super) fn misses(&self, count: usize) {
        counter!("rialto_price_cache_misses_total").increment(add(&self.misses, count));
    }

    pub(super) fn stale(&self, count: usize) {
        counter!("rialto_price_cache_stale_total").increment(add(&self.stale, count));
    }

    pub(super) fn call(&self, succeeded: bool) {
        counter!("rialto_price_calls_total").increment(add(&self.calls, 1));
        let failed = usize::from(!succeeded);
        counter!("rialto_price_calls_failed_total").increment(add(&self.failed_calls, failed));
    }

    pub(super) fn read(&self, entries: u64) -> CacheStats {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheStats {
            hits: load(&self.hits),
            misses: load(&self.misses),
            stale: load(&self.stale),
            calls: load(&self.calls),
            failed_calls: load(&self.failed_calls),
            entries,
        }
    }
}

fn add(counter: &AtomicU64, count: usize) -> u64 {
    let count = count as u64;
    counter.fetch_add(count, Ordering::Relaxed);
    count
}
