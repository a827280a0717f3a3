use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::lock::Mutex as AsyncMutex;
use rialto_kernel::Instant;

use super::HistoryLimits;
use crate::model::{PricePoint, Span};
use crate::ports::{QuoteError, Series};

/// The most attempts that are remembered of a series.
const MAX_ATTEMPTS: usize = 16;

/// What was asked of the feed not long ago. Whoever fills a series holds its lock, so that nobody asks for the same
/// beside them.
pub struct Fills {
    limits: HistoryLimits,
    series: Mutex<HashMap<Series, Slot>>,
    held: Mutex<VecDeque<Find>>,
}

/// Points that were found and not recorded.
struct Find {
    until: Instant,
    points: Arc<[PricePoint]>,
}

struct Slot {
    used_at: Instant,
    attempts: Arc<AsyncMutex<Attempts>>,
}

impl Fills {
    pub fn new(limits: HistoryLimits) -> Self {
        Self { limits, series: Mutex::default(), held: Mutex::default() }
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

    /// Holds points that were found and not recorded, for as long as nobody is asked for them again; older finds give
    /// way to newer ones.
    pub fn hold(&self, points: Vec<PricePoint>, now: Instant) -> Weak<[PricePoint]> {
        let points: Arc<[PricePoint]> = points.into();
        let found = Arc::downgrade(&points);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|find| find.until > now);
        held.push_back(Find { until: now + self.limits.ask_again_after, points });
        let mut count: usize = held.iter().map(|find| find.points.len()).sum();
        while count > self.limits.max_held
            && let Some(oldest) = held.pop_front()
        {
            count -= oldest.points.len();
        }
        found
    }

    #[cfg(test)]
    pub fn held(&self) -> usize {
        self.held.lock().unwrap().iter().map(|find| find.points.len()).sum()
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
    /// What was found and not recorded, for as long as it is held.
    found: Option<Weak<[PricePoint]>>,
}

impl Attempts {
    fn new(limits: HistoryLimits) -> Self {
        Self { limits, made: VecDeque::new() }
    }

    /// Remembers that the intervals of a span were asked for: what went wrong, and what was found and not recorded.
    pub fn note(&mut self, span: &Span, now: Instant, error: Option<QuoteError>, found: Option<Weak<[PricePoint]>>) {
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
        self.made.push_back(Attempt { from: span.from, to: span.to, until: now + pause, error, found });
    }

    /// Whether it is worth asking for the interval that begins at `at`: it was not asked for, or what was found is not
    /// at hand any more.
    pub fn is_open(&self, at: Instant, now: Instant) -> bool {
        let mut of = self.made.iter().filter(|attempt| attempt.until > now && attempt.from <= at && at < attempt.to);
        !of.any(|attempt| attempt.found.as_ref().is_none_or(|found| found.strong_count() > 0))
    }

    /// What was found within a span and not recorded, as far as it is held.
    pub fn found(&self, span: &Span, now: Instant) -> Vec<PricePoint> {
        let made = self.made.iter().filter(|attempt| attempt.until > now);
        let finds: Vec<_> = made.filter_map(|attempt| attempt.found.as_ref()?.upgrade()).collect();
        let points = finds.iter().flat_map(|points| points.iter());
        points.filter(|point| (span.from..span.to).contains(&point.at)).cloned().collect()
    }

    /// Why the interval that begins at `at` was not to be had, as far as that is known.
    pub fn error_of(&self, at: Instant, now: Instant) -> Option<QuoteError> {
        let mut of = self.made.iter().rev().filter(|made| made.until > now && made.from <= at && at < made.to);
        of.find_map(|attempt| attempt.error.clone())
    }
}
