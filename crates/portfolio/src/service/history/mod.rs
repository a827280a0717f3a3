//! What prices were: recorded ones first, and what is missing from the providers.

mod course;
mod derive;
mod fill;
mod memory;
mod read;

use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::{Clock, Decimal, Instant, StoreError};

use self::memory::Fills;
use crate::model::{AssetId, Currency, Interval, SIMULATED};
use crate::ports::{PriceFeed, PricePointStore, QuoteError};
use crate::service::Retention;

/// What the service is made of.
#[derive(Clone)]
pub struct HistoryDeps {
    /// Fills what was not recorded, and gives the running price.
    pub feed: Arc<dyn PriceFeed>,
    /// What was recorded.
    pub points: Arc<dyn PricePointStore>,
    /// Tells which intervals are over.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub limits: HistoryLimits,
}

/// Bounds of histories.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLimits {
    /// The most points one answer may hold.
    pub max_points: u64,
    /// How long nobody is asked again for what they did not have.
    pub ask_again_after: Duration,
    /// The same, after a failure that may pass.
    pub retry_after: Duration,
    /// Of how many series it is remembered what nobody had.
    pub max_series: usize,
    /// How long points are kept: older ones are given and not recorded, since they would be forgotten at once.
    pub retention: Retention,
    /// The most points that were not recorded and are held in memory, so that nobody is asked for them again at once.
    pub max_held: usize,
}

impl Default for HistoryLimits {
    fn default() -> Self {
        Self {
            max_points: 2_000,
            ask_again_after: Duration::from_secs(600),
            retry_after: Duration::from_secs(60),
            max_series: 1_000,
            retention: Retention::default(),
            max_held: 20_000,
        }
    }
}

/// The prices of an asset over time.
#[derive(Clone, Debug)]
pub struct History {
    /// What is priced.
    pub asset_id: AssetId,
    /// In what.
    pub currency: Currency,
    /// How far points are apart.
    pub interval: Interval,
    /// In order of time. Where nobody knows a price there is no point.
    pub points: Vec<HistoryPoint>,
    /// Who says so, each once.
    pub providers: Vec<String>,
    /// How many intervals that are over have no point.
    pub missing: u64,
    /// Why what is missing, only known in part, or the price now could not be had; `None` if the providers answered.
    pub unfilled: Option<QuoteError>,
}

/// The last price seen in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPoint {
    /// When the interval began.
    pub at: Instant,
    /// One unit in the history's currency.
    pub price: Decimal,
    /// When the provider saw this price.
    pub observed_at: Instant,
    /// Who says so; `simulated` is no real price.
    pub provider: String,
    /// Whether the interval is over; the price of one that is not still moves.
    pub closed: bool,
}

impl History {
    /// Whether any of the prices is made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.providers.iter().any(|provider| provider == SIMULATED)
    }
}

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// More was asked for than one answer may hold.
    #[error("at most {max} points may be asked for at once")]
    TooManyPoints {
        /// The bound.
        max: u64,
    },
    /// Nothing was recorded, and the providers gave nothing.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Histories of prices. Clones share what they remember of holes.
#[derive(Clone)]
pub struct HistoryService {
    deps: HistoryDeps,
    fills: Arc<Fills>,
}

impl HistoryService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: HistoryDeps) -> Self {
        let fills = Arc::new(Fills::new(deps.limits));
        Self { deps, fills }
    }
}

#[cfg(test)]
mod tests;
