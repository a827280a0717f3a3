//! Binance over its fake: batches, markets that are not there, histories, bans.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::sync::Arc;

use chrono::TimeDelta;
use rialto_adapter_prices::{BinancePriceProvider, BinanceSettings, ProviderSetupError};
use rialto_kernel::Clock;
use rialto_portfolio::{
    AssetId, AssetQuery, Currency, Interval, PricePoint, PriceProvider, ProviderError, Quote, Span,
};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{FakeBinance, FakeMarket, Fault, Oddity, Reply};

struct Bench {
    fake: FakeBinance,
    provider: BinancePriceProvider,
    clock: Arc<FakeClock>,
    market: Arc<FakeMarket>,
}

impl Bench {
    async fn new() -> Self {
        let clock = Arc::new(FakeClock::new());
        let market = FakeMarket::everyday(clock.clone());
        let fake = FakeBinance::start(market.clone()).await;
        let settings = BinanceSettings { base_url: fake.base_url(), ..BinanceSettings::default() };
        let provider = BinancePriceProvider::new(settings, clock.clone()).unwrap();
        Self { fake, provider, clock, market }
    }

    async fn ask(&self, ids: &[&str]) -> Result<Vec<Quote>, ProviderError> {
        let ids: Vec<AssetId> = ids.iter().map(|id| asset(id)).collect();
        self.provider.quotes(&ids, &usdt()).await
    }

    async fn told(&self, fault: Fault) -> String {
        self.fake.script.fail_next(1, fault);
        outcome(self.ask(&["bitcoin"]).await)
    }

    async fn history(&self, interval: Interval, back: TimeDelta) -> Vec<PricePoint> {
        let now = self.clock.now();
        let span = Span { from: now - back, to: now, interval };
        self.provider.history(&asset("bitcoin"), &usdt(), &span).await.unwrap()
    }
}

fn usdt() -> Currency {
    Currency::parse("usdt").unwrap()
}

fn ids(quotes: &[Quote]) -> Vec<&str> {
    let mut ids: Vec<_> = quotes.iter().map(|quote| quote.asset_id.as_str()).collect();
    ids.sort_unstable();
    ids
}

fn outcome(answer: Result<Vec<Quote>, ProviderError>) -> String {
    match answer {
        Ok(quotes) => format!("{} quotes", quotes.len()),
        Err(ProviderError::RateLimited { retry_after: Some(wait) }) => format!("limited for {} s", wait.as_secs()),
        Err(ProviderError::RateLimited { retry_after: None }) => "limited".to_owned(),
        Err(ProviderError::Unavailable { source }) => format!("unavailable: {source}"),
        Err(ProviderError::Malformed { .. }) => "malformed".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn prices_are_in_usdt_and_of_markets_that_the_catalogue_names() {
    let bench = Bench::new().await;
    let quotes = bench.ask(&["bitcoin", "dogecoin", "tether", "nocoin"]).await.unwrap();
    assert_eq!(ids(&quotes), ["bitcoin", "dogecoin"]);
    let bitcoin = quotes.iter().find(|quote| quote.symbol == "btc").unwrap();
    assert_eq!((bitcoin.price.to_string().as_str(), bitcoin.currency.as_str()), ("61234.5", "usdt"));
    assert_eq!(bitcoin.change_percent_24h.as_ref().unwrap().to_string(), "-1.234");
    assert_eq!((bitcoin.name.as_str(), bitcoin.observed_at), ("Bitcoin", bench.clock.now()));
    let requests = bench.fake.script.requests();
    assert_eq!((requests.len(), requests[0].query("symbols")), (1, Some(r#"["BTCUSDT","DOGEUSDT"]"#)));
    assert!(bench.ask(&["tether", "nocoin"]).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 1, "what has no market is asked of nobody");
}

#[tokio::test]
async fn dollars_are_no_currency_of_its_own() {
    let bench = Bench::new().await;
    let told = bench.provider.quotes(&[asset("bitcoin")], &Currency::default()).await;
    assert!(matches!(told, Err(ProviderError::UnknownCurrency(currency)) if currency == Currency::default()));
    assert!(matches!(bench.provider.popular(3, &usdt()).await, Err(ProviderError::Unsupported)));
}

#[tokio::test]
async fn a_market_that_is_not_there_loses_no_other_and_is_remembered_for_a_day() {
    let bench = Bench::new().await;
    bench.market.delist("solana");
    assert_eq!(ids(&bench.ask(&["bitcoin", "solana", "ethereum"]).await.unwrap()), ["bitcoin", "ethereum"]);
    assert_eq!(bench.fake.script.calls(), 2);
    assert_eq!(bench.ask(&["bitcoin", "solana", "ethereum"]).await.unwrap().len(), 2);
    assert!(bench.ask(&["solana"]).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 3);
    assert!(bench.provider.search(&AssetQuery::parse("solana").unwrap(), 5).await.unwrap().is_empty());
    bench.clock.advance(TimeDelta::hours(25));
    assert_eq!(bench.ask(&["bitcoin", "solana"]).await.unwrap().len(), 1);
    assert_eq!(bench.fake.script.calls(), 5);
}

#[tokio::test]
async fn a_market_asked_for_alone_that_is_not_there_is_unknown_after_one_call() {
    let bench = Bench::new().await;
    bench.market.delist("solana");
    assert!(bench.ask(&["solana"]).await.unwrap().is_empty());
    assert!(bench.ask(&["solana"]).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 1);
}

#[tokio::test]
async fn limits_and_bans_are_told_with_their_time_if_it_is_one() {
    let bench = Bench::new().await;
    for (fault, expected) in [
        (Fault::TooMany { retry_after: Some(12), html: false }, "limited for 12 s"),
        (Fault::TooMany { retry_after: Some(0), html: false }, "limited"),
        (Fault::TooMany { retry_after: None, html: true }, "limited"),
        (Fault::Banned { retry_after: Some(7_200) }, "limited for 7200 s"),
        (Fault::Banned { retry_after: Some(9_000_000) }, "limited for 259200 s"),
        (Fault::Banned { retry_after: None }, "limited"),
        (Fault::Reply(Reply::json(400, r#"{"code":-1003,"msg":"Too many requests queued."}"#)), "limited"),
    ] {
        assert_eq!(bench.told(fault.clone()).await, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn every_broken_answer_is_an_error_and_the_next_call_works() {
    let bench = Bench::new().await;
    for (fault, expected) in [
        (Fault::Forbidden, "unavailable: Binance answered 403"),
        (
            Fault::Failed(500),
            "unavailable: Binance answered 500, code -1000: An unknown error occurred while processing the request.",
        ),
        (Fault::Truncated, "malformed"),
        (Fault::Reset, "unavailable: the call to Binance failed"),
        (Fault::Reply(Reply::html(200, "<html>hello</html>")), "malformed"),
        (Fault::Reply(Reply::json(200, "{}")), "malformed"),
        (Fault::Reply(Reply::json(200, r#"[{"symbol":"BTCUSDT","lastPrice":"abc"}]"#)), "malformed"),
        (Fault::Reply(Reply::json(200, r#"[{"symbol":"BTCUSDT","lastPrice":"0.00000000"}]"#)), "0 quotes"),
        (Fault::Reply(Reply::json(200, r#"[{"symbol":"BTCUSDT"},{"symbol":"NEWUSDT","lastPrice":"1"}]"#)), "0 quotes"),
    ] {
        assert_eq!(bench.told(fault.clone()).await, expected, "{fault:?}");
        assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes", "after {fault:?}");
    }
}

#[tokio::test]
async fn odd_answers_are_read_as_they_stand() {
    let bench = Bench::new().await;
    bench.fake.script.fail_next(1, Fault::Odd(Oddity { older_by: TimeDelta::hours(1), ..Oddity::a_hundredfold() }));
    let quote = bench.ask(&["bitcoin"]).await.unwrap().remove(0);
    assert_eq!((quote.price.to_string().as_str(), quote.age(bench.clock.now()).as_secs()), ("6123450", 3_600));
}

#[tokio::test]
async fn a_long_history_comes_a_thousand_intervals_at_a_time() {
    let bench = Bench::new().await;
    let points = bench.history(Interval::Hour, TimeDelta::hours(2_500)).await;
    assert_eq!((points.len(), bench.fake.script.calls()), (2_499, 3));
    assert!(points.windows(2).all(|pair| pair[1].at - pair[0].at == TimeDelta::hours(1)));
    assert_eq!(
        points.last().unwrap().observed_at,
        Interval::Hour.start_of(bench.clock.now()) - TimeDelta::milliseconds(1)
    );

    let endless = bench.history(Interval::FiveMinutes, TimeDelta::days(1_000)).await;
    assert_eq!((endless.len(), bench.fake.script.calls()), (20_000, 23), "it begins later instead of asking for ever");
}

#[tokio::test]
async fn the_close_is_the_last_price_of_an_interval() {
    let bench = Bench::new().await;
    let midnight = Interval::Day.start_of(bench.clock.now());
    bench.market.set_price("bitcoin", midnight - TimeDelta::days(1), "50001");
    bench.market.set_price("bitcoin", midnight, "50002");
    let points = bench.history(Interval::Day, TimeDelta::days(3)).await;
    let last: Vec<_> = points.iter().map(|point| point.price.to_string()).collect();
    assert_eq!(last, ["61234.5", "50001"]);
}

#[tokio::test]
async fn the_history_of_a_market_that_is_not_there_is_empty() {
    let bench = Bench::new().await;
    bench.market.delist("bitcoin");
    assert!(bench.history(Interval::Day, TimeDelta::days(3)).await.is_empty());
}

#[test]
fn an_address_that_cannot_work_is_refused_at_once() {
    let settings = BinanceSettings { base_url: "binance".into(), ..Default::default() };
    let refusal = BinancePriceProvider::new(settings, Arc::new(FakeClock::new())).err();
    assert!(matches!(refusal, Some(ProviderSetupError::InvalidAddress { provider: "Binance", .. })));
}
