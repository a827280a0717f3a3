//! How long no call is made after CoinGecko asked for fewer, or could not be reached.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rialto_kernel::Instant;

const FIRST: Duration = Duration::from_secs(5);

/// Remembers until when calls are pointless.
pub(super) struct BackOff {
    longest: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    until: Option<Instant>,
    /// How many failures came in a row.
    streak: u32,
}

impl BackOff {
    /// A back-off that never lasts longer than this.
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, state: Mutex::default() }
    }

    /// How long to wait still; `None` when calls may be made.
    pub(super) fn remaining(&self, now: Instant) -> Option<Duration> {
        let wait = (self.state().until? - now).to_std().ok()?;
        // More than we ever ask for means that the clock was set back.
        (!wait.is_zero() && wait <= self.longest).then_some(wait)
    }

    /// A call failed: wait as long as we were told, else twice as long as the last time, give or take, so
    /// that nodes which failed together do not return together.
    pub(super) fn failed(&self, now: Instant, told: Option<Duration>) {
        let mut state = self.state();
        state.streak = state.streak.saturating_add(1);
        let wait =
            told.unwrap_or_else(|| self.own_wait(state.streak, getrandom::u32().unwrap_or(u32::MAX))).min(self.longest);
        state.until = Some(now + wait);
    }

    /// CoinGecko answered.
    pub(super) fn answered(&self, now: Instant) {
        let mut state = self.state();
        // An answer to a call that was made before the failure does not lift it.
        if state.until.is_none_or(|until| until <= now) {
            *state = State::default();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Between half and the whole of 5, 10, 20, … s.
    fn own_wait(&self, streak: u32, random: u32) -> Duration {
        let whole = FIRST.saturating_mul(1 << streak.clamp(1, 10).saturating_sub(1)).min(self.longest);
        let millis = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX) / 2;
        Duration::from_millis(millis + millis * u64::from(random) / u64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn at(second: i64) -> Instant {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    #[test]
    fn it_waits_as_long_as_it_was_told() {
        let back_off = BackOff::new(Duration::from_secs(300));
        assert_eq!(back_off.remaining(at(0)), None);
        back_off.failed(at(0), Some(Duration::from_secs(119)));
        assert_eq!(back_off.remaining(at(100)), Some(Duration::from_secs(19)));
        assert_eq!(back_off.remaining(at(119)), None);
    }

    #[test]
    fn without_a_word_it_doubles_up_to_five_minutes() {
        let back_off = BackOff::new(Duration::from_secs(300));
        let waits: Vec<u64> = (1..=8).map(|streak| back_off.own_wait(streak, u32::MAX).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(back_off.own_wait(2, 0), Duration::from_secs(5));
        assert_eq!(back_off.own_wait(u32::MAX, u32::MAX), Duration::from_secs(300));
    }

    #[test]
    fn an_answer_to_an_earlier_call_does_not_lift_it() {
        let back_off = BackOff::new(Duration::from_secs(300));
        back_off.failed(at(0), Some(Duration::from_secs(60)));
        back_off.answered(at(1));
        assert!(back_off.remaining(at(1)).is_some());
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_the_feed_for_hours() {
        let back_off = BackOff::new(Duration::from_secs(300));
        back_off.failed(at(0), Some(Duration::from_secs(60)));
        assert_eq!(back_off.remaining(at(0) - TimeDelta::hours(3)), None);
    }
}
