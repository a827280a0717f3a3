//! Providers behind their guards: whatever is asked, as many calls as are allowed and no more.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::future::join_all;
use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, CoinGeckoPriceProvider, CoinGeckoSettings, CoinPaprikaPriceProvider,
    CoinPaprikaSettings, CountedPriceProvider, GuardSettings, GuardedPriceProvider,
};
use rialto_kernel::{Clock, StoreError, Timer};
use rialto_portfolio::{
    AssetId, AssetQuery, Currency, Interval, Month, PriceProvider, ProviderBudgets, ProviderError, ProviderState,
    Reservation, Span,
};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{
    FakeBinance, FakeCoin, FakeCoinGecko, FakeCoinPaprika, FakeMarket, Fault, Oddity, Script,
};

/// Sockets are real, and so is what is waited for them. A turn in the rate comes at once, as the clock goes on.
struct FakeTimer(Arc<FakeClock>);

/// The longest that anybody waits for a turn.
const LONGEST_TURN: Duration = Duration::from_secs(10);

#[async_trait]
impl Timer for FakeTimer {
    async fn sleep(&self, duration: Duration) {
        if duration <= LONGEST_TURN {
            self.0.advance(TimeDelta::from_std(duration).unwrap());
        } else {
            tokio::time::sleep(duration).await;
        }
    }
}

#[derive(Default)]
struct FakeBudgets(Mutex<HashMap<(String, Month), u64>>);

#[async_trait]
impl ProviderBudgets for FakeBudgets {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        let mut used = self.0.lock().unwrap();
        let used = used.entry((provider.to_owned(), month)).or_default();
        let granted = u32::try_from(limit.saturating_sub(*used).min(u64::from(wanted))).unwrap();
        *used += u64::from(granted);
        Ok(Reservation { granted, used: *used })
    }
}

/// A provider behind its guard, with the fake behind that.
struct Bench {
    provider: GuardedPriceProvider,
    script: Arc<Script>,
    market: Arc<FakeMarket>,
    clock: Arc<FakeClock>,
    currency: Currency,
    _fake: Box<dyn std::any::Any>,
}

fn market() -> (Arc<FakeClock>, Arc<FakeMarket>) {
    let clock = Arc::new(FakeClock::new());
    (clock.clone(), FakeMarket::everyday(clock))
}

fn guarded(
    provider: impl CountedPriceProvider + 'static,
    settings: GuardSettings,
    clock: &Arc<FakeClock>,
) -> GuardedPriceProvider {
    let settings = GuardSettings { budget_block: 1, ..settings };
    let timer = Arc::new(FakeTimer(Arc::clone(clock)));
    GuardedPriceProvider::new(Arc::new(provider), settings, Arc::new(FakeBudgets::default()), clock.clone(), timer)
}

impl Bench {
    async fn coingecko(limits: GuardSettings) -> Self {
        let (clock, market) = market();
        let fake = FakeCoinGecko::start(market.clone()).await;
        let settings = CoinGeckoSettings { base_url: fake.base_url(), ..Default::default() };
        let provider = guarded(CoinGeckoPriceProvider::new(settings, clock.clone()).unwrap(), limits, &clock);
        let (script, currency) = (fake.script.clone(), Currency::default());
        Self { provider, script, market, clock, currency, _fake: Box::new(fake) }
    }

    async fn coinpaprika(limits: GuardSettings) -> Self {
        let (clock, market) = market();
        let fake = FakeCoinPaprika::start(market.clone()).await;
        let settings = CoinPaprikaSettings { base_url: fake.base_url(), ..Default::default() };
        let provider = guarded(CoinPaprikaPriceProvider::new(settings, clock.clone()).unwrap(), limits, &clock);
        let (script, currency) = (fake.script.clone(), Currency::default());
        Self { provider, script, market, clock, currency, _fake: Box::new(fake) }
    }

    async fn binance(limits: GuardSettings) -> Self {
        let (clock, market) = market();
        let fake = FakeBinance::start(market.clone()).await;
        let settings = BinanceSettings { base_url: fake.base_url(), ..Default::default() };
        let provider = guarded(BinancePriceProvider::new(settings, clock.clone()).unwrap(), limits, &clock);
        let (script, currency) = (fake.script.clone(), Currency::parse("usdt").unwrap());
        Self { provider, script, market, clock, currency, _fake: Box::new(fake) }
    }

    /// How many assets have a price.
    async fn quotes(&self, ids: &[&str]) -> Result<usize, ProviderError> {
        let ids: Vec<AssetId> = ids.iter().map(|id| asset(id)).collect();
        Ok(self.provider.quotes(&ids, &self.currency).await?.len())
    }

    /// How many points there are.
    async fn history(&self, interval: Interval, back: TimeDelta) -> Result<usize, ProviderError> {
        let now = self.clock.now();
        let span = Span { from: now - back, to: now, interval };
        Ok(self.provider.history(&asset("bitcoin"), &self.currency, &span).await?.len())
    }

    /// No limit is broken, and every call is known of.
    fn assert_all_is_counted(&self, calls: usize) {
        assert_eq!(self.script.exceeded(), 0, "no limit is broken");
        assert_eq!(self.script.calls(), calls);
        assert_eq!(self.provider.report().calls, calls as u64);
    }
}

#[tokio::test]
async fn every_page_of_a_long_history_takes_its_own_turn() {
    let bench = Bench::binance(GuardSettings::binance()).await;
    bench.script.limit_rate(60, 10);
    let started = bench.clock.now();
    assert_eq!(bench.history(Interval::FiveMinutes, TimeDelta::days(1_000)).await.unwrap(), 20_000);
    assert!(bench.clock.now() - started >= TimeDelta::seconds(10), "ten calls at once, and a second for each further");
    bench.assert_all_is_counted(20);
}

#[tokio::test]
async fn pages_of_a_list_stretches_of_a_history_and_a_second_attempt_take_theirs() {
    let limits = GuardSettings { max_wait: LONGEST_TURN, ..GuardSettings::coingecko_keyless() };
    let bench = Bench::coingecko(limits).await;
    bench.script.limit_rate(10, 5);
    for number in 1..=1_100 {
        bench.market.list(FakeCoin::new(&format!("coin-{number}"), "1", 2_000 - number));
    }
    assert_eq!(bench.provider.popular(1_000, &bench.currency).await.unwrap().len(), 1_000);
    bench.assert_all_is_counted(4);
    assert!(bench.history(Interval::Day, TimeDelta::days(800)).await.unwrap() > 360);
    bench.assert_all_is_counted(6);
    assert_eq!(bench.history(Interval::Hour, TimeDelta::days(200)).await.unwrap(), 200 * 24 - 1);
    bench.assert_all_is_counted(9);
    let report = bench.provider.report();
    assert_eq!((report.failed_calls, report.budget.unwrap().left), (0, 10_000 - 9), "beyond the plan is no failure");
}

#[tokio::test]
async fn finding_out_which_market_is_not_there_is_a_call_of_the_month() {
    let bench = Bench::binance(GuardSettings { monthly_budget: 3, ..GuardSettings::binance() }).await;
    bench.script.limit_month(3);
    bench.market.delist("solana");
    assert_eq!(bench.quotes(&["bitcoin", "solana", "ethereum"]).await.unwrap(), 2);
    bench.assert_all_is_counted(2);
    assert_eq!(bench.quotes(&["bitcoin", "solana"]).await.unwrap(), 1);
    assert!(matches!(bench.quotes(&["bitcoin"]).await, Err(ProviderError::BudgetSpent { .. })));
    bench.assert_all_is_counted(3);
    assert_eq!(bench.provider.report().failed_calls, 0);
}

#[tokio::test]
async fn a_month_that_ends_within_a_history_ends_it() {
    let bench = Bench::binance(GuardSettings { monthly_budget: 12, ..GuardSettings::binance() }).await;
    bench.script.limit_month(12);
    let told = bench.history(Interval::FiveMinutes, TimeDelta::days(1_000)).await;
    assert!(matches!(told, Err(ProviderError::BudgetSpent { .. })), "{told:?}");
    bench.assert_all_is_counted(12);
    assert!(matches!(bench.provider.report().state, ProviderState::BudgetSpent { .. }));
}

#[tokio::test]
async fn a_refusal_of_one_call_of_many_leaves_the_provider_alone() {
    let bench = Bench::binance(GuardSettings::binance()).await;
    bench.script.fail_next(1, Fault::Odd(Oddity::default()));
    bench.script.fail_next(1, Fault::TooMany { retry_after: Some(90), html: false });
    let told = bench.history(Interval::Hour, TimeDelta::hours(5_000)).await;
    assert!(matches!(told, Err(ProviderError::RateLimited { retry_after: Some(_) })), "{told:?}");
    assert!(matches!(bench.quotes(&["bitcoin"]).await, Err(ProviderError::RateLimited { .. })));
    bench.assert_all_is_counted(2);
    let report = bench.provider.report();
    assert_eq!(report.state, ProviderState::Limited { until: bench.clock.now() + TimeDelta::seconds(90) });
    assert_eq!((report.failed_calls, report.last_failure.unwrap().kind), (1, "rate_limited"));
    bench.clock.advance(TimeDelta::seconds(90));
    assert_eq!(bench.quotes(&["bitcoin"]).await.unwrap(), 1);
}

#[tokio::test]
async fn single_calls_that_fail_in_a_row_make_the_provider_rest_and_one_that_answers_starts_anew() {
    let bench = Bench::coingecko(GuardSettings::default()).await;
    for _ in 0..5 {
        bench.script.fail_next(1, Fault::Odd(Oddity::default()));
        bench.script.fail_next(1, Fault::Failed(503));
        assert!(bench.history(Interval::Hour, TimeDelta::days(200)).await.is_err());
    }
    // An answer between two failures tells that it works.
    assert_eq!(bench.provider.report().state, ProviderState::Working);
    bench.script.fail_next(5, Fault::Failed(503));
    for _ in 0..8 {
        assert!(bench.quotes(&["bitcoin"]).await.is_err());
    }
    assert!(matches!(bench.provider.report().state, ProviderState::Resting { .. }));
    bench.assert_all_is_counted(5 * 2 + 4);
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed_however_many_each_answer_needs() {
    let limits = GuardSettings { max_in_flight: 3, max_wait: Duration::from_secs(60), ..GuardSettings::default() };
    let bench = Bench::coingecko(limits).await;
    bench.script.take(Duration::from_millis(5));
    let asked = join_all((0..20).map(|_| bench.history(Interval::Hour, TimeDelta::days(200)))).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(bench.script.most_in_flight(), 3);
    bench.assert_all_is_counted(20 * 3);
}

#[tokio::test]
async fn what_needs_no_call_is_answered_whatever_the_limits_and_takes_nothing_of_them() {
    let limits = GuardSettings { calls_per_minute: 1, monthly_budget: 1, ..GuardSettings::default() };
    let benches = [
        Bench::coingecko(limits.clone()).await,
        Bench::coinpaprika(limits.clone()).await,
        Bench::binance(limits).await,
    ];
    for bench in &benches {
        for _ in 0..2 {
            for _ in 0..20 {
                bench.ask_for_what_needs_no_call().await;
            }
            let report = bench.provider.report();
            assert_eq!((report.calls_left, report.budget.unwrap().left), (Some(1), 1), "{}", report.name);
        }
        bench.assert_all_is_counted(0);
        assert_eq!(bench.quotes(&["bitcoin"]).await.unwrap(), 1);
        assert!(bench.quotes(&["bitcoin"]).await.is_err());
        bench.ask_for_what_needs_no_call().await;
        bench.assert_all_is_counted(1);
    }
}

impl Bench {
    async fn ask_for_what_needs_no_call(&self) {
        assert_eq!(self.quotes(&[]).await.unwrap(), 0);
        let zzz = Currency::parse("zzz").unwrap();
        let (btc, query) = ([asset("bitcoin")], AssetQuery::parse("bit").unwrap());
        match self.provider.name() {
            "coingecko" => {
                assert!(self.provider.popular(0, &self.currency).await.unwrap().is_empty());
                assert!(self.provider.search(&query, 0).await.unwrap().is_empty());
                let told = self.provider.quotes(&btc, &zzz).await;
                assert!(matches!(told, Err(ProviderError::UnknownCurrency(_))));
                let old = self.clock.now() - TimeDelta::days(9);
                let span = Span { from: old, to: old + TimeDelta::hours(1), interval: Interval::FiveMinutes };
                assert!(self.provider.history(&btc[0], &self.currency, &span).await.unwrap().is_empty());
            }
            "coinpaprika" => {
                let told = self.provider.quotes(&btc, &zzz).await;
                assert!(matches!(told, Err(ProviderError::UnknownCurrency(_))));
                assert_eq!(self.quotes(&["nocoin"]).await.unwrap(), 0);
                let told = self.history(Interval::Day, TimeDelta::days(9)).await;
                assert!(matches!(told, Err(ProviderError::Unsupported)));
            }
            _ => {
                let told = self.provider.quotes(&btc, &Currency::default()).await;
                assert!(matches!(told, Err(ProviderError::UnknownCurrency(_))));
                assert_eq!(self.quotes(&["nocoin", "tether"]).await.unwrap(), 0);
                assert_eq!(self.provider.search(&query, 1).await.unwrap().len(), 1);
                let told = self.provider.popular(9, &self.currency).await;
                assert!(matches!(told, Err(ProviderError::Unsupported)));
            }
        }
    }
}
