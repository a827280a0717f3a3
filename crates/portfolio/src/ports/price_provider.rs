use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rialto_kernel::Instant;

use crate::model::{Asset, AssetId, AssetQuery, Currency, PricePoint, Quote, Span};

/// One source of prices. To answer, it may be called not at all, once or several times, such as a page at a time; the
/// adapter sees to it that each of these calls is within the source's limits. One that may not be made ends the answer
/// with `RateLimited`, `BudgetSpent` or `Resting`; what needs no call is answered whatever the limits.
///
/// An asset id is the same for every provider; a provider whose own ids differ translates those it knows, and
/// never takes one asset for another.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PriceProvider: Send + Sync {
    /// Its name in quotes, settings and reports.
    fn name(&self) -> &'static str;

    /// How many assets one call takes, at least 1.
    fn max_batch(&self) -> usize;

    /// The quotes of these assets, at most [`max_batch`](PriceProvider::max_batch) of them. Assets that it does not
    /// know or has no price of are left out; the order is not promised. Asking for nothing is no call.
    ///
    /// # Errors
    /// See [`ProviderError`].
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError>;

    /// The `limit` assets of greatest market capitalisation, greatest first.
    ///
    /// # Errors
    /// See [`ProviderError`]; `Unsupported` if it does not know capitalisations.
    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError>;

    /// Assets whose name, symbol or id matches, the most fitting first.
    ///
    /// # Errors
    /// See [`ProviderError`].
    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError>;

    /// Closing prices of the intervals that begin within `span`, in order of time, each interval once; none of an
    /// asset that it does not know. It may begin later than asked, where the provider keeps no more. An interval
    /// that is not over yet is left out.
    ///
    /// # Errors
    /// See [`ProviderError`]; `Unsupported` if it has no history of this interval.
    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError>;
}

/// Why a provider gave nothing. The same error may be told to many who waited for one call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderError {
    /// It wants fewer calls, or we have used what we may take for now.
    #[error("the price provider limits the rate of calls")]
    RateLimited {
        /// When to try again, if that is known.
        retry_after: Option<Duration>,
    },
    /// The calls of this month are used up.
    #[error("the calls to the price provider for this month are used up")]
    BudgetSpent {
        /// When there are calls again.
        until: Instant,
    },
    /// It failed again and again, and is left alone for a while.
    #[error("the price provider has failed repeatedly and is left alone for a while")]
    Resting {
        /// When it is tried again.
        until: Instant,
    },
    /// It cannot be reached, is too slow, or failed.
    #[error("the price provider is unavailable")]
    Unavailable {
        /// What went wrong.
        #[source]
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// It answered something that is not its format.
    #[error("the price provider's answer cannot be read: {what}")]
    Malformed {
        /// What was wrong with it.
        what: String,
    },
    /// It does not price in this currency.
    #[error("no price provider knows the currency {0}")]
    UnknownCurrency(Currency),
    /// It does not offer this at all.
    #[error("the price provider does not offer this")]
    Unsupported,
}

impl ProviderError {
    /// A stable word for metrics and reports.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::Resting { .. } => "resting",
            Self::Unavailable { .. } => "unavailable",
            Self::Malformed { .. } => "malformed",
            Self::UnknownCurrency(_) => "unknown_currency",
            Self::Unsupported => "unsupported",
        }
    }

    /// Whether another call at another time could succeed.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        !matches!(self, Self::UnknownCurrency(_) | Self::Unsupported)
    }
}
