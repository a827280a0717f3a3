use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;

use crate::model::{AssetId, Quote};

/// Ticks: one upstream feed for all who watch.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait QuoteTicker: Send + Sync {
    /// Quotes of these assets as they tick, in [`Currency::default`](crate::Currency::default); the first round comes at
    /// once. A watcher that is too slow misses ticks, never sees an older one after a newer one. Dropping the
    /// stream ends the interest.
    fn watch(&self, assets: Vec<AssetId>) -> QuoteTicks;
}

/// A stream of ticks.
pub type QuoteTicks = Pin<Box<dyn Stream<Item = Arc<Quote>> + Send>>;
