//! The contract suites of the feed and of the ticker, on what stands before the providers.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, CoinGeckoPriceProvider, CoinGeckoSettings, CoinPaprikaPriceProvider,
    CoinPaprikaSettings, CountedPriceProvider, FeedSettings, GuardSettings, GuardedPriceProvider, PolledQuoteTicker,
    PriceSource, SimulatedPriceProvider, UnitedPriceFeed,
};
use rialto_kernel::{Clock, StoreError, Timer};
use rialto_portfolio::{AssetId, Currency, Month, ProviderBudgets, Reservation};
use rialto_testkit::FakeClock;
use rialto_testkit::contract::feed::Feed;
use rialto_testkit::contract::quote_ticker::Ticker;
use rialto_testkit::providers::{FakeBinance, FakeCoinGecko, FakeCoinPaprika, FakeMarket};
use tokio::runtime::Handle;

/// The true time.
struct RealTime;

impl Clock for RealTime {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

#[async_trait]
impl Timer for RealTime {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// For providers without a budget.
struct FakeBudgets;

#[async_trait]
impl ProviderBudgets for FakeBudgets {
    async fn reserve(&self, _: &str, _: Month, wanted: u32, _: u64) -> Result<Reservation, StoreError> {
        Ok(Reservation { granted: wanted, used: 0 })
    }
}

fn guarded(provider: Arc<dyn CountedPriceProvider>) -> PriceSource {
    let time = Arc::new(RealTime);
    let guarded =
        GuardedPriceProvider::new(provider, GuardSettings::default(), Arc::new(FakeBudgets), time.clone(), time);
    PriceSource::new(Arc::new(guarded))
}

fn simulation() -> PriceSource {
    guarded(Arc::new(SimulatedPriceProvider::new(42, Arc::new(RealTime))))
}

fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

fn known() -> Vec<AssetId> {
    ["bitcoin", "ethereum", "tether", "solana"].map(asset).to_vec()
}

fn united(sources: Vec<PriceSource>) -> UnitedPriceFeed {
    let time = Arc::new(RealTime);
    UnitedPriceFeed::new(sources, FeedSettings::default(), time.clone(), time, Handle::current())
}

fn of(sources: Vec<PriceSource>) -> Feed {
    Feed {
        feed: Arc::new(united(sources)),
        known: known(),
        unknown: asset("nocoin"),
        unknown_currency: Currency::parse("zzz").unwrap(),
        clock: Arc::new(RealTime),
        keep: Box::new(()),
    }
}

async fn of_one() -> Feed {
    of(vec![simulation()])
}

async fn that_keeps() -> Feed {
    of(vec![PriceSource { ttl: Duration::from_secs(60), ..simulation() }])
}

async fn of_two_alike() -> Feed {
    of(vec![simulation(), simulation()])
}

/// All of them over HTTP, the preferred one first.
async fn of_real_providers() -> Feed {
    let clock = Arc::new(FakeClock::new());
    let market = FakeMarket::everyday(clock.clone());
    let coingecko = FakeCoinGecko::start(market.clone()).await;
    let coinpaprika = FakeCoinPaprika::start(market.clone()).await;
    let binance = FakeBinance::start(market).await;
    let guarded = |provider: Arc<dyn CountedPriceProvider>| {
        let (budgets, timer) = (Arc::new(FakeBudgets), Arc::new(RealTime));
        let guarded = GuardedPriceProvider::new(provider, GuardSettings::default(), budgets, clock.clone(), timer);
        PriceSource::new(Arc::new(guarded))
    };
    let settings = CoinGeckoSettings { base_url: coingecko.base_url(), ..Default::default() };
    let first = guarded(Arc::new(CoinGeckoPriceProvider::new(settings, clock.clone()).unwrap()));
    let settings = CoinPaprikaSettings { base_url: coinpaprika.base_url(), ..Default::default() };
    let second = guarded(Arc::new(CoinPaprikaPriceProvider::new(settings, clock.clone()).unwrap()));
    let settings = BinanceSettings { base_url: binance.base_url(), ..Default::default() };
    let third = guarded(Arc::new(BinancePriceProvider::new(settings, clock.clone()).unwrap()));
    let (settings, timer) = (FeedSettings::default(), Arc::new(RealTime));
    let feed = UnitedPriceFeed::new(vec![first, second, third], settings, clock.clone(), timer, Handle::current());
    Feed { feed: Arc::new(feed), clock, keep: Box::new((coingecko, coinpaprika, binance)), ..of_one().await }
}

mod feed {
    rialto_testkit::feed_contract!(of_real_providers, crate::of_real_providers);
    rialto_testkit::feed_contract!(of_one, crate::of_one);
    rialto_testkit::feed_contract!(that_keeps, crate::that_keeps);
    rialto_testkit::feed_contract!(of_two_alike, crate::of_two_alike);
}

async fn ticker() -> Ticker {
    let feed = Arc::new(united(vec![simulation()]));
    let (interval, time) = (Duration::from_millis(50), Arc::new(RealTime));
    let ticker = PolledQuoteTicker::new(feed, interval, None, time, Handle::current());
    Ticker { ticker: Arc::new(ticker), known: known(), unknown: asset("nocoin") }
}

mod quote_ticker {
    rialto_testkit::quote_ticker_contract!(polled, crate::ticker);
}
