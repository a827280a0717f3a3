//! How well the cache does.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::counter;
use rialto_portfolio::CacheStats;

#[derive(Default)]
pub(super) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
}

impl Counters {
    pub(super) fn hits(&self, count: usize) {
        if count > 0 {
            counter!("rialto_price_cache_hits_total").increment(add(&self.hits, count));
        }
    }

    pub(super) fn misses(&self, count: usize) {
        if count > 0 {
            counter!("rialto_price_cache_misses_total").increment(add(&self.misses, count));
        }
    }

    pub(super) fn stale(&self, count: usize) {
        if count > 0 {
            counter!("rialto_price_cache_stale_total").increment(add(&self.stale, count));
        }
    }

    /// The counts, without those that others keep.
    pub(super) fn read(&self) -> CacheStats {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheStats {
            hits: load(&self.hits),
            misses: load(&self.misses),
            stale: load(&self.stale),
            ..CacheStats::default()
        }
    }
}

fn add(counter: &AtomicU64, count: usize) -> u64 {
    let count = count as u64;
    counter.fetch_add(count, Ordering::Relaxed);
    count
}
