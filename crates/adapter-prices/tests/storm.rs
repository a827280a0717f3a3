//! Every provider in weather that no single test thinks of: faults by chance, and answers with bytes changed by chance.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, CoinGeckoPriceProvider, CoinGeckoSettings, CoinPaprikaPriceProvider,
    CoinPaprikaSettings,
};
use rialto_kernel::{Clock, Decimal};
use rialto_portfolio::{AssetId, AssetQuery, Currency, Interval, PriceProvider, ProviderError, Span};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{FakeBinance, FakeCoinGecko, FakeCoinPaprika, FakeMarket, Fault, Reply, Script};

/// A provider with the script of the fake behind it.
struct Weather {
    provider: Box<dyn PriceProvider>,
    script: Arc<Script>,
    currency: Currency,
    /// Where the fake is, and paths that it answers.
    address: String,
    paths: &'static [&'static str],
    clock: Arc<FakeClock>,
    _fake: Box<dyn std::any::Any>,
}

impl Weather {
    async fn all() -> Vec<Self> {
        vec![Self::coingecko().await, Self::coinpaprika().await, Self::binance().await]
    }

    fn market() -> (Arc<FakeClock>, Arc<FakeMarket>) {
        let clock = Arc::new(FakeClock::new());
        (clock.clone(), FakeMarket::everyday(clock))
    }

    async fn coingecko() -> Self {
        let (clock, market) = Self::market();
        let fake = FakeCoinGecko::start(market).await;
        let settings =
            CoinGeckoSettings { base_url: fake.base_url(), timeout: Duration::from_millis(500), ..Default::default() };
        Self {
            provider: Box::new(CoinGeckoPriceProvider::new(settings, clock.clone()).unwrap()),
            script: fake.script.clone(),
            currency: Currency::default(),
            address: fake.base_url(),
            paths: &["coins/markets?vs_currency=usd", "search?query=bit"],
            clock,
            _fake: Box::new(fake),
        }
    }

    async fn coinpaprika() -> Self {
        let (clock, market) = Self::market();
        let fake = FakeCoinPaprika::start(market).await;
        let settings = CoinPaprikaSettings {
            base_url: fake.base_url(),
            timeout: Duration::from_millis(500),
            ..Default::default()
        };
        Self {
            provider: Box::new(CoinPaprikaPriceProvider::new(settings, clock.clone()).unwrap()),
            script: fake.script.clone(),
            currency: Currency::default(),
            address: fake.base_url(),
            paths: &["tickers?quotes=USD", "search?q=bit"],
            clock,
            _fake: Box::new(fake),
        }
    }

    async fn binance() -> Self {
        let (clock, market) = Self::market();
        let fake = FakeBinance::start(market).await;
        let settings =
            BinanceSettings { base_url: fake.base_url(), timeout: Duration::from_millis(500), ..Default::default() };
        Self {
            provider: Box::new(BinancePriceProvider::new(settings, clock.clone()).unwrap()),
            script: fake.script.clone(),
            currency: Currency::parse("usdt").unwrap(),
            address: fake.base_url(),
            paths: &["api/v3/ticker/24hr", "api/v3/klines?symbol=BTCUSDT&interval=1d&limit=5"],
            clock,
            _fake: Box::new(fake),
        }
    }

    async fn ask(&self) -> Result<usize, ProviderError> {
        let wanted: Vec<AssetId> = ["bitcoin", "dogecoin"].map(asset).to_vec();
        let quotes = self.provider.quotes(&wanted, &self.currency).await?;
        for quote in &quotes {
            let price = if quote.asset_id == wanted[0] { "61234.5" } else { "0.135" };
            assert_eq!(quote.price.to_string(), price, "{quote:?}");
        }
        Ok(quotes.len())
    }
}

#[tokio::test]
async fn in_a_storm_of_faults_every_answer_is_right_or_an_error() {
    for weather in Weather::all().await {
        let faults = vec![
            Fault::TooMany { retry_after: None, html: true },
            Fault::TooMany { retry_after: Some(7), html: false },
            Fault::Forbidden,
            Fault::Banned { retry_after: None },
            Fault::PaymentRequired,
            Fault::Failed(503),
            Fault::Reset,
            Fault::Truncated,
            Fault::Slow(Duration::from_millis(600)),
            Fault::Reply(Reply::json(200, "null")),
        ];
        weather.script.storm(400, 11, faults);
        let mut right = 0;
        for _ in 0..60 {
            match weather.ask().await {
                Ok(count) => {
                    assert_eq!(count, 2);
                    right += 1;
                }
                Err(error) => assert!(error.is_passing(), "{}: {error}", weather.provider.name()),
            }
        }
        assert!((20..=50).contains(&right), "{}: {right} of 60", weather.provider.name());
        weather.script.storm(0, 0, vec![]);
        assert_eq!(weather.ask().await.unwrap(), 2, "{} works when it is over", weather.provider.name());
    }
}

#[tokio::test]
async fn no_change_of_a_byte_makes_an_answer_that_breaks_the_reader() {
    let all = Weather::all().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for weather in all {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut roll = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
        };
        for path in weather.paths {
            let answer = http.get(format!("{}/{path}", weather.address)).send().await.unwrap();
            let honest = answer.bytes().await.unwrap().to_vec();
            for _ in 0..120 {
                let mut body = honest.clone();
                for _ in 0..=roll(3) {
                    let place = roll(body.len());
                    body[place] = b"0123456789-+eE.,:\"{}[]nul \x00\xff"[roll(28)];
                }
                weather.script.fail_next(1, Fault::Reply(Reply::json(200, body)));
                weather.all_that_can_be_asked(path).await;
            }
        }
    }
}

impl Weather {
    /// Whatever comes of it, prices are positive and nothing panics.
    async fn all_that_can_be_asked(&self, path: &str) {
        let now = self.clock.now();
        let span = Span { from: now - TimeDelta::days(5), to: now, interval: Interval::Day };
        if path.starts_with("search") {
            let _ = self.provider.search(&AssetQuery::parse("bit").unwrap(), 10).await;
        } else if path.contains("klines") {
            let points = self.provider.history(&asset("bitcoin"), &self.currency, &span).await.unwrap_or_default();
            assert!(points.iter().all(|point| point.price > Decimal::zero() && point.at < now));
        } else {
            let wanted = ["bitcoin", "dogecoin"].map(asset);
            let quotes = self.provider.quotes(&wanted, &self.currency).await.unwrap_or_default();
            assert!(quotes.iter().all(|quote| quote.price > Decimal::zero()));
        }
    }
}
