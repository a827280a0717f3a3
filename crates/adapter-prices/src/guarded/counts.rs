//! How a provider has done since the start.

use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::counter;
use rialto_kernel::Instant;
use rialto_portfolio::{LastFailure, ProviderError};

pub(super) struct Counts {
    provider: &'static str,
    figures: Mutex<Figures>,
}

#[derive(Clone, Default)]
pub(super) struct Figures {
    pub(super) calls: u64,
    pub(super) failed_calls: u64,
    pub(super) last_success_at: Option<Instant>,
    pub(super) last_failure: Option<LastFailure>,
}

impl Counts {
    pub(super) fn new(provider: &'static str) -> Self {
        Self { provider, figures: Mutex::default() }
    }

    pub(super) fn called(&self) {
        self.figures().calls += 1;
        counter!("rialto_price_calls_total", "provider" => self.provider).increment(1);
    }

    pub(super) fn answered(&self, now: Instant) {
        self.figures().last_success_at = Some(now);
    }

    pub(super) fn failed(&self, now: Instant, error: &ProviderError) {
        let failure = LastFailure { at: now, kind: error.kind(), message: chain(error) };
        tracing::debug!(provider = self.provider, error = failure.message, "a call to a price provider failed");
        let mut figures = self.figures();
        figures.failed_calls += 1;
        figures.last_failure = Some(failure);
        drop(figures);
        counter!("rialto_price_calls_failed_total", "provider" => self.provider, "kind" => error.kind()).increment(1);
    }

    pub(super) fn read(&self) -> Figures {
        self.figures().clone()
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error with its causes, in one line that is not too long for one.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let line = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
