//! Whether a call may be made now, by all but the budget.

use std::time::Duration;

use rialto_kernel::Instant;
use rialto_portfolio::{ProviderError, ProviderState};

use super::GuardSettings;
use super::breaker::{Breaker, Passage};
use super::jitter::Jitter;
use super::pace::Pace;

/// The shortest that a provider is left alone when it says how long.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Gate {
    pace: Pace,
    breaker: Breaker,
    jitter: Jitter,
    /// The provider asked for fewer calls, and is left alone until then.
    limited_until: Option<Instant>,
    /// How often in a row it asked without saying how long.
    refusals: u32,
    first_back_off: Duration,
    longest_back_off: Duration,
}

impl Gate {
    pub(super) fn new(settings: &GuardSettings, jitter: Jitter) -> Self {
        Self {
            pace: Pace::new(settings.calls_per_minute, settings.burst),
            breaker: Breaker::new(settings.failures_until_rest, settings.first_rest, settings.longest_back_off),
            jitter,
            limited_until: None,
            refusals: 0,
            first_back_off: settings.first_back_off,
            longest_back_off: settings.longest_back_off,
        }
    }

    /// Refuses while the provider is left alone.
    pub(super) fn check(&self, now: Instant) -> Result<(), ProviderError> {
        if let Some(until) = self.limited(now) {
            return Err(ProviderError::RateLimited { retry_after: (until - now).to_std().ok() });
        }
        self.breaker.resting(now).map_or(Ok(()), |until| Err(ProviderError::Resting { until }))
    }

    /// Takes a turn and tells how long to wait for it.
    pub(super) fn turn(&mut self, now: Instant, max_wait: Duration) -> Result<Duration, ProviderError> {
        let turn = self.pace.turn(now, max_wait);
        turn.map_err(|wait| ProviderError::RateLimited { retry_after: Some(wait) })
    }

    /// Lets a call out.
    pub(super) fn enter(&mut self, now: Instant) -> Result<Passage, ProviderError> {
        self.check(now)?;
        self.breaker.enter(now).map_err(|until| ProviderError::Resting { until })
    }

    pub(super) fn answered(&mut self, passage: Passage, now: Instant) {
        self.breaker.succeeded(passage);
        // An answer to a call that was made before the refusal does not lift it.
        if self.limited(now).is_none() {
            self.limited_until = None;
            self.refusals = 0;
        }
    }

    /// The provider wants fewer calls. Zero seconds is no time: some say that when they mean nothing by it.
    pub(super) fn limit(&mut self, passage: Passage, now: Instant, told: Option<Duration>) {
        // It does answer; that it is broken is not what it says.
        self.breaker.succeeded(passage);
        let wait = match told.filter(|told| !told.is_zero()) {
            Some(told) => told.max(SHORTEST_PAUSE).min(self.longest_back_off),
            None => {
                let wait = self.jitter.wait(self.first_back_off, self.refusals, self.longest_back_off);
                self.refusals = self.refusals.saturating_add(1);
                wait
            }
        };
        // Several calls under way may be refused; the longest wait counts.
        self.limited_until = Some(self.limited(now).map_or(now + wait, |until| until.max(now + wait)));
    }

    pub(super) fn failed(&mut self, passage: Passage, now: Instant) {
        self.breaker.failed(passage, now, &mut self.jitter);
    }

    pub(super) fn abandoned(&mut self, passage: Passage, now: Instant) {
        self.breaker.abandoned(passage, now);
    }

    pub(super) fn state(&self, now: Instant) -> ProviderState {
        match (self.limited(now), self.breaker.resting(now)) {
            (_, Some(until)) => ProviderState::Resting { until },
            (Some(until), None) => ProviderState::Limited { until },
            (None, None) => ProviderState::Working,
        }
    }

    pub(super) fn calls_left(&self, now: Instant) -> Option<u32> {
        self.pace.left(now)
    }

    fn limited(&self, now: Instant) -> Option<Instant> {
        // More than we ever ask for means that the clock was set back.
        self.limited_until.filter(|until| *until > now && *until <= now + self.longest_back_off)
    }
}
