//! CoinPaprika over its fake: one and many, ids, the key, every shape of failure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a failure panics")]

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_adapter_prices::{CoinPaprikaPriceProvider, CoinPaprikaSettings, ProviderSetupError};
use rialto_kernel::Clock;
use rialto_portfolio::{AssetId, AssetQuery, Currency, Interval, Month, PriceProvider, ProviderError, Quote, Span};
use rialto_testkit::FakeClock;
use rialto_testkit::builders::asset;
use rialto_testkit::providers::{FakeCoin, FakeCoinPaprika, FakeMarket, Fault, Oddity, Reply};

struct Bench {
    fake: FakeCoinPaprika,
    provider: CoinPaprikaPriceProvider,
    clock: Arc<FakeClock>,
    market: Arc<FakeMarket>,
}

impl Bench {
    async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    async fn with(change: impl FnOnce(CoinPaprikaSettings) -> CoinPaprikaSettings) -> Self {
        let clock = Arc::new(FakeClock::new());
        let market = FakeMarket::everyday(clock.clone());
        let fake = FakeCoinPaprika::start(market.clone()).await;
        let settings = CoinPaprikaSettings { base_url: fake.base_url(), ..CoinPaprikaSettings::default() };
        let provider = CoinPaprikaPriceProvider::new(change(settings), clock.clone()).unwrap();
        Self { fake, provider, clock, market }
    }

    async fn ask(&self, ids: &[&str]) -> Result<Vec<Quote>, ProviderError> {
        let ids: Vec<AssetId> = ids.iter().map(|id| asset(id)).collect();
        self.provider.quotes(&ids, &Currency::default()).await
    }

    fn paths(&self) -> Vec<String> {
        self.fake.script.requests().into_iter().map(|request| request.path).collect()
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
async fn one_asset_is_asked_for_by_its_own_id_and_several_with_the_list() {
    let bench = Bench::new().await;
    let one = bench.ask(&["binancecoin"]).await.unwrap();
    assert_eq!((one[0].asset_id.as_str(), one[0].symbol.as_str(), one[0].rank), ("binancecoin", "bnb", Some(4)));
    assert_eq!(one[0].price.to_string(), "580.1");
    // 22:13:20 is looked at at 22:10.
    assert_eq!(one[0].age(bench.clock.now()), Duration::from_secs(200));

    let several = bench.ask(&["dogecoin", "bitcoin", "no-coin"]).await.unwrap();
    assert_eq!(several.len(), 2);
    assert!(bench.ask(&[]).await.unwrap().is_empty());
    assert_eq!(bench.paths(), ["/v1/tickers/bnb-binance-coin", "/v1/tickers"]);
    assert_eq!(bench.fake.script.requests()[0].query("quotes"), Some("USD"));
}

#[tokio::test]
async fn an_id_of_its_own_form_is_asked_for_as_it_is_and_no_other() {
    let bench = Bench::new().await;
    bench.market.list(FakeCoin::new("rare", "5", 10).called("rare", "Rare Coin").at_coinpaprika("rare-rare-coin"));
    assert_eq!(bench.ask(&["rare-rare-coin"]).await.unwrap()[0].asset_id, asset("rare-rare-coin"));
    assert!(bench.ask(&["rare"]).await.unwrap().is_empty(), "a name without a ticker is none of its ids");
    assert!(bench.ask(&["btc-bitcoin"]).await.unwrap().is_empty(), "an asset has one id, not two");
    assert!(bench.ask(&["nobody-knows-it"]).await.unwrap().is_empty());
    assert_eq!(bench.paths(), ["/v1/tickers/rare-rare-coin", "/v1/tickers/nobody-knows-it"]);
}

#[tokio::test]
async fn a_search_gives_everybodys_id_where_there_is_one_and_its_own_otherwise() {
    let bench = Bench::new().await;
    bench.market.list(FakeCoin::new("bnbx", "5", 10).called("bnbx", "BNB Extra").at_coinpaprika("bnbx-bnb-extra"));
    // What is another asset to everybody cannot be told of under this id.
    bench.market.list(FakeCoin::new("x", "5", 1_000).called("bnby", "Not a stable coin").at_coinpaprika("usd-coin"));
    let found = bench.provider.search(&AssetQuery::parse("bnb").unwrap(), 5).await.unwrap();
    let ids: Vec<_> = found.iter().map(|asset| asset.id.as_str()).collect();
    assert_eq!(ids, ["binancecoin", "bnbx-bnb-extra"]);
    assert_eq!(bench.fake.script.requests()[0].query("q"), Some("bnb"));
}

#[tokio::test]
async fn popular_assets_come_by_rank_and_in_one_call() {
    let bench = Bench::new().await;
    let quotes = bench.provider.popular(3, &Currency::default()).await.unwrap();
    let ids: Vec<_> = quotes.iter().map(|quote| quote.asset_id.as_str()).collect();
    assert_eq!((ids, bench.fake.script.calls()), (vec!["bitcoin", "ethereum", "tether"], 1));
}

#[tokio::test]
async fn the_key_travels_without_a_word_before_it() {
    let bench = Bench::with(|settings| CoinPaprikaSettings { api_key: Some("paid".into()), ..settings }).await;
    bench.fake.script.require_key("authorization", "paid");
    assert_eq!(bench.ask(&["bitcoin"]).await.unwrap().len(), 1);

    let without = Bench::new().await;
    without.fake.script.require_key("authorization", "paid");
    assert_eq!(outcome(without.ask(&["bitcoin"]).await), "unavailable: CoinPaprika answered 403: Forbidden");
    let settings = CoinPaprikaSettings { api_key: Some("a\nb".into()), ..Default::default() };
    let refusal = CoinPaprikaPriceProvider::new(settings, without.clock.clone()).err();
    assert!(matches!(refusal, Some(ProviderSetupError::InvalidKey { provider: "CoinPaprika" })));
}

#[tokio::test]
async fn a_plan_that_is_used_up_is_so_until_the_month_is_over() {
    let bench = Bench::new().await;
    bench.fake.script.limit_month(1);
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes");
    let told = bench.ask(&["bitcoin"]).await;
    let Err(ProviderError::BudgetSpent { until }) = told else { panic!("{told:?}") };
    assert_eq!(until, Month::of(bench.clock.now()).end());
    assert_eq!(bench.fake.script.exceeded(), 1);
    bench.clock.advance(TimeDelta::days(20));
    assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes");
}

#[tokio::test]
async fn every_refusal_and_every_broken_answer_is_told_as_what_it_is() {
    let bench = Bench::new().await;
    for (fault, one, several) in [
        (Fault::TooMany { retry_after: None, html: false }, "limited", "limited"),
        (Fault::TooMany { retry_after: Some(30), html: true }, "limited for 30 s", "limited for 30 s"),
        (Fault::Failed(404), "0 quotes", "unavailable: CoinPaprika answered 404: id not found"),
        (
            Fault::Reply(Reply::html(404, "<html>")),
            "unavailable: CoinPaprika answered 404",
            "unavailable: CoinPaprika answered 404",
        ),
        (
            Fault::Failed(500),
            "unavailable: CoinPaprika answered 500: something went wrong",
            "unavailable: CoinPaprika answered 500: something went wrong",
        ),
        (Fault::Forbidden, "unavailable: CoinPaprika answered 403", "unavailable: CoinPaprika answered 403"),
        (Fault::Truncated, "malformed", "malformed"),
        (Fault::Reset, "unavailable: the call to CoinPaprika failed", "unavailable: the call to CoinPaprika failed"),
        (Fault::Reply(Reply::json(200, r#"{"id":"eth-ethereum","quotes":{}}"#)), "malformed", "malformed"),
        (Fault::Reply(Reply::json(200, r#"{"id":"btc-bitcoin","quotes":null}"#)), "0 quotes", "malformed"),
        (Fault::Reply(Reply::json(200, r#"{"error":"deprecated"}"#)), "malformed", "malformed"),
        (Fault::Reply(Reply::html(200, "<html>hello</html>")), "malformed", "malformed"),
    ] {
        bench.fake.script.fail_next(1, fault.clone());
        assert_eq!(outcome(bench.ask(&["bitcoin"]).await), one, "{fault:?}");
        bench.fake.script.fail_next(1, fault.clone());
        assert_eq!(outcome(bench.ask(&["bitcoin", "ethereum"]).await), several, "{fault:?}");
        assert_eq!(outcome(bench.ask(&["bitcoin"]).await), "1 quotes", "after {fault:?}");
    }
}

#[tokio::test]
async fn odd_answers_are_read_as_they_stand() {
    let bench = Bench::new().await;
    let odd = async |oddity| {
        bench.fake.script.fail_next(1, Fault::Odd(oddity));
        bench.ask(&["dogecoin"]).await.unwrap().remove(0)
    };
    let nulls = odd(Oddity { nulls: true, ..Oddity::default() }).await;
    assert_eq!((nulls.rank, nulls.market_cap, nulls.volume_24h, nulls.change_percent_24h), (None, None, None, None));
    assert_eq!(odd(Oddity { exponents: true, ..Oddity::default() }).await.price.to_string(), "0.135");
    assert_eq!(odd(Oddity::a_hundredfold()).await.price.to_string(), "13.5");
    let older = odd(Oddity { older_by: TimeDelta::hours(2), ..Oddity::default() }).await;
    assert_eq!(older.age(bench.clock.now()).as_secs(), 2 * 3_600 + 200);
}

#[tokio::test]
async fn a_currency_that_it_does_not_know_costs_no_call() {
    let bench = Bench::new().await;
    let usdt = Currency::parse("usdt").unwrap();
    let told = bench.provider.quotes(&[asset("bitcoin")], &usdt).await;
    assert!(matches!(told, Err(ProviderError::UnknownCurrency(currency)) if currency == usdt));
    let now = bench.clock.now();
    let span = Span { from: now - TimeDelta::days(3), to: now, interval: Interval::Day };
    let told = bench.provider.history(&asset("bitcoin"), &Currency::default(), &span).await;
    assert!(matches!(told, Err(ProviderError::Unsupported)));
    assert_eq!(bench.fake.script.calls(), 0);
}
