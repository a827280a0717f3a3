//! How often somebody may do something: the rule, which is arithmetic, and the port that keeps what the rule needs.

use std::time::Duration;

use async_trait::async_trait;

use crate::{Instant, Network, StoreError, UserId};

/// What is counted apart from everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// All requests of an address.
    Address,
    /// All requests of a user.
    User,
    /// Ways in and whatever gives out tokens, of an address.
    SignIn,
    /// Messages that a user sends, by whatever way.
    Send,
    /// Searches of a user.
    Search,
    /// Look-ups of many prices at once, of an address.
    Bulk,
    /// All requests of an address to the compatibility surface of this name.
    Surface(&'static str),
}

impl RateClass {
    /// Every class there is, besides those of surfaces.
    pub const ALL: [Self; 6] = [Self::Address, Self::User, Self::SignIn, Self::Send, Self::Search, Self::Bulk];

    /// The word used in keys and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::User => "user",
            Self::SignIn => "sign_in",
            Self::Send => "send",
            Self::Search => "search",
            Self::Bulk => "bulk",
            Self::Surface(name) => name,
        }
    }
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateSubject {
    /// Everybody in a network.
    Network(Network),
    /// A user, wherever they are.
    User(UserId),
}

/// What has an allowance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateKey {
    /// Of what.
    pub class: RateClass,
    /// Of whom.
    pub subject: RateSubject,
}

/// So much at once after a quiet while, and so much over and over in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatePolicy {
    /// How much; at least 1.
    pub limit: u32,
    /// In how long it comes back whole.
    pub window: Duration,
}

/// What is kept of a key: when nothing of its allowance will be missing, in nanoseconds since 1970. A key that was
/// never seen is one whose allowance has been whole for long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RateState(pub i64);

impl RateState {
    /// Whether the key may be forgotten: the allowance is whole.
    #[must_use]
    pub fn is_idle(self, now: Instant) -> bool {
        self.0 <= nanos(now)
    }
}

/// What became of a request for some of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateVerdict {
    /// Whether it was given; nothing was taken if not.
    pub allowed: bool,
    /// The whole allowance.
    pub limit: u32,
    /// What is left of it now.
    pub remaining: u32,
    /// When it will be whole again.
    pub reset_after: Duration,
    /// When so much could be given; zero if it was.
    pub retry_after: Duration,
}

impl RatePolicy {
    /// Takes `cost` out of an allowance, if there is enough of it. A cost above the limit counts as the limit. This
    /// is the generic cell rate algorithm: one number per key, and no moment at which everything comes back at once.
    #[must_use]
    pub fn judge(self, state: RateState, cost: u32, now: Instant) -> (RateState, RateVerdict) {
        let limit = i64::from(self.limit.max(1));
        let one = (i64::try_from(self.window.as_nanos()).unwrap_or(i64::MAX).min(LONGEST_WINDOW_NS) / limit).max(1);
        let whole = one.saturating_mul(limit);
        let now = nanos(now);
        // More than the whole allowance can be missing only if the clock was set back, or the policy is another one.
        let before = state.0.clamp(now, now.saturating_add(whole));
        let after = before.saturating_add(one.saturating_mul(i64::from(cost).clamp(0, limit)));
        let missing = after - now - whole;
        let allowed = missing <= 0;
        let state = if allowed { after } else { before };
        let verdict = RateVerdict {
            allowed,
            limit: self.limit.max(1),
            remaining: u32::try_from((now + whole - state) / one).unwrap_or(u32::MAX),
            reset_after: duration(state - now),
            retry_after: if allowed { Duration::ZERO } else { duration(missing) },
        };
        (RateState(state), verdict)
    }
}

/// Seventy years: so that no sum of two windows and the time of day overflows.
const LONGEST_WINDOW_NS: i64 = i64::MAX / 4;

fn nanos(at: Instant) -> i64 {
    at.timestamp_micros().saturating_mul(1_000)
}

fn duration(nanos: i64) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
}

/// Keeps allowances, for every node that shares it. It may forget a key whose allowance is whole; when it holds as
/// many keys as it may, it forgets those first of which the least is missing, so that nobody is forgiven much by
/// whoever comes with many addresses.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes `cost` out of the key's allowance by [`RatePolicy::judge`], in one act: of several at once, no more
    /// pass than the policy gives.
    ///
    /// # Errors
    /// When what it keeps cannot be reached. Whoever asks then lets through: a limit protects the service, and must
    /// not be what takes it away.
    async fn take(&self, key: RateKey, policy: RatePolicy, cost: u32, now: Instant) -> Result<RateVerdict, StoreError>;
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    const POLICY: RatePolicy = RatePolicy { limit: 6, window: Duration::from_secs(60) };

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_limit_passes_at_once_and_comes_back_piece_by_piece() {
        let mut state = RateState::default();
        for left in (0..6).rev() {
            let (next, verdict) = POLICY.judge(state, 1, at(0));
            assert_eq!((verdict.allowed, verdict.remaining), (true, left));
            state = next;
        }
        let (same, refused) = POLICY.judge(state, 1, at(3));
        assert_eq!((same, refused.allowed, refused.remaining), (state, false, 0));
        assert_eq!((refused.retry_after, refused.reset_after), (Duration::from_secs(7), Duration::from_secs(57)));
        assert!(POLICY.judge(state, 1, at(10)).1.allowed);
        assert_eq!(POLICY.judge(state, 1, at(60)).1.remaining, 5);
        assert!(!state.is_idle(at(59)) && state.is_idle(at(60)));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_longer_than_a_window() {
        let (state, _) = POLICY.judge(RateState::default(), 6, at(86_400));
        let (_, refused) = POLICY.judge(state, 1, at(0));
        assert_eq!((refused.allowed, refused.retry_after), (false, Duration::from_secs(10)));
    }

    #[test]
    fn what_costs_more_than_there_ever_is_costs_all_there_is() {
        let (state, verdict) = POLICY.judge(RateState::default(), 1_000, at(0));
        assert_eq!((verdict.allowed, verdict.remaining), (true, 0));
        assert!(!POLICY.judge(state, 1, at(0)).1.allowed);
    }

    #[test]
    fn absurd_policies_overflow_nothing() {
        for limit in [0, 1, u32::MAX] {
            for window in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
                let policy = RatePolicy { limit, window };
                let (state, _) = policy.judge(RateState(i64::MAX), u32::MAX, at(0));
                let _ = policy.judge(state, 1, at(1));
            }
        }
    }
}
