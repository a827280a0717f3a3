//! What every [`RateLimiter`] promises.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::{
    Clock, Instant, Network, RateClass, RateKey, RateLimiter, RatePolicy, RateSubject, RateVerdict, UserId,
};

use super::concurrency::at_once;
use crate::{FakeClock, FakeIds};

/// Runs the rules of [`RateLimiter`](rialto_kernel::RateLimiter) on an adapter. The constructor is the absolute path
/// of an `async fn() -> Arc<dyn RateLimiter>`.
#[macro_export]
macro_rules! rate_limiter_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, rate_limiter:
            a_limit_passes_at_once_and_no_more,
            an_allowance_comes_back_evenly,
            a_verdict_says_what_is_left_and_when_to_come_back,
            a_refusal_takes_nothing,
            keys_have_allowances_of_their_own,
            what_costs_more_takes_more,
            a_policy_is_that_of_each_call,
            of_many_at_once_no_more_pass_than_the_limit,
        }
    };
}

type Limiter = Arc<dyn RateLimiter>;

const POLICY: RatePolicy = RatePolicy { limit: 6, window: Duration::from_secs(60) };

fn now() -> Instant {
    FakeClock::new().now()
}

fn after(seconds: i64) -> Instant {
    now() + TimeDelta::seconds(seconds)
}

fn key(address: &str) -> RateKey {
    RateKey { class: RateClass::Address, subject: RateSubject::Network(Network::of(address.parse().unwrap())) }
}

async fn take(limiter: &Limiter, key: RateKey, cost: u32, at: Instant) -> RateVerdict {
    limiter.take(key, POLICY, cost, at).await.unwrap()
}

/// A quiet minute earns one limit, and so does a quiet day.
pub async fn a_limit_passes_at_once_and_no_more(limiter: Limiter) {
    for at in [now(), after(86_400)] {
        for _ in 0..POLICY.limit {
            assert!(take(&limiter, key("192.0.2.1"), 1, at).await.allowed);
        }
        assert!(!take(&limiter, key("192.0.2.1"), 1, at).await.allowed);
    }
}

/// Ten seconds each, not sixty for all.
pub async fn an_allowance_comes_back_evenly(limiter: Limiter) {
    take(&limiter, key("192.0.2.1"), 6, now()).await;
    for seconds in [10, 20, 30] {
        let early = after(seconds) - TimeDelta::milliseconds(1);
        assert!(!take(&limiter, key("192.0.2.1"), 1, early).await.allowed, "{seconds}");
        assert!(take(&limiter, key("192.0.2.1"), 1, after(seconds)).await.allowed, "{seconds}");
    }
}

/// Clients read these.
pub async fn a_verdict_says_what_is_left_and_when_to_come_back(limiter: Limiter) {
    let first = take(&limiter, key("192.0.2.1"), 1, now()).await;
    let seconds = Duration::from_secs;
    let expected =
        RateVerdict { allowed: true, limit: 6, remaining: 5, reset_after: seconds(10), retry_after: Duration::ZERO };
    assert_eq!(first, expected);
    let last = take(&limiter, key("192.0.2.1"), 5, now()).await;
    assert_eq!((last.remaining, last.reset_after), (0, seconds(60)));
    let refused = take(&limiter, key("192.0.2.1"), 1, after(4)).await;
    assert_eq!((refused.allowed, refused.retry_after, refused.reset_after), (false, seconds(6), seconds(56)));
}

/// Whoever asks all the time gets as much as whoever waits.
pub async fn a_refusal_takes_nothing(limiter: Limiter) {
    take(&limiter, key("192.0.2.1"), 6, now()).await;
    for _ in 0..100 {
        assert!(!take(&limiter, key("192.0.2.1"), 1, after(5)).await.allowed);
    }
    assert!(take(&limiter, key("192.0.2.1"), 1, after(10)).await.allowed);
}

/// By class, and by whom.
pub async fn keys_have_allowances_of_their_own(limiter: Limiter) {
    let user: UserId = FakeIds::new().next();
    let spent = key("192.0.2.1");
    take(&limiter, spent, 6, now()).await;
    for other in [
        key("192.0.2.2"),
        key("2001:db8::1"),
        RateKey { class: RateClass::SignIn, ..spent },
        RateKey { subject: RateSubject::User(user), ..spent },
        RateKey { class: RateClass::Send, subject: RateSubject::User(user) },
    ] {
        assert_eq!(take(&limiter, other, 1, now()).await.remaining, 5, "{other:?}");
    }
    assert!(!take(&limiter, spent, 1, now()).await.allowed);
}

/// And what there never is enough for takes all there is.
pub async fn what_costs_more_takes_more(limiter: Limiter) {
    assert_eq!(take(&limiter, key("192.0.2.1"), 4, now()).await.remaining, 2);
    assert!(!take(&limiter, key("192.0.2.1"), 3, now()).await.allowed);
    assert!(take(&limiter, key("192.0.2.1"), 2, now()).await.allowed);
    assert_eq!(take(&limiter, key("192.0.2.2"), 1_000, now()).await.remaining, 0);
}

/// What was used up stays used up in the same measure.
pub async fn a_policy_is_that_of_each_call(limiter: Limiter) {
    take(&limiter, key("192.0.2.1"), 3, now()).await;
    let wider = RatePolicy { limit: 600, ..POLICY };
    assert_eq!(limiter.take(key("192.0.2.1"), wider, 1, now()).await.unwrap().remaining, 299);
}

/// The look and the taking are one act.
pub async fn of_many_at_once_no_more_pass_than_the_limit(limiter: Limiter) {
    let verdicts = at_once((0..64).map(|_| {
        let limiter = limiter.clone();
        async move { take(&limiter, key("192.0.2.1"), 1, now()).await.allowed }
    }))
    .await;
    assert_eq!(verdicts.into_iter().filter(|allowed| *allowed).count(), 6);
}
