use std::time::Duration;

use chrono::DateTime;
use rialto_kernel::Instant;

/// Prices change in steps of one length, counted from 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    millis: i64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { millis: 2_000 }
    }
}

impl Steps {
    /// Steps from a millisecond to a minute long.
    pub(super) fn of(length: Duration) -> Self {
        Self { millis: i64::try_from(length.as_millis()).unwrap_or(i64::MAX).clamp(1, 60_000) }
    }

    /// The step that an instant is in.
    pub(super) fn at(self, at: Instant) -> i64 {
        at.timestamp_millis().div_euclid(self.millis)
    }

    /// When a step begins, if that can be written.
    pub(super) fn start_of(self, step: i64) -> Option<Instant> {
        DateTime::from_timestamp_millis(step.checked_mul(self.millis)?)
    }

    /// How many there are in a day.
    pub(super) fn per_day(self) -> i64 {
        86_400_000 / self.millis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_in_the_step_that_began_last() {
        let at = DateTime::from_timestamp_millis(1_700_000_000_950).unwrap();
        for length in [1, 100, 2_000, 60_000] {
            let steps = Steps::of(Duration::from_millis(length));
            let start = steps.start_of(steps.at(at)).unwrap();
            assert!(start <= at && (at - start).num_milliseconds() < i64::try_from(length).unwrap());
        }
        assert_eq!(Steps::of(Duration::ZERO).per_day(), 86_400_000);
    }
}
