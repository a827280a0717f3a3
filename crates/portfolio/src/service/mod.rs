//! What people ask about prices: one file per use case.

pub mod alerts;
mod bulk;
mod quote;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::Timer;

pub use alerts::{
    AlertDeps, AlertLimits, AlertService, ChangeAlertError, CreateAlertError, DeliveryRun, WatchedAssets,
};
pub use bulk::BulkError;

use crate::ports::{PriceFeed, QuoteTicker};

/// What the service is made of.
#[derive(Clone)]
pub struct PriceDeps {
    /// Gives prices.
    pub feed: Arc<dyn PriceFeed>,
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
pub(crate) mod fixtures;
