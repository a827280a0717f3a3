//! One call after another, each within all limits.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{Either, select};
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::{ProviderBudgets, ProviderError, ProviderReport, ProviderState, SIMULATED};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::GuardSettings;
use super::breaker::Passage;
use super::budget::Budget;
use super::counts::Counts;
use super::gate::Gate;
use super::jitter::Jitter;

/// What may be taken of one provider, and what became of it.
pub(super) struct Limits {
    provider: &'static str,
    settings: GuardSettings,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    places: Semaphore,
    gate: Mutex<Gate>,
    budget: Budget,
    counts: Counts,
}

impl Limits {
    pub(super) fn new(
        provider: &'static str,
        settings: GuardSettings,
        budgets: Arc<dyn ProviderBudgets>,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self {
            places: Semaphore::new(settings.max_in_flight.max(1)),
            gate: Mutex::new(Gate::new(&settings, Jitter::new())),
            budget: Budget::new(budgets, provider, settings.monthly_budget, settings.budget_block),
            counts: Counts::new(provider),
            provider,
            settings,
            clock,
            timer,
        }
    }

    /// Makes waits that are random the same in every run.
    pub(super) fn seed_jitter(&self, seed: u64) {
        *self.gate() = Gate::new(&self.settings, Jitter::seeded(seed));
    }

    pub(super) fn report(&self) -> ProviderReport {
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
            name: self.provider,
            simulated: self.provider == SIMULATED,
            state,
            calls: figures.calls,
            failed_calls: figures.failed_calls,
            calls_left,
            budget: self.budget.report(now),
            last_success_at: figures.last_success_at,
            last_failure: figures.last_failure,
        }
    }

    /// Learns what is used of the month without taking any of it.
    pub(super) async fn look_at_budget(&self) -> Result<(), ProviderError> {
        self.budget.look(self.clock.now()).await
    }

    /// Makes a call once it may be made, and learns from its outcome.
    pub(super) async fn call<T: Send>(
        &self,
        call: impl Future<Output = Result<T, ProviderError>> + Send,
    ) -> Result<T, ProviderError> {
        self.may_call()?;
        let _place = self.place().await?;
        let wait = self.gate().turn(self.clock.now(), self.settings.max_wait)?;
        if !wait.is_zero() {
            self.timer.sleep(wait).await;
        }
        // The provider may have asked for fewer calls while this one waited.
        let passage = self.gate().enter(self.clock.now())?;
        let mut attempt = Attempt { limits: self, passage: Some(passage) };
        self.budget.take(self.clock.now()).await?;

        self.counts.called();
        let outcome = match select(pin!(call), self.timer.sleep(self.settings.call_timeout)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(ProviderError::Unavailable { source: Arc::new(TooSlow) }),
        };
        attempt.ended(outcome.as_ref().err());
        outcome
    }

    /// Whether there is any limit to how often it is called.
    pub(super) const fn are_any(&self) -> bool {
        self.settings.calls_per_minute > 0 || self.settings.monthly_budget > 0
    }

    /// Whether half of what may be called at once, and a fifth of the month, would still be left.
    pub(super) fn spare(&self) -> bool {
        let now = self.clock.now();
        let burst = u64::from(self.settings.burst);
        let at_once = self.gate().calls_left(now).is_none_or(|left| u64::from(left) * 2 > burst);
        let this_month = self.budget.report(now).is_none_or(|budget| budget.left.saturating_mul(5) >= budget.limit);
        at_once && this_month
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

/// A call that was let out; if its caller leaves, the gate learns it.
struct Attempt<'a> {
    limits: &'a Limits,
    passage: Option<Passage>,
}

impl Attempt<'_> {
    fn ended(&mut self, error: Option<&ProviderError>) {
        let Some(passage) = self.passage.take() else { return };
        let now = self.limits.clock.now();
        let (mut gate, counts) = (self.limits.gate(), &self.limits.counts);
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
            let now = self.limits.clock.now();
            self.limits.gate().abandoned(passage, now);
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no answer in the time that a call may take")]
struct TooSlow;
