//! The feed over a fake CoinGecko: batching, numbers, every shape of failure.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "test code: a failure panics")]

mod fake_coingecko;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use fake_coingecko::{FakeCoin, FakeCoinGecko, Reply};
use futures_util::future::join_all;
use rialto_adapter_prices::{CachedPriceFeed, CoinGeckoPriceFeed, CoinGeckoSettings, CoinGeckoSetupError};
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};
use rialto_testkit::FakeClock;

struct Bench {
    provider: FakeCoinGecko,
    feed: Arc<CoinGeckoPriceFeed>,
    clock: Arc<FakeClock>,
}

impl Bench {
    async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    async fn with(change: impl FnOnce(CoinGeckoSettings) -> CoinGeckoSettings) -> Self {
        let provider = FakeCoinGecko::start(vec![
            FakeCoin { rank: "2", ..FakeCoin::new("ethereum", "3200.123456789012345678", "385000000000") },
            FakeCoin {
                symbol: "BTC",
                name: "Bitcoin",
                rank: "1",
                ..FakeCoin::new("bitcoin", "61234.5", "1209876543210")
            },
            FakeCoin::new("tiny-coin", "3.1e-07", "1000"),
            FakeCoin::new("priceless", "null", "null"),
        ])
        .await;
        let clock = Arc::new(FakeClock::new());
        let settings = CoinGeckoSettings {
            base_url: provider.base_url(),
            timeout: Duration::from_secs(5),
            ..CoinGeckoSettings::default()
        };
        let feed = Arc::new(CoinGeckoPriceFeed::new(change(settings), clock.clone()).unwrap());
        Self { provider, feed, clock }
    }

    async fn ask(&self, ids: &[&str]) -> Result<Vec<Quote>, PriceFeedError> {
        self.feed.quotes(&assets(ids), &Currency::default()).await
    }

    async fn told(&self, reply: Reply) -> String {
        self.provider.next_reply(reply);
        outcome(self.ask(&["bitcoin"]).await)
    }
}

fn assets(ids: &[&str]) -> Vec<AssetId> {
    ids.iter().map(|id| AssetId::parse(id).unwrap()).collect()
}

fn outcome(answer: Result<Vec<Quote>, PriceFeedError>) -> String {
    match answer {
        Ok(quotes) => format!("{} quotes", quotes.len()),
        Err(PriceFeedError::RateLimited { retry_after: Some(wait) }) => format!("limited for {} s", wait.as_secs()),
        Err(PriceFeedError::RateLimited { retry_after: None }) => "limited".to_owned(),
        Err(PriceFeedError::Unavailable { source }) => format!("unavailable: {source}"),
        Err(PriceFeedError::Malformed { .. }) => "malformed".to_owned(),
        Err(PriceFeedError::UnknownCurrency(currency)) => format!("unknown currency {currency}"),
    }
}

#[tokio::test]
async fn one_call_brings_all_that_is_asked_for_and_no_more() {
    let bench = Bench::new().await;
    let mut quotes = bench.ask(&["tiny-coin", "bitcoin", "nocoin", "priceless"]).await.unwrap();
    quotes.sort_by_key(|quote| quote.rank.is_none());
    let words: Vec<_> = quotes.iter().map(|q| (q.asset_id.as_str(), q.price.to_string())).collect();
    assert_eq!(words, [("bitcoin", "61234.5".to_owned()), ("tiny-coin", "0.00000031".to_owned())]);
    assert_eq!((quotes[0].symbol.as_str(), quotes[0].rank, quotes[0].provider), ("btc", Some(1), "coingecko"));
    assert_eq!(quotes[0].age(quotes[0].fetched_at), Duration::from_millis(9_877));

    let requests = bench.provider.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].query("ids"), Some("tiny-coin,bitcoin,nocoin,priceless"));
    assert_eq!((requests[0].query("vs_currency"), requests[0].query("per_page")), (Some("usd"), Some("250")));
    assert!(requests[0].header("user-agent").unwrap().starts_with("rialto/"));
}

#[tokio::test]
async fn asking_for_nothing_calls_nobody_and_asking_for_much_calls_once_per_250() {
    let bench = Bench::new().await;
    assert!(bench.ask(&[]).await.unwrap().is_empty());
    let names: Vec<String> = (0..251).map(|n| format!("coin-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(bench.ask(&names).await.unwrap().is_empty());
    assert_eq!(bench.provider.requests().len(), 2);
    assert_eq!(bench.feed.max_batch(), 250);
}

#[tokio::test]
async fn popular_assets_come_greatest_first() {
    let bench = Bench::new().await;
    let usd = Currency::default();
    let quotes = bench.feed.popular(2, &usd).await.unwrap();
    assert_eq!(quotes.iter().map(|quote| quote.asset_id.as_str()).collect::<Vec<_>>(), ["bitcoin", "ethereum"]);
    assert_eq!(quotes[1].price.to_string(), "3200.123456789012345678");
    assert!(bench.feed.popular(0, &usd).await.unwrap().is_empty());
    assert_eq!(bench.feed.popular(u16::MAX, &usd).await.unwrap().len(), 3, "the one without a price is left out");
    assert_eq!(bench.provider.requests().len(), 2);
}

#[tokio::test]
async fn a_currency_that_the_provider_does_not_know_is_told_so() {
    let bench = Bench::new().await;
    let zzz = Currency::parse("zzz").unwrap();
    assert_eq!(outcome(bench.feed.quotes(&assets(&["bitcoin"]), &zzz).await), "unknown currency zzz");
    let eur = Currency::parse("eur").unwrap();
    assert_eq!(bench.feed.quotes(&assets(&["bitcoin"]), &eur).await.unwrap()[0].currency, eur);
}

#[tokio::test]
async fn the_key_travels_in_its_header_and_never_in_the_address() {
    let bench = Bench::with(|settings| CoinGeckoSettings { api_key: Some("CG-key".into()), ..settings }).await;
    bench.provider.require_key("x-cg-demo-api-key", "CG-key");
    assert_eq!(bench.ask(&["bitcoin"]).await.unwrap().len(), 1);
    assert_eq!(bench.provider.requests()[0].header("x-cg-demo-api-key"), Some("CG-key"));

    let without = Bench::new().await;
    without.provider.require_key("x-cg-demo-api-key", "CG-key");
    let told = outcome(without.ask(&["bitcoin"]).await);
    assert_eq!(told, "unavailable: CoinGecko answered 401, code 10002: API Key Missing");
}

#[tokio::test]
async fn no_call_is_made_before_the_time_that_the_provider_named() {
    let bench = Bench::new().await;
    let body = r#"{"status":{"error_code":429,"error_message":"You've exceeded the rate limit."}}"#;
    assert_eq!(bench.told(Reply::json(429, body).with("retry-after", "119")).await, "limited for 119 s");
    bench.clock.advance(TimeDelta::seconds(100));
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "limited for 19 s");
    assert_eq!(bench.provider.requests().len(), 1);
    bench.clock.advance(TimeDelta::seconds(19));
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes");
}

#[tokio::test]
async fn a_limit_without_a_time_and_in_html_is_a_limit_too() {
    let bench = Bench::new().await;
    assert_eq!(bench.told(Reply::html(429, "<html>error code: 1015</html>")).await, "limited");
    assert!(outcome(bench.ask(&["bitcoin"]).await).starts_with("limited for"));
    bench.clock.advance(TimeDelta::seconds(5));
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes");
}

#[tokio::test]
async fn every_broken_answer_is_an_error_and_the_next_call_works() {
    let bench = Bench::new().await;
    for (reply, expected) in [
        (Reply::json(500, r#"{"error":"oops"}"#), "unavailable: CoinGecko answered 500: oops"),
        (Reply::html(403, "<html>error code: 1020</html>"), "unavailable: CoinGecko answered 403"),
        (Reply::html(200, "<html>hello</html>"), "malformed"),
        (Reply::json(200, "[{\"id\":\"bitcoin\","), "malformed"),
        (Reply::json(200, ""), "malformed"),
        (Reply::json(200, r#"{"data":{"message":"deprecated"}}"#), "malformed"),
        (Reply::json(200, r#"[{"id":"bitcoin","current_price":"1"}]"#), "malformed"),
        (Reply::json(200, "[]"), "0 quotes"),
        (Reply::json(200, r#"[{"id":"somethingelse","current_price":1}]"#), "0 quotes"),
        (Reply::json(200, "[{}]").cut_after(2), "unavailable: the call to CoinGecko failed"),
        (Reply::html(302, "").with("location", "http://127.0.0.1:1/"), "unavailable: CoinGecko answered 302"),
    ] {
        assert_eq!(bench.told(reply.clone()).await, expected, "{reply:?}");
        assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes", "after {reply:?}");
    }
}

#[tokio::test]
async fn an_endless_answer_and_an_endless_wait_are_cut_off() {
    let bench = Bench::with(|settings| CoinGeckoSettings {
        max_body_bytes: 10_000,
        timeout: Duration::from_millis(200),
        ..settings
    })
    .await;
    assert_eq!(bench.told(Reply::json(200, format!("[{}]", " ".repeat(20_000)))).await, "malformed");
    bench.provider.take(Duration::from_secs(30));
    let started = Instant::now();
    assert!(outcome(bench.ask(&["bitcoin"]).await).starts_with("unavailable"));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed() {
    let bench = Bench::with(|settings| CoinGeckoSettings { max_in_flight: 3, ..settings }).await;
    bench.provider.take(Duration::from_millis(20));
    let outcomes = join_all((0..12).map(|_| bench.ask(&["bitcoin"]))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(bench.provider.most_in_flight(), 3);
}

#[tokio::test]
async fn behind_the_cache_many_requests_are_one_call() {
    let bench = Bench::new().await;
    bench.provider.take(Duration::from_millis(20));
    let cached = CachedPriceFeed::new(bench.feed.clone(), Duration::from_secs(60), 100, bench.clock.clone());
    let (wanted, usd) = (assets(&["bitcoin", "ethereum"]), Currency::default());
    let outcomes = join_all((0..50).map(|_| cached.quotes(&wanted, &usd))).await;
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap().len() == 2));
    assert_eq!(bench.provider.requests().len(), 1);
}

#[tokio::test]
async fn while_nobody_is_there_calls_fail_without_trying_each_time() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let clock = Arc::new(FakeClock::new());
    let base_url = format!("http://127.0.0.1:{port}/api/v3");
    let feed = CoinGeckoPriceFeed::new(CoinGeckoSettings { base_url, ..Default::default() }, clock.clone()).unwrap();
    let ask = || async { outcome(feed.quotes(&assets(&["bitcoin"]), &Currency::default()).await) };
    assert_eq!(ask().await, "unavailable: the call to CoinGecko failed");
    assert_eq!(ask().await, "unavailable: CoinGecko could not be reached a moment ago");
    clock.advance(TimeDelta::seconds(5));
    assert_eq!(ask().await, "unavailable: the call to CoinGecko failed");
}

#[test]
fn an_address_or_key_that_cannot_work_is_refused_at_once() {
    let clock = Arc::new(FakeClock::new());
    for base_url in ["", "coingecko", "ftp://api.coingecko.com", "file:///etc/passwd"] {
        let settings = CoinGeckoSettings { base_url: base_url.into(), ..Default::default() };
        let refusal = CoinGeckoPriceFeed::new(settings, clock.clone()).err();
        assert!(matches!(refusal, Some(CoinGeckoSetupError::InvalidBaseUrl(_))), "{base_url}");
    }
    let settings = CoinGeckoSettings { api_key: Some("a\nb".into()), ..Default::default() };
    assert!(matches!(CoinGeckoPriceFeed::new(settings, clock).err(), Some(CoinGeckoSetupError::InvalidKey)));
}
