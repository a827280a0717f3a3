//! How well the cache does.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use metrics::{Counter, Histogram, counter, histogram};
use rialto_portfolio::CacheStats;

/// What is counted with each request: metrics are looked for by their names once.
pub(super) struct Counters {
    hits: Count,
    misses: Count,
    stale: Count,
    ages: Histogram,
}

/// Counted here, and where metrics are shown.
struct Count {
    here: AtomicU64,
    shown: Counter,
}

impl Default for Counters {
    fn default() -> Self {
        let count = |shown| Count { here: AtomicU64::new(0), shown };
        Self {
            hits: count(counter!("rialto_price_cache_hits_total")),
            misses: count(counter!("rialto_price_cache_misses_total")),
            stale: count(counter!("rialto_price_cache_stale_total")),
            ages: histogram!("rialto_price_quote_age_seconds"),
        }
    }
}

impl Count {
    fn add(&self, count: usize) {
        self.here.fetch_add(count as u64, Ordering::Relaxed);
        self.shown.increment(count as u64);
    }

    fn read(&self) -> u64 {
        self.here.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub(super) fn hits(&self, count: usize) {
        self.hits.add(count);
    }

    pub(super) fn misses(&self, count: usize) {
        self.misses.add(count);
    }

    pub(super) fn stale(&self, count: usize) {
        self.stale.add(count);
    }

    /// A price of this age is given.
    pub(super) fn given(&self, age: Duration) {
        self.ages.record(age.as_secs_f64());
    }

    /// The counts, without those that others keep.
    pub(super) fn read(&self) -> CacheStats {
        CacheStats {
            hits: self.hits.read(),
            misses: self.misses.read(),
            stale: self.stale.read(),
            ..CacheStats::default()
        }
    }
}
