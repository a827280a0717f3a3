//! What stands between us and a provider, so that we take no more of it than we may.

mod breaker;
mod budget;
mod counts;
mod gate;
mod jitter;
mod pace;
mod settings;
mod spare;

use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::future::{Either, select};
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::{
    Asset, AssetId, AssetQuery, Currency, Interval, PricePoint, PriceProvider, ProviderBudgets, ProviderError,
    ProviderReport, ProviderState, Quote, SIMULATED, Span,
};
use tokio::sync::{Semaphore, SemaphorePermit};

use self::breaker::Passage;
use self::budget::Budget;
use self::counts::Counts;
use self::gate::Gate;
use self::jitter::Jitter;
pub use self::settings::GuardSettings;

/// A provider that is called no more often than its settings allow. A call that may not be made is answered at
/// once, without one, with `RateLimited`, `BudgetSpent` or `Resting`; for its turn in the rate, and for a place
/// among the calls under way, it waits a little.
pub struct GuardedPriceProvider {
    inner: Arc<dyn PriceProvider>,
    settings: GuardSettings,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    places: Semaphore,
    gate: Mutex<Gate>,
    budget: Budget,
    counts: Counts,
    /// What the provider said it does not offer, one bit each: it is not asked that again.
    unsupported: AtomicU8,
}

/// What may not be on offer.
#[derive(Clone, Copy)]
enum Offer {
    Quotes,
    Popular,
    Search,
    History(Interval),
}

impl GuardedPriceProvider {
    /// A guard before `inner` that counts the calls of the month in `budgets`.
    #[must_use]
    pub fn new(
        inner: Arc<dyn PriceProvider>,
        settings: GuardSettings,
        budgets: Arc<dyn ProviderBudgets>,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        let name = inner.name();
        Self {
            places: Semaphore::new(settings.max_in_flight.max(1)),
            gate: Mutex::new(Gate::new(&settings, Jitter::new())),
            budget: Budget::new(budgets, name, settings.monthly_budget, settings.budget_block),
            counts: Counts::new(name),
            unsupported: AtomicU8::new(0),
            inner,
            settings,
            clock,
            timer,
        }
    }

    /// Makes waits that are random the same in every run: for tests.
    #[must_use]
    pub fn with_jitter_seed(self, seed: u64) -> Self {
        let gate = Mutex::new(Gate::new(&self.settings, Jitter::seeded(seed)));
        Self { gate, ..self }
    }

    /// How the provider does.
    #[must_use]
    pub fn report(&self) -> ProviderReport {
        let now = self.clock.now();
        let figures = self.counts.read();
        let (state, calls_left) = {
            let gate = self.gate();
            (gate.state(now), gate.calls_left(now))
        };
        let state = match self.budget.check(now) {
            Err(ProviderError::BudgetSpent { until }) => ProviderState::BudgetSpent { until },
            _ => state,
        };
        ProviderReport {
            name: self.inner.name(),
            simulated: self.is_simulated(),
            state,
            calls: figures.calls,
            failed_calls: figures.failed_calls,
            calls_left,
            budget: self.budget.report(now),
            last_success_at: figures.last_success_at,
            last_failure: figures.last_failure,
        }
    }

    /// Whether its prices are made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.inner.name() == SIMULATED
    }

    /// Learns what is used of the month, so that the report tells it before the first call.
    ///
    /// # Errors
    /// `Unavailable` if the store of budgets is.
    pub async fn look_at_budget(&self) -> Result<(), ProviderError> {
        self.budget.look(self.clock.now()).await
    }

    async fn guarded<T: Send>(
        &self,
        offer: Offer,
        call: impl Future<Output = Result<T, ProviderError>> + Send,
    ) -> Result<T, ProviderError> {
        if self.unsupported.load(Ordering::Relaxed) & offer.bit() != 0 {
            return Err(ProviderError::Unsupported);
        }
        self.may_call()?;
        let _place = self.place().await?;
        let wait = self.gate().turn(self.clock.now(), self.settings.max_wait)?;
        if !wait.is_zero() {
            self.timer.sleep(wait).await;
        }
        // The provider may have asked for fewer calls while this one waited.
        let passage = self.gate().enter(self.clock.now())?;
        let mut attempt = Attempt { guard: self, passage: Some(passage) };
        self.budget.take(self.clock.now()).await?;

        self.counts.called();
        let outcome = match select(pin!(call), self.timer.sleep(self.settings.call_timeout)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(ProviderError::Unavailable { source: Arc::new(TooSlow) }),
        };
        if matches!(outcome, Err(ProviderError::Unsupported)) {
            self.unsupported.fetch_or(offer.bit(), Ordering::Relaxed);
        }
        attempt.ended(outcome.as_ref().err());
        outcome
    }

    fn may_call(&self) -> Result<(), ProviderError> {
        let now = self.clock.now();
        self.gate().check(now)?;
        self.budget.check(now)
    }

    async fn place(&self) -> Result<SemaphorePermit<'_>, ProviderError> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        match select(pin!(self.places.acquire()), self.timer.sleep(self.settings.max_wait)).await {
            Either::Left((Ok(place), _)) => Ok(place),
            Either::Left((Err(_), _)) | Either::Right(_) => Err(ProviderError::RateLimited { retry_after: None }),
        }
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offer {
    const fn bit(self) -> u8 {
        match self {
            Self::Quotes => 1,
            Self::Popular => 2,
            Self::Search => 4,
            Self::History(Interval::FiveMinutes) => 8,
            Self::History(Interval::Hour) => 16,
            Self::History(Interval::Day) => 32,
        }
    }
}

/// A call that was let out; if its caller leaves, the gate learns it.
struct Attempt<'a> {
    guard: &'a GuardedPriceProvider,
    passage: Option<Passage>,
}

impl Attempt<'_> {
    fn ended(&mut self, error: Option<&ProviderError>) {
        let Some(passage) = self.passage.take() else { return };
        let now = self.guard.clock.now();
        let (mut gate, counts) = (self.guard.gate(), &self.guard.counts);
        match error {
            None | Some(ProviderError::UnknownCurrency(_) | ProviderError::Unsupported) => {
                gate.answered(passage, now);
                counts.answered(now);
            }
            Some(error @ ProviderError::RateLimited { retry_after }) => {
                gate.limit(passage, now, *retry_after);
                counts.failed(now, error);
            }
            Some(error) => {
                gate.failed(passage, now);
                counts.failed(now, error);
            }
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(passage) = self.passage.take() {
            let now = self.guard.clock.now();
            self.guard.gate().abandoned(passage, now);
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no answer in the time that a call may take")]
struct TooSlow;

#[async_trait]
impl PriceProvider for GuardedPriceProvider {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn max_batch(&self) -> usize {
        self.inner.max_batch().max(1)
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        if assets.is_empty() {
            return Ok(Vec::new());
        }
        self.guarded(Offer::Quotes, self.inner.quotes(assets, currency)).await
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.guarded(Offer::Popular, self.inner.popular(limit, currency)).await
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        self.guarded(Offer::Search, self.inner.search(query, limit)).await
    }

    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        self.guarded(Offer::History(span.interval), self.inner.history(asset, currency, span)).await
    }
}

#[cfg(test)]
mod tests;
