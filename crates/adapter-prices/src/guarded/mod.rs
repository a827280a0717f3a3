//! What stands between us and a provider, so that we take no more of it than we may.

mod breaker;
mod budget;
mod counts;
mod gate;
mod jitter;
mod limits;
mod pace;
mod settings;
mod turnstile;

use std::sync::Arc;

use async_trait::async_trait;
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::{
    Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderBudgets, ProviderError, ProviderReport,
    Quote, SIMULATED, Span,
};

use self::limits::Limits;
pub use self::settings::GuardSettings;
pub use self::turnstile::{CountedPriceProvider, Turnstile};

/// A provider that is called no more often than its settings allow. A call that may not be made is answered at
/// once, without one, with `RateLimited`, `BudgetSpent` or `Resting`; for its turn in the rate, and for a place
/// among the calls under way, it waits a little. What needs no call is answered whatever the limits.
pub struct GuardedPriceProvider {
    inner: Arc<dyn CountedPriceProvider>,
    limits: Arc<Limits>,
}

impl GuardedPriceProvider {
    /// A guard that limits the calls at the turnstile of `inner`, and counts those of the month in `budgets`.
    #[must_use]
    pub fn new(
        inner: Arc<dyn CountedPriceProvider>,
        settings: GuardSettings,
        budgets: Arc<dyn ProviderBudgets>,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        let limits = Arc::new(Limits::new(inner.name(), settings, budgets, clock, timer));
        inner.turnstile().limit(Arc::clone(&limits));
        Self { inner, limits }
    }

    /// Makes waits that are random the same in every run: for tests.
    #[must_use]
    pub fn with_jitter_seed(self, seed: u64) -> Self {
        self.limits.seed_jitter(seed);
        self
    }

    /// How the provider does.
    #[must_use]
    pub fn report(&self) -> ProviderReport {
        self.limits.report()
    }

    /// Whether its prices are made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.inner.name() == SIMULATED
    }

    /// Whether calls are to spare for what somebody happens to ask: names that nobody has heard of, searches, the past.
    /// Half of what may be called at once, and a fifth of the month, is kept for the prices that are shown already, so
    /// that no stranger's questions make them old.
    #[must_use]
    pub fn spares_calls(&self) -> bool {
        self.limits.spare()
    }

    /// Whether calls to it are limited at all.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.limits.are_any()
    }

    /// Learns what is used of the month, so that the report tells it before the first call.
    ///
    /// # Errors
    /// `Unavailable` if the store of budgets is.
    pub async fn look_at_budget(&self) -> Result<(), ProviderError> {
        self.limits.look_at_budget().await
    }
}

#[async_trait]
impl PriceProvider for GuardedPriceProvider {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn max_batch(&self) -> usize {
        self.inner.max_batch().max(1)
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.inner.quotes(assets, currency).await
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.inner.popular(limit, currency).await
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        self.inner.search(query, limit).await
    }

    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        self.inner.history(asset, currency, span).await
    }
}

#[cfg(test)]
mod tests;
