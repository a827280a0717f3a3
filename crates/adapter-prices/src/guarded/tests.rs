use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use rialto_kernel::Instant;
use rialto_portfolio::ProviderState;
use rialto_testkit::PausedTime;

use super::*;
use crate::testing::{FakeBudgets, FakeProvider, asset, unavailable};

fn settings() -> GuardSettings {
    GuardSettings { calls_per_minute: 30, burst: 3, ..GuardSettings::default() }
}

fn provider(time: PausedTime) -> Arc<FakeProvider> {
    FakeProvider::new("fake", &["bitcoin usd 60000"], Arc::new(time))
}

async fn ask(guard: &GuardedPriceProvider) -> Result<Vec<Quote>, ProviderError> {
    guard.quotes(&[asset("bitcoin")], &Currency::default()).await
}

fn kind(outcome: &Result<Vec<Quote>, ProviderError>) -> &'static str {
    outcome.as_ref().map_or_else(ProviderError::kind, |_| "priced")
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_turn_but_not_long() {
    let time = PausedTime::start();
    let fake = provider(time);
    let guard = fake.guarded_with(time, settings(), Arc::default());
    let outcomes = join_all((0..6).map(|_| ask(&guard))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 4, "three at once, and one after 2 s");
    let told = outcomes.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(told, ProviderError::RateLimited { retry_after: Some(wait) } if wait > Duration::from_secs(2)));
    assert_eq!(fake.calls(), 4, "what is refused costs no call");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_so_many_calls_are_under_way() {
    let time = PausedTime::start();
    let fake = provider(time);
    *fake.takes.lock().unwrap() = Duration::from_millis(100);
    let guard = fake.guarded(time);
    assert!(join_all((0..40).map(|_| ask(&guard))).await.iter().all(Result::is_ok));
    assert_eq!(fake.most_in_flight.load(Ordering::SeqCst), 5);
}

#[tokio::test(start_paused = true)]
async fn it_is_left_alone_for_as_long_as_it_asks_within_bounds() {
    for (told, rest) in [(119, 119), (9_999, 300), (1, 1)] {
        let time = PausedTime::start();
        let fake = provider(time);
        let guard = fake.guarded(time);
        fake.refuse(move || ProviderError::RateLimited { retry_after: Some(Duration::from_secs(told)) });
        assert_eq!(kind(&ask(&guard).await), "rate_limited");
        fake.answer();
        time.sleep(Duration::from_millis(rest * 1_000 - 10)).await;
        assert_eq!(kind(&ask(&guard).await), "rate_limited");
        assert!(matches!(guard.report().state, ProviderState::Limited { .. }));
        assert_eq!(fake.calls(), 1);
        time.sleep(Duration::from_millis(10)).await;
        assert_eq!(kind(&ask(&guard).await), "priced");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_word_it_is_left_alone_longer_each_time() {
    let time = PausedTime::start();
    let fake = provider(time);
    let guard = fake.guarded(time);
    fake.refuse(|| ProviderError::RateLimited { retry_after: Some(Duration::ZERO) });
    let mut waits = Vec::new();
    for _ in 0..8 {
        ask(&guard).await.unwrap_err();
        let ProviderState::Limited { until } = guard.report().state else { panic!() };
        let wait = (until - time.now()).to_std().unwrap();
        waits.push(wait.as_secs());
        time.sleep(wait).await;
    }
    assert_eq!(fake.calls(), 8);
    assert!(waits[0] >= 2 && waits[0] <= 5 && waits[7] >= 150 && waits[7] <= 300, "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_again_and_again_rests_and_one_call_finds_out_when_it_is_back() {
    let time = PausedTime::start();
    let fake = provider(time);
    let guard = fake.guarded(time);
    fake.refuse(unavailable);
    let outcomes = join_all((0..100).map(|_| ask(&guard))).await;
    assert_eq!(outcomes.iter().filter(|outcome| kind(outcome) == "unavailable").count(), 5);
    assert_eq!((kind(&outcomes[99]), fake.calls()), ("resting", 5));
    assert!(matches!(guard.report().state, ProviderState::Resting { .. }));

    time.sleep(Duration::from_secs(31)).await;
    *fake.takes.lock().unwrap() = Duration::from_millis(10);
    let outcomes = join_all((0..10).map(|_| ask(&guard))).await;
    assert_eq!(outcomes.iter().filter(|outcome| kind(outcome) == "resting").count(), 9, "one probe");
    fake.answer();
    time.sleep(Duration::from_secs(61)).await;
    assert_eq!(kind(&ask(&guard).await), "priced");
    assert_eq!(guard.report().state, ProviderState::Working);
    let report = guard.report();
    assert_eq!((report.calls, report.failed_calls), (7, 6));
    assert_eq!(report.last_failure.unwrap().message, "the price provider is unavailable: connection reset");
}

#[tokio::test(start_paused = true)]
async fn a_probe_whose_caller_leaves_does_not_leave_the_provider_alone_for_ever() {
    let time = PausedTime::start();
    let fake = provider(time);
    let guard = fake.guarded(time);
    fake.refuse(unavailable);
    for _ in 0..5 {
        ask(&guard).await.unwrap_err();
    }
    fake.answer();
    *fake.takes.lock().unwrap() = Duration::from_secs(1);
    time.sleep(Duration::from_secs(31)).await;
    assert!(ask(&guard).now_or_never().is_none());
    assert_eq!(kind(&ask(&guard).await), "priced");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_given_up() {
    let time = PausedTime::start();
    let fake = provider(time);
    *fake.takes.lock().unwrap() = Duration::from_secs(3_600);
    let guard = fake.guarded(time);
    assert_eq!(kind(&ask(&guard).await), "unavailable");
    assert_eq!(time.now(), start() + TimeDelta::seconds(15));
}

fn start() -> Instant {
    chrono::DateTime::from_timestamp(rialto_testkit::FakeClock::START_SECONDS, 0).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_month_is_never_overspent_and_a_crash_wastes_no_more_than_a_block() {
    let time = PausedTime::start();
    let (fake, budgets) = (provider(time), Arc::new(FakeBudgets::default()));
    let settings = GuardSettings { monthly_budget: 35, ..GuardSettings::default() };
    for crash in 0..3 {
        let guard = fake.guarded_with(time, settings.clone(), Arc::clone(&budgets));
        for _ in 0..3 {
            assert_eq!(kind(&ask(&guard).await), "priced");
        }
        assert_eq!(guard.report().budget.unwrap().left, 35 - crash * 10 - 3);
    }
    let guard = fake.guarded_with(time, settings.clone(), Arc::clone(&budgets));
    let outcomes = join_all((0..20).map(|_| ask(&guard))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    assert_eq!(fake.calls(), 3 * 3 + 5);
    let end = "2023-12-01T00:00:00Z".parse::<Instant>().unwrap();
    assert!(matches!(outcomes[19], Err(ProviderError::BudgetSpent { until }) if until == end));
    assert_eq!(guard.report().state, ProviderState::BudgetSpent { until: end });
    let asked = budgets.reservations.load(Ordering::SeqCst);
    ask(&guard).await.unwrap_err();
    assert_eq!(budgets.reservations.load(Ordering::SeqCst), asked, "known to be spent");

    time.sleep((end - time.now()).to_std().unwrap()).await;
    assert_eq!(kind(&ask(&guard).await), "priced");
}

#[tokio::test(start_paused = true)]
async fn the_report_knows_the_month_before_the_first_call() {
    let time = PausedTime::start();
    let (fake, budgets) = (provider(time), Arc::new(FakeBudgets::default()));
    budgets.reserve("fake", rialto_portfolio::Month::of(time.now()), 7, 100).await.unwrap();
    let settings = GuardSettings { monthly_budget: 100, ..GuardSettings::default() };
    let guard = fake.guarded_with(time, settings, budgets);
    guard.look_at_budget().await.unwrap();
    assert_eq!(guard.report().budget.unwrap().left, 93);
}
