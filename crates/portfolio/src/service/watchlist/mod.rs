//! The assets that a user follows: one file per use case.

mod add;
mod list;
mod remove;

use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::{Clock, Timer};

pub use add::AddWatchedError;

use crate::ports::{PriceFeed, WatchlistStore};

/// What the service is made of.
#[derive(Clone)]
pub struct WatchlistDeps {
    /// Keeps the lists.
    pub store: Arc<dyn WatchlistStore>,
    /// Knows assets and prices.
    pub feed: Arc<dyn PriceFeed>,
    /// Tells when an asset was added.
    pub clock: Arc<dyn Clock>,
    /// Waits.
    pub timer: Arc<dyn Timer>,
    /// Bounds.
    pub limits: WatchlistLimits,
}

/// Bounds of watchlists.
#[derive(Clone, Copy, Debug)]
pub struct WatchlistLimits {
    /// The most assets of a list.
    pub max_assets: u32,
    /// The longest that prices are waited for.
    pub timeout: Duration,
}

impl Default for WatchlistLimits {
    fn default() -> Self {
        Self { max_assets: 200, timeout: Duration::from_secs(10) }
    }
}

/// Watchlists of users.
#[derive(Clone)]
pub struct WatchlistService {
    deps: WatchlistDeps,
}

impl WatchlistService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: WatchlistDeps) -> Self {
        Self { deps }
    }
}

#[cfg(test)]
mod tests;
