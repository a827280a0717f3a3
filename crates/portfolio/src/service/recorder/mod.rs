//! Keeps quotes as closing prices.

mod flush;
mod pending;
mod record;
mod tidy;
mod wanted;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use flush::Flushed;
use pending::Pending;

use crate::model::Interval;
use crate::ports::{PriceFeed, PricePointStore, WatchlistStore};

/// What the recorder is made of.
#[derive(Clone)]
pub struct RecorderDeps {
    /// Knows which assets are popular.
    pub feed: Arc<dyn PriceFeed>,
    /// Where points are kept.
    pub points: Arc<dyn PricePointStore>,
    /// Knows what users follow.
    pub watchlists: Arc<dyn WatchlistStore>,
    /// How much is kept, and how long.
    pub settings: RecorderSettings,
}

/// How much is recorded, and how long it is kept.
#[derive(Clone, Copy, Debug)]
pub struct RecorderSettings {
    /// How long points are kept.
    pub retention: Retention,
    /// The most assets that are worth recording.
    pub max_assets: u32,
    /// The most points that wait in memory while the store does not answer; beyond it the oldest of the shortest
    /// interval are given up.
    pub max_pending: usize,
}

impl Default for RecorderSettings {
    fn default() -> Self {
        Self { retention: Retention::default(), max_assets: 500, max_pending: 20_000 }
    }
}

/// How long the points of each interval are kept; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Those of five minutes.
    pub five_minutes: Option<Duration>,
    /// Those of an hour.
    pub hours: Option<Duration>,
    /// Those of a day.
    pub days: Option<Duration>,
}

impl Retention {
    /// How long points of an interval are kept.
    #[must_use]
    pub const fn of(&self, interval: Interval) -> Option<Duration> {
        match interval {
            Interval::FiveMinutes => self.five_minutes,
            Interval::Hour => self.hours,
            Interval::Day => self.days,
        }
    }
}

impl Default for Retention {
    /// A week, 90 days, for ever.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self { five_minutes: Some(DAY * 7), hours: Some(DAY * 90), days: None }
    }
}

/// Records quotes in memory, and writes what changed when it is told to. Clones share what waits.
#[derive(Clone)]
pub struct PriceRecorder {
    deps: RecorderDeps,
    pending: Arc<Mutex<Pending>>,
}

impl PriceRecorder {
    /// A recorder over its ports. Whoever runs it calls [`flush`](Self::flush) every minute and before it goes, and
    /// [`tidy`](Self::tidy) every hour.
    #[must_use]
    pub fn new(deps: RecorderDeps) -> Self {
        let pending = Arc::new(Mutex::new(Pending::new(deps.settings.max_pending)));
        Self { deps, pending }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // What an act that panicked left is whole: each change is one insertion or removal.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
