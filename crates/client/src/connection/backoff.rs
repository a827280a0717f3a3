//! How long to wait before the next attempt.

use std::time::Duration;

/// A server that asks for more than this is not believed.
const LONGEST_ASKED: Duration = Duration::from_secs(300);
/// Doubling stops here; by then every sensible limit is reached.
const DOUBLINGS: u32 = 20;

/// Exponential back-off with full jitter: anywhere between nothing and a bound that doubles with every
/// failure, so that a crowd does not come back all at once.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    /// The bound is `first` after one failure, and `longest` in the end.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// How long to wait after one more failure: never less than the server `asked` for. `random` is from
    /// 0 to 1.
    pub fn next(&mut self, asked: Option<Duration>, random: f64) -> Duration {
        let bound = self.first.saturating_mul(1 << self.failures.min(DOUBLINGS)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        asked.unwrap_or_default().min(LONGEST_ASKED) + bound.mul_f64(random.clamp(0.0, 1.0))
    }

    /// The connection was good for a while: start over.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A number from 0 to 1. Without a source of randomness it is 1, the wait that harms nobody.
pub fn jitter() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(30);

    #[test]
    fn the_bound_doubles_up_to_the_longest_and_starts_over() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        let bounds: Vec<_> = (0..8).map(|_| backoff.next(None, 1.0).as_millis()).collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        backoff.reset();
        assert_eq!(backoff.next(None, 1.0), FIRST);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_within_reason() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        assert_eq!(backoff.next(Some(Duration::from_secs(7)), 0.0), Duration::from_secs(7));
        assert_eq!(backoff.next(Some(Duration::MAX), 0.0), LONGEST_ASKED);
    }

    proptest! {
        #[test]
        fn a_wait_is_at_least_what_was_asked_and_at_most_the_bound_more(
            failures in 0usize..100, random in 0.0..1.0f64, asked in 0u64..200_000,
        ) {
            let mut backoff = Backoff::new(FIRST, LONGEST);
            for _ in 0..failures {
                backoff.next(None, 0.5);
            }
            let asked = Duration::from_millis(asked);
            let wait = backoff.next(Some(asked), random);
            prop_assert!(wait >= asked && wait <= asked + LONGEST);
        }
    }
}
