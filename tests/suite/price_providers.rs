//! Real prices, from providers on this machine that err as the real ones do.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use rialto_client::wire::prices::{BulkQuotesRequest, HoldingRequest, QuoteView, ValuationRequest};
use rialto_testkit::FakeClock;
use rialto_testkit::providers::{FakeBinance, FakeCoin, FakeCoinGecko, FakeCoinPaprika, FakeMarket, Fault, Oddity};
use serde_json::{Value, json};

use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Server, code, on_every_database};

#[expect(clippy::disallowed_methods, reason = "the server under test has no other")]
fn true_time() -> DateTime<Utc> {
    Utc::now()
}

/// Three providers of one market, and what a server needs to ask them.
struct Providers {
    market: Arc<FakeMarket>,
    coingecko: FakeCoinGecko,
    coinpaprika: FakeCoinPaprika,
    binance: FakeBinance,
}

impl Providers {
    async fn start() -> Self {
        let clock = Arc::new(FakeClock::new());
        clock.advance(true_time() - clock.advance(TimeDelta::zero()));
        let market = FakeMarket::everyday(clock);
        Self {
            coingecko: FakeCoinGecko::start(market.clone()).await,
            coinpaprika: FakeCoinPaprika::start(market.clone()).await,
            binance: FakeBinance::start(market.clone()).await,
            market,
        }
    }

    /// A server that asks these, in this order.
    async fn server(&self, backend: Backend, order: &str, more: &[(&str, &str)]) -> Server {
        let (gecko, paprika, binance) =
            (self.coingecko.base_url(), self.coinpaprika.base_url(), self.binance.base_url());
        let stream = self.binance.stream_url();
        let mut settings = vec![
            ("RIALTO__PRICES__PROVIDERS", order),
            ("RIALTO__PRICES__COINGECKO__URL", gecko.as_str()),
            ("RIALTO__PRICES__COINPAPRIKA__URL", paprika.as_str()),
            ("RIALTO__PRICES__BINANCE__URL", binance.as_str()),
            ("RIALTO__PRICES__BINANCE__STREAM_URL", stream.as_str()),
            // Nothing but what the tests ask for.
            ("RIALTO__PRICES__RECORD_POPULAR", "0"),
            ("RIALTO__PRICES__COINGECKO__CALLS_PER_MINUTE", "10000"),
            ("RIALTO__PRICES__COINGECKO__BURST", "1000"),
        ];
        settings.extend(more);
        Server::start_with(backend, &settings).await
    }
}

fn bulk(coins: &[&str]) -> BulkQuotesRequest {
    let coins = coins.iter().map(|coin| (*coin).to_owned()).collect();
    BulkQuotesRequest { coins, timeout: Some(10), currency: None }
}

fn said(quote: &QuoteView) -> (&str, &str, &str, bool) {
    (&quote.asset_id, &quote.price, &quote.provider, quote.stale)
}

#[tokio::test]
async fn a_price_has_the_digits_of_its_provider() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "coingecko", &[]).await;
    for (coin, price) in [("ethereum", "3200.123456789012345678"), ("tiny-coin", "0.00000031"), ("dogecoin", "0.135")] {
        let quote = server.rest().quote(coin).await.unwrap();
        assert_eq!(said(&quote), (coin, price, "coingecko", false));
    }
    assert_eq!(code(server.rest().quote("priceless").await), "unknown_asset", "no price is no zero");
}

#[tokio::test]
async fn many_ids_are_one_call_and_what_is_held_is_not_asked_for_again() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "coingecko", &[]).await;
    let rest = server.rest();
    let ask = || async { rest.bulk_quotes(&bulk(&["bitcoin", "ethereum", "bnb", "nocoin"])).await.unwrap() };
    let answers = futures_util::future::join_all((0..50).map(|_| ask())).await;
    for answer in answers {
        assert_eq!((answer.success_count, answer.error_count), (3, 1));
        assert_eq!((answer.items[2].asked.as_str(), answer.items[2].asset_id.as_str()), ("bnb", "binancecoin"));
        assert_eq!(answer.items[3].error.as_ref().unwrap().code, "unknown_asset");
    }
    ask().await;
    let calls = providers.coingecko.script.requests();
    let markets = calls.iter().filter(|request| request.path.ends_with("/coins/markets")).count();
    assert_eq!(markets, 1, "{calls:?}");
    let stats = rest.price_cache().await.unwrap();
    assert!(stats.hits >= 4 && stats.calls >= 1, "{stats:?}");
}

#[tokio::test]
async fn the_next_provider_answers_what_the_first_cannot_and_says_who_it_is() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "coingecko,coinpaprika", &[]).await;
    let limited = Fault::TooMany { retry_after: Some(60), html: false };
    providers.coingecko.script.fail_next(100, limited);
    let quote = server.rest().quote("bitcoin").await.unwrap();
    assert_eq!(said(&quote), ("bitcoin", "61234.5", "coinpaprika", false));
    // What only the first lists cannot be said now; that nobody knows it would be a lie.
    assert_eq!(code(server.rest().quote("tiny-coin").await), "price_provider_limited");
    let list = server.rest().providers().await.unwrap().items;
    let states: Vec<_> = list.iter().map(|provider| (provider.name.as_str(), provider.state.as_str())).collect();
    assert_eq!(states, [("coingecko", "limited"), ("coinpaprika", "working")]);
    assert_eq!(list[0].last_failure.as_deref(), Some("rate_limited"));
    assert_eq!(providers.coingecko.script.calls(), 1, "who asks for fewer calls gets none until it is over");
}

#[tokio::test]
async fn while_providers_fail_an_old_price_is_shown_as_old() {
    let providers = Providers::start().await;
    let settings = [("RIALTO__PRICES__CACHE_TTL_MS", "200")];
    let server = providers.server(Backend::Sqlite, "coingecko", &settings).await;
    assert!(!server.rest().quote("bitcoin").await.unwrap().stale);
    providers.coingecko.script.fail_next(1_000, Fault::Failed(500));
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..5 {
        let quote = server.rest().quote("bitcoin").await.unwrap();
        assert_eq!(said(&quote), ("bitcoin", "61234.5", "coingecko", true));
        assert!(quote.age_ms >= 200, "{quote:?}");
    }
    assert_eq!(code(server.rest().quote("ethereum").await), "price_provider_unavailable");
}

#[tokio::test]
async fn a_price_that_jumps_a_hundredfold_is_not_believed() {
    let providers = Providers::start().await;
    let settings = [("RIALTO__PRICES__CACHE_TTL_MS", "100")];
    let server = providers.server(Backend::Sqlite, "coingecko", &settings).await;
    server.rest().quote("bitcoin").await.unwrap();
    providers.coingecko.script.fail_next(1_000, Fault::Odd(Oddity::a_hundredfold()));
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(server.rest().quote("bitcoin").await.unwrap().price, "61234.5");
    }
}

#[tokio::test]
async fn a_ticker_that_several_assets_share_is_answered_with_candidates() {
    let providers = Providers::start().await;
    for id in ["abra-cadabra", "abra-finance"] {
        providers.market.list(FakeCoin::new(id, "2.5", 1_000).called("abra", id));
    }
    providers.market.list(FakeCoin::new("zed-coin", "7", 1_000).called("zed", "Zed"));
    let server = providers.server(Backend::Sqlite, "coingecko", &[]).await;
    let response = server.rest().request(Method::GET, "crypto/abra").send().await.unwrap();
    assert_eq!(response.status(), 409);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["code"], "ambiguous_asset");
    let mut ids: Vec<_> = body["candidates"].as_array().unwrap().iter().map(|asset| asset["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, [json!("abra-cadabra"), json!("abra-finance")]);
    assert_eq!(server.rest().quote("zed").await.unwrap().asset_id, "zed-coin", "a ticker of one asset means it");
    let found = server.rest().search_assets("abra").await.unwrap().items;
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_price_in_another_currency_says_how_it_came_about() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "binance,coingecko", &[]).await;
    let quote = server.rest().quote("bitcoin").await.unwrap();
    assert_eq!((quote.provider.as_str(), quote.currency.as_str()), ("binance", "usd"));
    let step = &quote.conversion[0];
    assert_eq!((step.from.as_str(), step.to.as_str(), step.provider.as_str()), ("usdt", "usd", "coingecko"));
    assert_eq!(step.rate, "1.0002");
    let euros = server.rest().quote_in("bitcoin", "eur").await.unwrap();
    assert_eq!(euros.currency, "eur");
    assert_eq!(code(server.rest().quote_in("bitcoin", "zzz").await), "invalid_query");
}

on_every_database!(the_calls_of_a_month_are_kept_over_restarts, async |backend| {
    let providers = Providers::start().await;
    let settings = [
        ("RIALTO__PRICES__COINGECKO__CALLS_PER_MONTH", "25"),
        ("RIALTO__PRICES__CACHE_TTL_MS", "1"),
        ("RIALTO__PRICES__COINGECKO__CALLS_PER_MINUTE", "10000"),
        ("RIALTO__PRICES__COINGECKO__BURST", "100"),
    ];
    let mut server = providers.server(backend, "coingecko", &settings).await;
    for round in 0..4 {
        for _ in 0..12 {
            let _ = server.rest().quote("bitcoin").await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if round < 3 {
            server.crash_and_restart().await;
        }
    }
    assert!(providers.coingecko.script.calls() <= 25, "{}", providers.coingecko.script.calls());
    let list = server.rest().providers().await.unwrap().items;
    assert_eq!((list[0].state.as_str(), list[0].budget.as_ref().unwrap().left), ("budget_spent", 0));
    assert_eq!(code(server.rest().quote("ethereum").await), "price_provider_spent");
});

#[tokio::test]
async fn binance_ticks_between_polls() {
    let providers = Providers::start().await;
    let settings = [("RIALTO__PRICES__LIVE", "true"), ("RIALTO__PRICES__TICK_INTERVAL_MS", "60000")];
    let server = providers.server(Backend::Sqlite, "coingecko,binance", &settings).await;
    let path = "crypto/stream/prices?coins=bitcoin&interval=1";
    let mut response = server.rest().request(Method::GET, path).send().await.unwrap();
    let mut seen = String::new();
    let until = tokio::time::Instant::now() + Duration::from_secs(20);
    while !seen.contains(r#""provider":"binance""#) {
        providers.binance.sockets.tick();
        let chunk = tokio::time::timeout(Duration::from_millis(300), response.chunk()).await;
        if let Ok(Ok(Some(chunk))) = chunk {
            seen.push_str(&String::from_utf8_lossy(&chunk));
        }
        assert!(tokio::time::Instant::now() < until, "{seen}");
    }
}

#[tokio::test]
async fn an_admin_empties_the_cache() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "coingecko", &[]).await;
    let admin = Person::admin(&server, "root").await;
    server.rest().quote("bitcoin").await.unwrap();
    server.rest().quote("bitcoin").await.unwrap();
    assert_eq!(providers.coingecko.script.calls(), 1);
    admin.rest.clear_price_cache().await.unwrap();
    assert_eq!(server.rest().price_cache().await.unwrap().entries, 0);
    server.rest().quote("bitcoin").await.unwrap();
    assert_eq!(providers.coingecko.script.calls(), 2);
}

#[tokio::test]
async fn holdings_are_valued_exactly_and_what_has_no_price_is_missing() {
    let providers = Providers::start().await;
    let server = providers.server(Backend::Sqlite, "coingecko", &[]).await;
    let holding = |asset: &str, quantity: &str| HoldingRequest { asset_id: asset.into(), quantity: quantity.into() };
    let holdings = vec![holding("btc", "0.1"), holding("ethereum", "2"), holding("nocoin", "5")];
    let request = ValuationRequest { holdings: Some(holdings), ..ValuationRequest::default() };
    let valuation = server.rest().value(&request).await.unwrap();
    assert_eq!(valuation.total.as_deref(), Some("12523.696913578024691356"));
    assert_eq!((valuation.coverage.as_str(), valuation.error_count), ("0.6667", 1));
    let post = |body: Value| server.rest().request(Method::POST, "crypto/portfolio").json(&body);
    for (body, fields) in [
        (json!({}), [("holdings", "missing_field")]),
        (json!({"coins": ["bitcoin"], "holdings": []}), [("holdings", "conflicting")]),
        (json!({"holdings": [{"asset_id": "bitcoin", "quantity": "-1"}]}), [("holdings[0].quantity", "out_of_range")]),
        (
            json!({"holdings": [{"asset_id": "bitcoin", "quantity": "1e40"}]}),
            [("holdings[0].quantity", "invalid_format")],
        ),
        (json!({"coins": []}), [("coins", "too_short")]),
        (json!({"coins": ["bitcoin"], "timeout": 31}), [("timeout", "out_of_range")]),
        (json!({"coins": ["bitcoin"], "currency": "?"}), [("currency", "invalid_format")]),
    ] {
        assert_eq!(problem(post(body)).await, refused(422, "invalid_body", &fields));
    }
    let many: Vec<_> = (0..10_000).map(|n| format!("coin-{n}")).collect();
    assert_eq!(problem(post(json!({ "coins": many }))).await, refused(422, "invalid_body", &[("coins", "too_long")]));
}
