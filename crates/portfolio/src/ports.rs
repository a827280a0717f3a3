//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;

use crate::model::{AssetId, Currency, Quote};

/// Gives prices: a provider, or a decorator around one.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PriceFeed: Send + Sync {
    /// The quotes of these assets, in one call to the provider for up to [`PriceFeed::max_batch`] of them.
    /// Assets the provider does not know are left out; the order is not promised.
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError>;

    /// The `limit` assets of greatest market capitalisation, greatest first.
    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError>;

    /// How many assets one call takes.
    fn max_batch(&self) -> usize;
}

/// Why a feed gave nothing. The same error may be told to many who waited for one call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PriceFeedError {
    /// The provider wants fewer calls.
    #[error("the price provider limits the rate of calls")]
    RateLimited {
        /// When to try again, if the provider said so.
        retry_after: Option<Duration>,
    },
    /// The provider cannot be reached, is too slow, or failed.
    #[error("the price provider is unavailable")]
    Unavailable {
        /// What went wrong.
        #[source]
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The provider answered something that is not its format.
    #[error("the price provider's answer cannot be read: {what}")]
    Malformed {
        /// What was wrong with it.
        what: String,
    },
    /// The provider does not price in this currency.
    #[error("the price provider does not know the currency {0}")]
    UnknownCurrency(Currency),
}

/// Ticks: one upstream poll for all who watch.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
pub trait QuoteTicker: Send + Sync {
    /// Quotes of these assets as they tick, in [`Currency::default`]; the first round comes at once. A
    /// watcher that is too slow misses ticks, never sees an older one after a newer one. Dropping the
    /// stream ends the interest.
    fn watch(&self, assets: Vec<AssetId>) -> QuoteTicks;
}

/// A stream of ticks.
pub type QuoteTicks = Pin<Box<dyn Stream<Item = Arc<Quote>> + Send>>;
