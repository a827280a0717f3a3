//! The contract suites of the two ports, on every feed and on what is put in front of them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "test code: a failure panics")]

mod fake_coingecko;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use fake_coingecko::{FakeCoin, FakeCoinGecko};
use rialto_adapter_prices::{
    CachedPriceFeed, CoinGeckoPriceFeed, CoinGeckoSettings, FailoverPriceFeed, PolledQuoteTicker, SimulatedPriceFeed,
};
use rialto_kernel::{Clock, Timer};
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};
use rialto_testkit::FakeClock;
use rialto_testkit::contract::price_feed::Feed;
use rialto_testkit::contract::quote_ticker::Ticker;
use tokio::runtime::Handle;

fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

fn known() -> Vec<AssetId> {
    ["bitcoin", "ethereum", "tether", "solana"].map(asset).to_vec()
}

fn of(feed: impl PriceFeed + 'static) -> Feed {
    Feed { feed: Arc::new(feed), known: known(), unknown: asset("nocoin") }
}

fn simulation() -> Arc<SimulatedPriceFeed> {
    Arc::new(SimulatedPriceFeed::new(42, Arc::new(FakeClock::new())))
}

async fn simulated() -> Feed {
    of(SimulatedPriceFeed::new(42, Arc::new(FakeClock::new())))
}

async fn cached() -> Feed {
    of(CachedPriceFeed::new(simulation(), Duration::from_secs(60), 100, Arc::new(FakeClock::new())))
}

async fn cached_for_no_time() -> Feed {
    of(CachedPriceFeed::new(simulation(), Duration::ZERO, 1, Arc::new(FakeClock::new())))
}

async fn failover() -> Feed {
    let settings = CoinGeckoSettings { base_url: "http://127.0.0.1:1".into(), ..CoinGeckoSettings::default() };
    let unreachable = CoinGeckoPriceFeed::new(settings, Arc::new(FakeClock::new())).unwrap();
    of(FailoverPriceFeed::new(Arc::new(unreachable), vec![simulation()]))
}

/// A feed that lives as long as its provider.
struct CoinGecko {
    feed: CoinGeckoPriceFeed,
    _provider: FakeCoinGecko,
}

#[async_trait]
impl PriceFeed for CoinGecko {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        self.feed.quotes(assets, currency).await
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        self.feed.popular(limit, currency).await
    }

    fn max_batch(&self) -> usize {
        self.feed.max_batch()
    }
}

async fn coingecko() -> Feed {
    let provider = FakeCoinGecko::start(vec![
        FakeCoin { rank: "4", ..FakeCoin::new("solana", "145.31", "67000000000") },
        FakeCoin { rank: "1", ..FakeCoin::new("bitcoin", "61234.5", "1209876543210") },
        FakeCoin { rank: "3", ..FakeCoin::new("tether", "1.0", "110000000000") },
        FakeCoin { rank: "2", ..FakeCoin::new("ethereum", "3.2e+3", "385000000000") },
        FakeCoin::new("priceless", "null", "5"),
    ])
    .await;
    let settings = CoinGeckoSettings { base_url: provider.base_url(), ..CoinGeckoSettings::default() };
    let feed = CoinGeckoPriceFeed::new(settings, Arc::new(FakeClock::new())).unwrap();
    of(CoinGecko { feed, _provider: provider })
}

/// The true time, so that prices move while a ticker is watched.
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

async fn ticker() -> Ticker {
    let feed = SimulatedPriceFeed::new(42, Arc::new(RealTime));
    let cached = CachedPriceFeed::new(Arc::new(feed), Duration::from_millis(40), 100, Arc::new(RealTime));
    let interval = Duration::from_millis(50);
    let ticker = PolledQuoteTicker::new(Arc::new(cached), interval, Arc::new(RealTime), Handle::current());
    Ticker { ticker: Arc::new(ticker), known: known(), unknown: asset("nocoin") }
}

mod price_feed {
    rialto_testkit::price_feed_contract!(simulated, crate::simulated);
    rialto_testkit::price_feed_contract!(cached, crate::cached);
    rialto_testkit::price_feed_contract!(cached_for_no_time, crate::cached_for_no_time);
    rialto_testkit::price_feed_contract!(failover, crate::failover);
    rialto_testkit::price_feed_contract!(coingecko, crate::coingecko);
}

mod quote_ticker {
    rialto_testkit::quote_ticker_contract!(polled, crate::ticker);
}
