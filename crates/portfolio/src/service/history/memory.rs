use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::lock::Mutex as AsyncMutex;
use rialto_kernel::Instant;

use super::HistoryLimits;
use crate::ports::{QuoteError, Series};

/// The most attempts that are remembered of a series.
const MAX_ATTEMPTS: usize = 16;

/// What was asked of the feed not long ago. Whoever fills a series holds its lock, so that nobody asks for the same
/// beside them.
pub struct Fills {
    limits: HistoryLimits,
    series: Mutex<HashMap<Series, Slot>>,
}

struct Slot {
    used_at: Instant,
    attempts: Arc<AsyncMutex<Attempts>>,
}

impl Fills {
    pub fn new(limits: HistoryLimits) -> Self {
        Self { limits, series: Mutex::default() }
    }

    /// The attempts to fill a series.
    pub fn of(&self, series: &Series, now: Instant) -> Arc<AsyncMutex<Attempts>> {
        // What an act that panicked left is whole: each change is one insertion or removal.
        let mut known = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(series) && known.len() >= self.limits.max_series {
            // One that is being filled stays: another fill of it could begin beside it.
            let idle = known.iter().filter(|(_, slot)| Arc::strong_count(&slot.attempts) == 1);
            let oldest = idle.min_by_key(|(_, slot)| slot.used_at).map(|(series, _)| series.clone());
            if let Some(oldest) = oldest {
                known.remove(&oldest);
            }
        }
        let new = || Slot { used_at: now, attempts: Arc::new(AsyncMutex::new(Attempts::new(self.limits))) };
        let slot = known.entry(series.clone()).or_insert_with(new);
        slot.used_at = now;
        Arc::clone(&slot.attempts)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.series.lock().unwrap().len()
    }
}

/// What was asked about one series not long ago.
pub struct Attempts {
    limits: HistoryLimits,
    made: VecDeque<Attempt>,
}

struct Attempt {
    from: Instant,
    to: Instant,
    until: Instant,
    error: Option<QuoteError>,
}

impl Attempts {
    fn new(limits: HistoryLimits) -> Self {
        Self { limits, made: VecDeque::new() }
    }

    /// Remembers that intervals that begin at `from` or later and before `to` were asked for.
    pub fn note(&mut self, from: Instant, to: Instant, now: Instant, error: Option<QuoteError>) {
        self.made.retain(|attempt| attempt.until > now);
        if self.made.len() >= MAX_ATTEMPTS {
            self.made.pop_front();
        }
        let is_passing = match &error {
            None | Some(QuoteError::UnknownAsset(_)) => false,
            Some(QuoteError::TimedOut) => true,
            Some(QuoteError::Provider(error)) => error.is_passing(),
        };
        let pause = if is_passing { self.limits.retry_after } else { self.limits.ask_again_after };
        self.made.push_back(Attempt { from, to, until: now + pause, error });
    }

    /// Whether it is worth asking for the interval that begins at `at`.
    pub fn is_open(&self, at: Instant, now: Instant) -> bool {
        !self.made.iter().any(|attempt| attempt.until > now && attempt.from <= at && at < attempt.to)
    }

    /// Why the interval that begins at `at` was not to be had, as far as that is known.
    pub fn error_of(&self, at: Instant, now: Instant) -> Option<QuoteError> {
        let mut of = self.made.iter().rev().filter(|made| made.until > now && made.from <= at && at < made.to);
        of.find_map(|attempt| attempt.error.clone())
    }
}
