//! How often a provider is called.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::Instant;

const MINUTE: Duration = Duration::from_secs(60);
/// The provider counts by when calls reach it, which is not exactly when they were made.
const WINDOW: TimeDelta = TimeDelta::seconds(61);

/// Gives every call its turn: at most `burst` at once, then spread evenly, and never more than `per_minute`
/// in any minute, which a bucket alone would not keep.
pub(super) struct Pace {
    per_minute: u32,
    burst: u32,
    /// When the bucket will be full again.
    full_at: Option<Instant>,
    /// The turns of the last minute, in order.
    recent: VecDeque<Instant>,
}

impl Pace {
    /// `per_minute` 0 is no limit.
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        Self { per_minute, burst: burst.clamp(1, per_minute.max(1)), full_at: None, recent: VecDeque::new() }
    }

    /// Takes the next turn and tells how long to wait for it.
    ///
    /// # Errors
    /// How long it would be, if that is more than `max_wait`; no turn is taken then.
    pub(super) fn turn(&mut self, now: Instant, max_wait: Duration) -> Result<Duration, Duration> {
        if self.per_minute == 0 {
            return Ok(Duration::ZERO);
        }
        self.forget(now, max_wait);
        let from_bucket = self.full_at.map_or(now, |full| full - self.spacing() * (self.burst as i32 - 1));
        let full_minute = self.recent.len() >= self.per_minute as usize;
        let from_window = self.recent.get(self.recent.len().wrapping_sub(self.per_minute as usize));
        let turn = match from_window {
            Some(oldest) if full_minute => now.max(from_bucket).max(*oldest + WINDOW),
            _ => now.max(from_bucket),
        };
        let wait = (turn - now).to_std().unwrap_or_default();
        if wait > max_wait {
            return Err(wait);
        }
        self.full_at = Some(self.full_at.map_or(turn, |full| full.max(turn)) + self.spacing());
        self.recent.push_back(turn);
        Ok(wait)
    }

    /// How many calls could be made at once.
    pub(super) fn left(&self, now: Instant) -> Option<u32> {
        if self.per_minute == 0 {
            return None;
        }
        let filling = self.full_at.map_or(0, |full| (full - now).num_milliseconds().max(0));
        let missing =
            u32::try_from(filling.unsigned_abs().div_ceil(self.spacing().num_milliseconds().unsigned_abs().max(1)));
        let in_bucket = self.burst.saturating_sub(missing.unwrap_or(u32::MAX));
        let used = self.recent.iter().filter(|turn| **turn + WINDOW > now).count();
        Some(in_bucket.min(self.per_minute.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))))
    }

    fn forget(&mut self, now: Instant, max_wait: Duration) {
        let furthest = now + TimeDelta::from_std(max_wait + Duration::from_secs(1)).unwrap_or_default();
        if self.recent.back().is_some_and(|turn| *turn > furthest) {
            // The clock was set back. The turns of the last minute are counted as if they were taken now.
            for turn in &mut self.recent {
                *turn = now;
            }
            self.full_at = Some(now + self.spacing() * (self.burst as i32));
        }
        while self.recent.front().is_some_and(|turn| *turn + WINDOW <= now) {
            self.recent.pop_front();
        }
    }

    fn spacing(&self) -> TimeDelta {
        TimeDelta::from_std(MINUTE / self.per_minute.max(1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Duration = Duration::from_secs(2);

    fn at(millis: i64) -> Instant {
        chrono::DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_burst_passes_at_once_and_the_next_is_told_how_long_it_would_wait() {
        let mut pace = Pace::new(30, 3);
        assert_eq!(pace.left(at(0)), Some(3));
        assert_eq!([0; 3].map(|_| pace.turn(at(0), TWO)), [Ok(Duration::ZERO); 3]);
        assert_eq!(pace.left(at(0)), Some(0));
        assert_eq!(pace.turn(at(0), TWO), Ok(TWO));
        assert_eq!(pace.turn(at(0), TWO), Err(TWO * 2));
        assert_eq!(pace.turn(at(4_000), TWO), Ok(Duration::ZERO));
    }

    #[test]
    fn no_minute_ever_holds_more_calls_than_allowed() {
        let mut pace = Pace::new(9, 5);
        let mut turns = Vec::new();
        for millis in (0..3_600_000).step_by(137) {
            if let Ok(wait) = pace.turn(at(millis), TWO) {
                turns.push(at(millis) + wait);
            }
        }
        assert!(turns.len() > 8 * 60, "{} calls in an hour", turns.len());
        for (first, tenth) in turns.iter().zip(turns.iter().skip(9)) {
            assert!(*tenth - *first >= TimeDelta::seconds(60), "{first} {tenth}");
        }
        assert!(pace.recent.len() <= 9);
    }

    #[test]
    fn a_clock_that_was_set_back_gives_no_calls_away_and_silences_nobody() {
        let mut pace = Pace::new(9, 5);
        while pace.turn(at(0), TWO).is_ok() {}
        let before = at(-3 * 3_600_000);
        assert!(pace.turn(before, TWO).is_err());
        assert_eq!(pace.turn(before + TimeDelta::seconds(62), TWO), Ok(Duration::ZERO));
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let mut pace = Pace::new(0, 5);
        assert!((0..1_000).all(|_| pace.turn(at(0), TWO) == Ok(Duration::ZERO)));
        assert_eq!(pace.left(at(0)), None);
    }
}
