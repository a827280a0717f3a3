use chrono::TimeDelta;

use super::PriceRecorder;
use crate::model::{Interval, PricePoint, Quote};

/// How far a provider's clock may run ahead: an observation from the future would stay the last for too long.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

impl PriceRecorder {
    /// Takes quotes as what was seen last in their intervals, in memory. Neither a stale quote nor one that says the
    /// same as the one before it is recorded again, nor one observed too long ago to be kept.
    pub fn record<'q>(&self, quotes: impl IntoIterator<Item = &'q Quote>) {
        let mut pending = self.pending();
        for quote in quotes {
            if quote.stale || quote.observed_at > quote.fetched_at + AHEAD || pending.is_repeated(quote) {
                continue;
            }
            let retention = self.deps.settings.retention;
            let is_kept = |interval: &Interval| {
                let age = quote.age(quote.fetched_at);
                retention.of(*interval).is_none_or(|kept| age < kept)
            };
            for interval in Interval::ALL.into_iter().filter(is_kept) {
                pending.add(PricePoint::of(quote, interval));
            }
        }
    }
}
