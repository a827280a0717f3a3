//! How long whoever gave a wrong password waits before the next may be tried.

use std::time::Duration;

/// So many wrong passwords for nothing; from then on each doubles the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRule {
    /// How many may be wrong before anybody waits; at least 1.
    pub free: u32,
    /// How long the first wait is.
    pub first: Duration,
    /// How long a wait is at most.
    pub longest: Duration,
    /// After how long without an attempt all is forgotten.
    pub forgotten_after: Duration,
}

impl ThrottleRule {
    /// How long one waits after this many wrong passwords.
    #[must_use]
    pub fn wait_after(&self, wrong: u32) -> Duration {
        match wrong.checked_sub(self.free.max(1)) {
            None => Duration::ZERO,
            Some(beyond) => self.first.saturating_mul(1_u32.checked_shl(beyond).unwrap_or(u32::MAX)).min(self.longest),
        }
    }
}

/// The rules of all counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRules {
    /// Of one account and one network.
    pub account_from: ThrottleRule,
    /// Of one network.
    pub from: ThrottleRule,
    /// Of one account. Its longest wait is what strangers can make an owner wait at a place that is new to them.
    pub account: ThrottleRule,
    /// How long an account remembers the places where it was signed in.
    pub known_for: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_free_and_then_each_doubles_the_wait_up_to_the_longest() {
        let seconds = Duration::from_secs;
        let rule = ThrottleRule { free: 3, first: seconds(1), longest: seconds(60), forgotten_after: seconds(3_600) };
        let waits: Vec<u64> = (0..12).map(|wrong| rule.wait_after(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(rule.wait_after(u32::MAX), rule.longest);
    }
}
