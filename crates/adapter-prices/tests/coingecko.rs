//! CoinGecko over its fake: batches, pages, histories, numbers, every shape of failure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rialto_adapter_prices::{CoinGeckoPriceProvider, CoinGeckoSettings, ProviderSetupError};
use rialto_kernel::Clock;
use rialto_portfolio::{
    AssetId, AssetQuery, Currency, Interval, PricePoint, PriceProvider, ProviderError, Quote, Span,
};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{FakeCoin, FakeCoinGecko, FakeMarket, Fault, Oddity, Reply};

struct Bench {
    fake: FakeCoinGecko,
    provider: CoinGeckoPriceProvider,
    clock: Arc<FakeClock>,
    market: Arc<FakeMarket>,
}

impl Bench {
    async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    async fn with(change: impl FnOnce(CoinGeckoSettings) -> CoinGeckoSettings) -> Self {
        let clock = Arc::new(FakeClock::new());
        let market = FakeMarket::everyday(clock.clone());
        let fake = FakeCoinGecko::start(market.clone()).await;
        let settings = CoinGeckoSettings {
            base_url: fake.base_url(),
            timeout: Duration::from_secs(5),
            ..CoinGeckoSettings::default()
        };
        let provider = CoinGeckoPriceProvider::new(change(settings), clock.clone()).unwrap();
        Self { fake, provider, clock, market }
    }

    async fn ask(&self, ids: &[&str]) -> Result<Vec<Quote>, ProviderError> {
        let ids: Vec<AssetId> = ids.iter().map(|id| asset(id)).collect();
        self.provider.quotes(&ids, &Currency::default()).await
    }

    async fn told(&self, fault: Fault) -> String {
        self.fake.script.fail_next(1, fault);
        outcome(self.ask(&["bitcoin"]).await)
    }

    async fn history(&self, interval: Interval, back: TimeDelta) -> Vec<PricePoint> {
        let now = self.clock.now();
        let span = Span { from: now - back, to: now, interval };
        self.provider.history(&asset("bitcoin"), &Currency::default(), &span).await.unwrap()
    }
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
async fn one_call_brings_all_that_is_asked_for_and_no_more() {
    let bench = Bench::new().await;
    let mut quotes = bench.ask(&["tiny-coin", "bitcoin", "nocoin", "priceless"]).await.unwrap();
    quotes.sort_by_key(|quote| quote.rank);
    let words: Vec<_> = quotes.iter().map(|q| (q.asset_id.as_str(), q.price.to_string())).collect();
    assert_eq!(words, [("bitcoin", "61234.5".to_owned()), ("tiny-coin", "0.00000031".to_owned())]);
    assert_eq!((quotes[0].symbol.as_str(), quotes[0].rank, quotes[0].provider), ("btc", Some(1), "coingecko"));
    assert_eq!(quotes[0].age(quotes[0].fetched_at), Duration::from_millis(9_877));

    let requests = bench.fake.script.requests();
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
    assert_eq!(bench.fake.script.calls(), 2);
    assert_eq!(bench.provider.max_batch(), 250);
}

#[tokio::test]
async fn popular_assets_come_greatest_first_and_those_without_a_price_are_left_out() {
    let bench = Bench::new().await;
    let usd = Currency::default();
    let quotes = bench.provider.popular(2, &usd).await.unwrap();
    assert_eq!(quotes.iter().map(|quote| quote.asset_id.as_str()).collect::<Vec<_>>(), ["bitcoin", "ethereum"]);
    assert_eq!(quotes[1].price.to_string(), "3200.123456789012345678");
    assert!(bench.provider.popular(0, &usd).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 1);
    assert_eq!(bench.provider.popular(250, &usd).await.unwrap().len(), 8);
}

#[tokio::test]
async fn more_popular_assets_than_a_page_has_come_page_by_page_and_each_once() {
    let bench = Bench::new().await;
    for number in 1..=600 {
        bench.market.list(FakeCoin::new(&format!("coin-{number}"), "1", 1_000 - number));
    }
    let quotes = bench.provider.popular(400, &Currency::default()).await.unwrap();
    assert_eq!(quotes.len(), 400);
    assert_eq!(quotes.iter().map(|quote| quote.rank.unwrap()).collect::<Vec<_>>(), (1..=400).collect::<Vec<_>>());
    let pages: Vec<_> = bench.fake.script.requests().iter().map(|r| r.query("page").unwrap().to_owned()).collect();
    assert_eq!(pages, ["1", "2"]);
    assert!(bench.provider.popular(u16::MAX, &Currency::default()).await.unwrap().len() > 600);
    assert!(bench.fake.script.calls() <= 6, "a list that ends is not asked for further");
}

#[tokio::test]
async fn a_currency_that_the_provider_does_not_know_is_told_so() {
    let bench = Bench::new().await;
    let zzz = Currency::parse("zzz").unwrap();
    let told = bench.provider.quotes(&[asset("bitcoin")], &zzz).await;
    assert!(matches!(told, Err(ProviderError::UnknownCurrency(currency)) if currency == zzz));
    assert!(matches!(bench.provider.popular(5, &zzz).await, Err(ProviderError::UnknownCurrency(_))));
    assert_eq!(bench.fake.script.calls(), 0, "that needs no call");
    let eur = Currency::parse("eur").unwrap();
    assert_eq!(bench.provider.quotes(&[asset("bitcoin")], &eur).await.unwrap()[0].currency, eur);
}

#[tokio::test]
async fn the_key_travels_in_its_header_and_never_in_the_address() {
    let bench = Bench::with(|settings| CoinGeckoSettings { api_key: Some("CG-key".into()), ..settings }).await;
    bench.fake.script.require_key("x-cg-demo-api-key", "CG-key");
    assert_eq!(bench.ask(&["bitcoin"]).await.unwrap().len(), 1);
    let request = bench.fake.script.requests().remove(0);
    assert_eq!(request.header("x-cg-demo-api-key"), Some("CG-key"));
    assert_eq!(request.query("x_cg_demo_api_key"), None);

    let without = Bench::new().await;
    without.fake.script.require_key("x-cg-demo-api-key", "CG-key");
    let told = outcome(without.ask(&["bitcoin"]).await);
    assert_eq!(told, "unavailable: CoinGecko answered 401, code 10002: API Key Missing");
}

#[tokio::test]
async fn a_limit_is_told_with_its_time_bent_into_a_second_to_five_minutes() {
    let bench = Bench::new().await;
    for (retry_after, html, expected) in [
        (Some(119), false, "limited for 119 s"),
        (Some(0), false, "limited for 1 s"),
        (Some(86_400), true, "limited for 300 s"),
        (None, false, "limited"),
        (None, true, "limited"),
    ] {
        assert_eq!(bench.told(Fault::TooMany { retry_after, html }).await, expected);
    }
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes", "whoever asks decides when to ask again");
}

#[tokio::test]
async fn all_three_shapes_of_an_error_are_understood() {
    let bench = Bench::new().await;
    for reply in FakeCoinGecko::error_shapes(400, 10_005, "plan too small") {
        let told = bench.told(Fault::Reply(reply)).await;
        assert!(
            told.starts_with("unavailable: CoinGecko answered 400") && told.ends_with(": plan too small"),
            "{told}"
        );
    }
    let limited = FakeCoinGecko::error_shapes(403, 429, "slow down");
    for reply in limited.into_iter().take(2) {
        assert_eq!(bench.told(Fault::Reply(reply)).await, "limited", "the code counts as much as the status");
    }
}

#[tokio::test]
async fn every_broken_answer_is_an_error_and_the_next_call_works() {
    let bench = Bench::new().await;
    for (fault, expected) in [
        (Fault::Failed(500), "unavailable: CoinGecko answered 500, code 500: oops"),
        (Fault::Forbidden, "unavailable: CoinGecko answered 403"),
        (Fault::Truncated, "malformed"),
        (Fault::Reset, "unavailable: the call to CoinGecko failed"),
        (Fault::Reply(Reply::html(200, "<html>hello</html>")), "malformed"),
        (Fault::Reply(Reply::json(200, "")), "malformed"),
        (Fault::Reply(Reply::json(200, r#"{"data":{"message":"deprecated"}}"#)), "malformed"),
        (Fault::Reply(Reply::json(200, r#"[{"id":"bitcoin","current_price":"1"}]"#)), "malformed"),
        (Fault::Reply(Reply::json(200, "[]")), "0 quotes"),
        (Fault::Reply(Reply::json(200, r#"[{"id":"somethingelse","current_price":1}]"#)), "0 quotes"),
        (
            Fault::Reply(Reply::html(302, "").with("location", "http://127.0.0.1:1/")),
            "unavailable: CoinGecko answered 302",
        ),
    ] {
        assert_eq!(bench.told(fault.clone()).await, expected, "{fault:?}");
        assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes", "after {fault:?}");
    }
}

#[tokio::test]
async fn odd_answers_are_read_as_they_stand() {
    let bench = Bench::new().await;
    let odd = async |oddity| {
        bench.fake.script.fail_next(1, Fault::Odd(oddity));
        bench.ask(&["ethereum", "bitcoin"]).await.unwrap()
    };
    let missing = odd(Oddity { first_is_missing: true, ..Oddity::default() }).await;
    assert_eq!((missing.len(), missing[0].asset_id.as_str()), (1, "bitcoin"));
    let nulls = odd(Oddity { nulls: true, ..Oddity::default() }).await;
    assert!(nulls.iter().all(|quote| quote.market_cap.is_none() && quote.rank.is_none() && quote.change_24h.is_none()));
    let exponents = odd(Oddity { exponents: true, ..Oddity::default() }).await;
    assert_eq!(exponents[0].price.to_string(), "61234.5");
    let older = odd(Oddity { older_by: TimeDelta::hours(3), ..Oddity::default() }).await;
    assert_eq!(older[0].age(bench.clock.now()).as_secs(), 3 * 3_600 + 9);
    assert_eq!(odd(Oddity::a_hundredfold()).await[0].price.to_string(), "6123450");
}

#[tokio::test]
async fn an_endless_answer_and_an_endless_wait_are_cut_off() {
    let bench = Bench::with(|settings| CoinGeckoSettings {
        max_body_bytes: 10_000,
        timeout: Duration::from_millis(200),
        ..settings
    })
    .await;
    let endless = Reply::json(200, format!("[{}]", " ".repeat(20_000)));
    assert_eq!(bench.told(Fault::Reply(endless)).await, "malformed");
    let started = Instant::now();
    assert!(bench.told(Fault::Slow(Duration::from_secs(30))).await.starts_with("unavailable"));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_is_found_is_asked_for_once_and_escaped() {
    let bench = Bench::new().await;
    let found = bench.provider.search(&AssetQuery::parse("USD c&x=1").unwrap(), 5).await.unwrap();
    assert_eq!(found, []);
    assert_eq!(bench.fake.script.requests()[0].query("query"), Some("usd c&x=1"));
    let found = bench.provider.search(&AssetQuery::parse("usd").unwrap(), 5).await.unwrap();
    assert_eq!(found.iter().map(|asset| asset.symbol.as_str()).collect::<Vec<_>>(), ["usdt", "usdc"]);
    assert!(bench.provider.search(&AssetQuery::parse("usd").unwrap(), 0).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 2);
}

#[tokio::test]
async fn the_daily_point_of_midnight_is_the_close_of_the_day_before() {
    let bench = Bench::new().await;
    let midnight = Interval::Day.start_of(bench.clock.now());
    bench.market.set_price("bitcoin", midnight - TimeDelta::days(2), "50000");
    bench.market.set_price("bitcoin", midnight - TimeDelta::days(1), "50001");
    bench.market.set_price("bitcoin", midnight, "50002");
    let points = bench.history(Interval::Day, TimeDelta::days(200)).await;
    assert_eq!(points.len(), 199, "the day that the span begins in began before it, and today is not over");
    let last: Vec<_> = points[197..].iter().map(|point| (point.at, point.price.to_string())).collect();
    // What is paid at the very end of a day is paid from the first instant of the next on.
    assert_eq!(last[1], (midnight - TimeDelta::days(1), "50002".to_owned()));
    assert_eq!(last[0], (midnight - TimeDelta::days(2), "50001".to_owned()));
}

#[tokio::test]
async fn the_point_of_now_is_no_close() {
    let bench = Bench::new().await;
    let midnight = Interval::Day.start_of(bench.clock.now()) + TimeDelta::days(1);
    bench.clock.advance(midnight + TimeDelta::minutes(2) - bench.clock.now());
    bench.market.set_price("bitcoin", midnight + TimeDelta::minutes(1), "99999");
    // The day's own point comes half an hour after it.
    let points = bench.history(Interval::Day, TimeDelta::days(100)).await;
    assert_eq!(points.last().unwrap().at, midnight - TimeDelta::days(2));
    bench.clock.advance(TimeDelta::minutes(40));
    let points = bench.history(Interval::Day, TimeDelta::days(100)).await;
    let last = points.last().unwrap();
    assert_eq!((last.at, last.price.to_string().as_str()), (midnight - TimeDelta::days(1), "61234.5"));
}

#[tokio::test]
async fn five_minutes_are_known_for_the_last_day_and_hours_for_longer() {
    let bench = Bench::new().await;
    let minutes = bench.history(Interval::FiveMinutes, TimeDelta::days(3)).await;
    assert!((284..=288).contains(&minutes.len()), "{}", minutes.len());
    assert_eq!(bench.fake.script.calls(), 1);
    let old = Span {
        from: bench.clock.now() - TimeDelta::days(9),
        to: bench.clock.now() - TimeDelta::days(8),
        interval: Interval::FiveMinutes,
    };
    assert!(bench.provider.history(&asset("bitcoin"), &Currency::default(), &old).await.unwrap().is_empty());
    assert_eq!(bench.fake.script.calls(), 1, "nobody is asked for what is not kept");

    let hours = bench.history(Interval::Hour, TimeDelta::days(89)).await;
    assert_eq!((hours.len(), bench.fake.script.calls()), (89 * 24 - 1, 2));
    let hours = bench.history(Interval::Hour, TimeDelta::days(200)).await;
    assert_eq!((hours.len(), bench.fake.script.calls()), (200 * 24 - 1, 5), "90 days at a time");
}

#[tokio::test]
async fn beyond_a_year_the_range_is_cut_once_and_that_is_remembered() {
    let bench = Bench::new().await;
    let points = bench.history(Interval::Day, TimeDelta::days(800)).await;
    assert!((363..=365).contains(&points.len()), "{}", points.len());
    assert_eq!(bench.fake.script.calls(), 2);
    assert_eq!(bench.history(Interval::Day, TimeDelta::days(800)).await, points);
    assert_eq!(bench.fake.script.calls(), 3);

    let paid = Bench::new().await;
    paid.fake.see_everything();
    assert_eq!(paid.history(Interval::Day, TimeDelta::days(800)).await.len(), 799);
}

#[tokio::test]
async fn a_page_that_says_404_is_a_failure_and_no_empty_history() {
    let bench = Bench::new().await;
    bench.fake.script.fail_next(1, Fault::Reply(Reply::html(404, "<html>not found</html>")));
    let now = bench.clock.now();
    let span = Span { from: now - TimeDelta::days(3), to: now, interval: Interval::Hour };
    let told = bench.provider.history(&asset("bitcoin"), &Currency::default(), &span).await;
    assert!(matches!(told, Err(ProviderError::Unavailable { .. })), "{told:?}");
}

#[tokio::test]
async fn nobody_there_is_unavailable_each_time() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base_url = format!("http://127.0.0.1:{port}/api/v3");
    let settings = CoinGeckoSettings { base_url, ..Default::default() };
    let provider = CoinGeckoPriceProvider::new(settings, Arc::new(FakeClock::new())).unwrap();
    for _ in 0..2 {
        let told = outcome(provider.quotes(&[asset("bitcoin")], &Currency::default()).await);
        assert_eq!(told, "unavailable: the call to CoinGecko failed");
    }
}

#[tokio::test]
async fn the_fake_notices_whoever_exceeds_its_limits() {
    let bench = Bench::new().await;
    bench.fake.script.limit_rate(30, 2);
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(outcome(bench.ask(&["bitcoin"]).await));
    }
    assert_eq!(told, ["1 quotes", "1 quotes", "limited for 2 s"]);
    assert_eq!(bench.fake.script.exceeded(), 1);
    bench.clock.advance(TimeDelta::seconds(2));
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes");
}

#[tokio::test]
async fn a_storm_strikes_the_same_way_each_time() {
    let course = async || {
        let bench = Bench::new().await;
        bench.fake.script.storm(300, 7, vec![Fault::Forbidden, Fault::Truncated]);
        let mut told = String::new();
        for _ in 0..40 {
            told.push(if bench.ask(&["bitcoin"]).await.is_ok() { '.' } else { 'x' });
        }
        told
    };
    let first = course().await;
    assert!((4..=24).contains(&first.matches('x').count()), "{first}");
    assert_eq!(course().await, first);
}

#[test]
fn an_address_or_key_that_cannot_work_is_refused_at_once() {
    let clock = Arc::new(FakeClock::new());
    for base_url in ["", "coingecko", "ftp://api.coingecko.com", "file:///etc/passwd"] {
        let settings = CoinGeckoSettings { base_url: base_url.into(), ..Default::default() };
        let refusal = CoinGeckoPriceProvider::new(settings, clock.clone()).err();
        assert!(matches!(refusal, Some(ProviderSetupError::InvalidAddress { .. })), "{base_url}");
    }
    let settings = CoinGeckoSettings { api_key: Some("a\nb".into()), ..Default::default() };
    let refusal = CoinGeckoPriceProvider::new(settings, clock).err();
    assert!(matches!(refusal, Some(ProviderSetupError::InvalidKey { .. })));
}
