//! The calls of a month.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::gauge;
use rialto_kernel::Instant;
use rialto_portfolio::{BudgetReport, Month, ProviderBudgets, ProviderError};

/// Takes calls out of the month's budget in blocks and gives them one by one. What a crash loses of a block is
/// lost to the month; more than the limit is never made.
pub(super) struct Budget {
    store: Arc<dyn ProviderBudgets>,
    provider: &'static str,
    limit: u64,
    block: u32,
    state: Mutex<State>,
    /// Held while a block is being taken, so that calls which come meanwhile share it.
    taking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Default)]
struct State {
    month: Option<Month>,
    /// Left of the block.
    left: u32,
    /// Taken from the month by all nodes, as far as is known here.
    used: u64,
    spent: bool,
}

impl Budget {
    /// `limit` 0 is no limit.
    pub(super) fn new(store: Arc<dyn ProviderBudgets>, provider: &'static str, limit: u64, block: u32) -> Self {
        Self {
            store,
            provider,
            limit,
            block: block.max(1),
            state: Mutex::default(),
            taking: tokio::sync::Mutex::default(),
        }
    }

    /// Refuses when it is known that nothing is left.
    pub(super) fn check(&self, now: Instant) -> Result<(), ProviderError> {
        let (state, month) = (*self.state(), Month::of(now));
        if state.month == Some(month) && state.spent && state.left == 0 {
            return Err(ProviderError::BudgetSpent { until: month.end() });
        }
        Ok(())
    }

    /// Takes one call.
    pub(super) async fn take(&self, now: Instant) -> Result<(), ProviderError> {
        if self.limit == 0 || self.take_held(now)? {
            return Ok(());
        }
        let _taking = self.taking.lock().await;
        if self.take_held(now)? {
            return Ok(());
        }
        self.reserve(now, self.block).await?;
        if self.take_held(now)? { Ok(()) } else { Err(ProviderError::BudgetSpent { until: Month::of(now).end() }) }
    }

    /// Learns what is used of the month without taking any of it.
    pub(super) async fn look(&self, now: Instant) -> Result<(), ProviderError> {
        if self.limit == 0 { Ok(()) } else { self.reserve(now, 0).await }
    }

    async fn reserve(&self, now: Instant, wanted: u32) -> Result<(), ProviderError> {
        let month = Month::of(now);
        let reserved = self.store.reserve(self.provider, month, wanted, self.limit).await;
        let reserved = reserved.map_err(|error| ProviderError::Unavailable { source: Arc::new(error) })?;
        let mut state = self.state();
        if state.month != Some(month) {
            *state = State { month: Some(month), ..State::default() };
        }
        state.left += reserved.granted;
        state.used = state.used.max(reserved.used);
        state.spent = reserved.granted < wanted || state.used >= self.limit;
        let left = self.limit.saturating_sub(state.used) + u64::from(state.left);
        drop(state);
        gauge!("rialto_price_budget_left", "provider" => self.provider).set(left as f64);
        Ok(())
    }

    fn take_held(&self, now: Instant) -> Result<bool, ProviderError> {
        let month = Month::of(now);
        let mut state = self.state();
        if state.month != Some(month) {
            return Ok(false);
        }
        if state.left == 0 {
            let spent = Err(ProviderError::BudgetSpent { until: month.end() });
            return if state.spent { spent } else { Ok(false) };
        }
        state.left -= 1;
        Ok(true)
    }

    pub(super) fn report(&self, now: Instant) -> Option<BudgetReport> {
        let (state, month) = (*self.state(), Month::of(now));
        let left = if state.month == Some(month) {
            (self.limit.saturating_sub(state.used) + u64::from(state.left)).min(self.limit)
        } else {
            self.limit
        };
        (self.limit > 0).then(|| BudgetReport { limit: self.limit, left, resets_at: month.end() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
