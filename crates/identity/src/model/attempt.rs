//! Attempts to give a password: what they are counted by, and what is kept of them.

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::{Instant, Network, UserId};

use super::{Login, ThrottleRule};

/// The account that a password is tried on, as whoever tries it calls it. A name and an address are counted apart even
/// if they are one account's: counted together, waiting for the one would tell whose the other is. And a name that
/// nobody has is counted like any other, so that waiting does not tell that either.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum AccountKey {
    /// A name or address that was claimed, in the form in which it is unique.
    Claimed(String),
    /// The account of somebody who has proven already who they are, and is asked once more.
    Proven(UserId),
}

impl AccountKey {
    /// What a login claims.
    #[must_use]
    pub fn claimed(login: &Login) -> Self {
        Self::Claimed(match login {
            Login::Username(username) => username.key(),
            Login::Email(email) => email.key(),
        })
    }
}

/// What somebody typed may be a password in the wrong field.
impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claimed(_) => f.write_str("Claimed(…)"),
            Self::Proven(user) => write!(f, "Proven({user})"),
        }
    }
}

/// What attempts are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AttemptKey {
    /// On one account from one network.
    OnAccountFrom(AccountKey, Network),
    /// From one network, on whatever account.
    From(Network),
    /// On one account, from wherever its owner never was.
    OnAccount(AccountKey),
}

impl AttemptKey {
    /// Whether the right password proves that all before were slips. For the other keys it proves nothing: whoever
    /// guesses may have an account of their own.
    #[must_use]
    pub const fn is_cleared_by_success(&self) -> bool {
        matches!(self, Self::OnAccountFrom(..))
    }
}

/// One of the counts that an attempt is added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Of what.
    pub key: AttemptKey,
    /// How long it makes one wait.
    pub rule: ThrottleRule,
    /// Whether it makes this attempt wait; if not it only counts.
    pub enforced: bool,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The password was right.
    Right,
    /// It was wrong.
    Wrong,
    /// Nobody found out.
    Unjudged,
}

/// What is kept of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// How many were wrong.
    pub wrong: u32,
    /// How many have begun and not ended. They count as wrong until then: many at once are no way around waiting.
    pub pending: u32,
    /// When the last one was wrong.
    pub wrong_at: Instant,
    /// When the last one began.
    pub begun_at: Instant,
}

impl Attempts {
    /// None so far.
    #[must_use]
    pub const fn none(now: Instant) -> Self {
        Self { wrong: 0, pending: 0, wrong_at: now, begun_at: now }
    }

    /// How long the next one waits.
    #[must_use]
    pub fn wait(&self, rule: &ThrottleRule, now: Instant) -> Duration {
        let wait = rule.wait_after(self.wrong.saturating_add(self.pending));
        let since = if self.pending > 0 { self.begun_at } else { self.wrong_at };
        // A clock that was set back makes nobody wait longer than the rule.
        wait.saturating_sub((now - since).to_std().unwrap_or_default())
    }

    /// One more begins.
    pub fn begin(&mut self, now: Instant) {
        self.pending = self.pending.saturating_add(1);
        self.begun_at = now;
    }

    /// One ends. Answers the wait if it has just become longer.
    pub fn settle(&mut self, outcome: AttemptOutcome, rule: &ThrottleRule, now: Instant) -> Option<Duration> {
        self.pending = self.pending.saturating_sub(1);
        if outcome != AttemptOutcome::Wrong {
            return None;
        }
        let before = rule.wait_after(self.wrong);
        self.wrong = self.wrong.saturating_add(1);
        self.wrong_at = now;
        let after = rule.wait_after(self.wrong);
        (after > before).then_some(after)
    }

    /// When nothing is to be remembered any more.
    #[must_use]
    pub fn forgotten_at(&self, rule: &ThrottleRule) -> Instant {
        let after = TimeDelta::from_std(rule.forgotten_after).unwrap_or(TimeDelta::days(366));
        self.wrong_at.max(self.begun_at) + after
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const RULE: ThrottleRule = ThrottleRule {
        free: 3,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
        forgotten_after: Duration::from_secs(3_600),
    };

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    fn after_wrong(times: u32) -> Attempts {
        Attempts { wrong: times, ..Attempts::none(at(0)) }
    }

    #[test]
    fn a_wait_runs_out_and_a_clock_set_back_makes_it_no_longer() {
        assert_eq!(after_wrong(5).wait(&RULE, at(0)), Duration::from_secs(4));
        assert_eq!(after_wrong(5).wait(&RULE, at(3)), Duration::from_secs(1));
        assert_eq!(after_wrong(5).wait(&RULE, at(4)), Duration::ZERO);
        assert_eq!(after_wrong(5).wait(&RULE, at(-9_000)), Duration::from_secs(4));
    }

    #[test]
    fn what_has_begun_counts_as_wrong_until_it_ends() {
        let mut attempts = after_wrong(1);
        attempts.begin(at(10));
        attempts.begin(at(10));
        assert_eq!(attempts.wait(&RULE, at(10)), Duration::from_secs(1));
        attempts.settle(AttemptOutcome::Unjudged, &RULE, at(10));
        attempts.settle(AttemptOutcome::Right, &RULE, at(10));
        assert_eq!((attempts.wrong, attempts.wait(&RULE, at(10))), (1, Duration::ZERO));
    }

    #[test]
    fn a_wait_that_became_longer_is_told_once() {
        let mut attempts = Attempts::none(at(0));
        let told: Vec<u64> = (0..12)
            .filter_map(|_| {
                attempts.begin(at(0));
                attempts.settle(AttemptOutcome::Wrong, &RULE, at(0)).map(|wait| wait.as_secs())
            })
            .collect();
        assert_eq!(told, [1, 2, 4, 8, 16, 32, 60]);
    }

    #[test]
    fn what_was_typed_does_not_show() {
        let key = AccountKey::claimed(&Login::parse("Hunter2").unwrap());
        assert!(!format!("{key:?}").to_lowercase().contains("hunter"));
        assert_eq!(key, AccountKey::claimed(&Login::parse("HUNTER2").unwrap()));
    }
}
