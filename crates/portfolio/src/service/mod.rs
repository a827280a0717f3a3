//! What people ask about prices: one file per use case.

pub mod alerts;
mod bulk;
mod history;
mod operations;
mod outcomes;
mod popular;
mod recorder;
mod resolve;
mod valuation;
mod watch;
mod watchlist;

use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::Timer;

pub use alerts::{
    AlertDeps, AlertLimits, AlertService, ChangeAlertError, CreateAlertError, DeliveryRun, UnfitAlert, WatchedAssets,
};
pub use bulk::{BulkError, LookedUp};
pub use history::{History, HistoryDeps, HistoryError, HistoryLimits, HistoryPoint, HistoryService};
pub use recorder::{Flushed, PriceRecorder, RecorderDeps, RecorderSettings, Retention};
pub use resolve::FindQuoteError;
pub use valuation::{Holding, Valuation, ValuedHolding};
pub use watchlist::{AddWatchedError, WatchlistDeps, WatchlistLimits, WatchlistService};

use crate::ports::{PriceFeed, PriceOperations, QuoteTicker};

/// What the service is made of.
#[derive(Clone)]
pub struct PriceDeps {
    /// Gives prices.
    pub feed: Arc<dyn PriceFeed>,
    /// Shows how the providers do.
    pub operations: Arc<dyn PriceOperations>,
    /// Gives ticks.
    pub ticker: Arc<dyn QuoteTicker>,
    /// Waits.
    pub timer: Arc<dyn Timer>,
    /// Bounds of bulk look-ups.
    pub bulk: BulkLimits,
}

/// Bounds of bulk look-ups.
#[derive(Clone, Copy, Debug)]
pub struct BulkLimits {
    /// The most assets one look-up may name.
    pub max_assets: usize,
    /// The longest anyone may wait.
    pub max_timeout: Duration,
}

/// Prices, one by one, in bulk and as they tick.
#[derive(Clone)]
pub struct PriceService {
    deps: PriceDeps,
}

impl PriceService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: PriceDeps) -> Self {
        Self { deps }
    }
}

#[cfg(test)]
mod fake_points;
#[cfg(test)]
pub(crate) mod fixtures;
