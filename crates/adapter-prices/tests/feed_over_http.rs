//! The feed over all providers as they are, and over HTTP that fails in every way there is, for more than an hour.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::StreamExt;
use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, CoinGeckoPriceProvider, CoinGeckoSettings, CoinPaprikaPriceProvider,
    CoinPaprikaSettings, CountedPriceProvider, FeedSettings, GuardSettings, GuardedPriceProvider, PriceSource,
    UnitedPriceFeed,
};
use rialto_kernel::{Clock, Decimal, StoreError, Timer};
use rialto_portfolio::{AssetId, Currency, Interval, Month, PriceFeed, ProviderBudgets, Quote, Reservation, Span};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{FakeBinance, FakeCoinGecko, FakeCoinPaprika, FakeMarket, Fault, Oddity, Script};
use tokio::runtime::Handle;

const TIMEOUT: Duration = Duration::from_millis(300);
const ASSETS: [&str; 6] = ["bitcoin", "ethereum", "tether", "solana", "dogecoin", "tiny-coin"];

/// Sockets are real, so waiting is, too.
struct RealTimer;

#[async_trait]
impl Timer for RealTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

struct FakeBudgets;

#[async_trait]
impl ProviderBudgets for FakeBudgets {
    async fn reserve(&self, _: &str, _: Month, wanted: u32, _: u64) -> Result<Reservation, StoreError> {
        Ok(Reservation { granted: wanted, used: 0 })
    }
}

struct World {
    clock: Arc<FakeClock>,
    market: Arc<FakeMarket>,
    feed: UnitedPriceFeed,
    scripts: [Arc<Script>; 3],
    _fakes: (FakeCoinGecko, FakeCoinPaprika, FakeBinance),
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(FakeClock::new());
        let market = FakeMarket::everyday(clock.clone());
        market.move_every_minute();
        let coingecko = FakeCoinGecko::start(market.clone()).await;
        let coinpaprika = FakeCoinPaprika::start(market.clone()).await;
        let binance = FakeBinance::start(market.clone()).await;
        let scripts = [coingecko.script.clone(), coinpaprika.script.clone(), binance.script.clone()];
        let guarded = |provider: Arc<dyn CountedPriceProvider>, settings| {
            // Time stands still while a call waits, so none does.
            let settings = GuardSettings { max_wait: Duration::ZERO, ..settings };
            let (budgets, timer) = (Arc::new(FakeBudgets), Arc::new(RealTimer));
            PriceSource::new(Arc::new(GuardedPriceProvider::new(provider, settings, budgets, clock.clone(), timer)))
        };
        let settings = CoinGeckoSettings { base_url: coingecko.base_url(), timeout: TIMEOUT, ..Default::default() };
        let first = CoinGeckoPriceProvider::new(settings, clock.clone()).unwrap();
        let settings = CoinPaprikaSettings { base_url: coinpaprika.base_url(), timeout: TIMEOUT, ..Default::default() };
        let second = CoinPaprikaPriceProvider::new(settings, clock.clone()).unwrap();
        let settings = BinanceSettings { base_url: binance.base_url(), timeout: TIMEOUT, ..Default::default() };
        let third = BinancePriceProvider::new(settings, clock.clone()).unwrap();
        let sources = vec![
            guarded(Arc::new(first), GuardSettings::coingecko_keyless()),
            guarded(Arc::new(second), GuardSettings::coinpaprika()),
            guarded(Arc::new(third), GuardSettings::binance()),
        ];
        let timer = Arc::new(RealTimer);
        let feed = UnitedPriceFeed::new(sources, FeedSettings::default(), clock.clone(), timer, Handle::current());
        Self { clock, market, feed, scripts, _fakes: (coingecko, coinpaprika, binance) }
    }

    /// Whether it is to be had or not: a long history and a long list.
    async fn ask_for_what_needs_many_calls(&self) {
        let (usd, now) = (Currency::default(), self.clock.now());
        let span = Span { from: now - TimeDelta::hours(5_000), to: now, interval: Interval::Hour };
        for point in self.feed.history(&asset("bitcoin"), &usd, &span).await.unwrap_or_default() {
            assert!(point.price > Decimal::zero());
        }
        for quote in self.feed.popular(600, &usd).await.unwrap_or_default() {
            self.assert_true(&quote);
        }
    }

    fn assert_true(&self, quote: &Quote) {
        // The fakes give the price of the moment in which they are asked, which they say they saw some time before.
        let asked = quote.fetched_at;
        let moments = [quote.observed_at, asked, asked - TimeDelta::seconds(20), asked - TimeDelta::seconds(40)];
        // A converted price rests on what a stablecoin was worth, which here moves by a hundredth a minute.
        let part = if quote.conversion.is_empty() { "0.000001" } else { "0.05" };
        let is_true = moments.iter().any(|at| {
            let truth = self.market.price_in(quote.asset_id.as_str(), quote.currency.as_str(), *at).unwrap();
            let truth = Decimal::parse_rounded(&truth).unwrap();
            let allowed = truth.checked_mul(&part.parse().unwrap()).unwrap();
            let off = quote.price.checked_sub(&truth).unwrap();
            let off = if off.is_negative() { truth.checked_sub(&quote.price).unwrap() } else { off };
            off <= allowed
        });
        assert!(is_true, "{quote:?}");
        let age = self.clock.now() - quote.fetched_at;
        assert!(quote.stale || age < TimeDelta::minutes(5), "{quote:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_http_does_no_wrong_price_is_given_and_what_was_known_stays_known() {
    let world = World::new().await;
    let currencies = ["usd", "eur"].map(|code| Currency::parse(code).unwrap());
    let assets: Vec<AssetId> = ASSETS.map(asset).to_vec();
    let mut known: HashSet<(AssetId, Currency)> = HashSet::new();
    let mut told: BTreeMap<(&str, bool), u32> = BTreeMap::new();
    for (script, (per_minute, burst)) in world.scripts.iter().zip([(10, 5), (32, 6), (64, 11)]) {
        script.limit_rate(per_minute, burst);
    }
    for step in 0..220_u64 {
        if step == 5 {
            let [first, second, third] = &world.scripts;
            first.storm(350, 3, faults());
            second.storm(350, 5, faults());
            third.storm(350, 7, faults());
        }
        if step % 90 == 45 {
            world.scripts[0].fail_next(1, Fault::Odd(Oddity::a_hundredfold()));
        }
        if step % 20 == 7 {
            world.ask_for_what_needs_many_calls().await;
        }
        let currency = &currencies[usize::from(step % 3 == 2)];
        let mut outcomes = world.feed.quotes(assets.clone(), currency.clone());
        let mut missing = assets.len();
        while let Some((asset, outcome)) = outcomes.next().await {
            missing -= 1;
            let key = (asset, currency.clone());
            match outcome {
                Ok(quote) => {
                    world.assert_true(&quote);
                    *told.entry((quote.provider, quote.stale)).or_default() += 1;
                    known.insert(key);
                }
                Err(error) => assert!(!known.contains(&key), "step {step}: {} was known: {error}", key.0),
            }
        }
        assert_eq!(missing, 0);
        // What is fetched behind the answers arrives before time goes on.
        tokio::time::sleep(Duration::from_millis(45)).await;
        world.clock.advance(TimeDelta::seconds(20));
    }
    assert_eq!(known.len(), 2 * ASSETS.len());
    let providers: HashSet<&str> = told.keys().map(|(provider, _)| *provider).collect();
    assert_eq!(providers.len(), 3, "{told:?}");
    for script in &world.scripts {
        assert!(script.calls() > 3 && script.most_in_flight() <= 5, "{} calls", script.calls());
        assert_eq!(script.exceeded(), 0, "no limit is broken");
    }
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::TooMany { retry_after: Some(90), html: false },
        Fault::TooMany { retry_after: None, html: true },
        Fault::TooMany { retry_after: Some(0), html: false },
        Fault::Forbidden,
        Fault::Failed(503),
        Fault::Slow(TIMEOUT * 2),
        Fault::Reset,
        Fault::Truncated,
        Fault::Odd(Oddity { first_is_missing: true, ..Oddity::default() }),
        Fault::Odd(Oddity { nulls: true, exponents: true, ..Oddity::default() }),
        Fault::Odd(Oddity { older_by: TimeDelta::minutes(40), ..Oddity::default() }),
    ]
}
