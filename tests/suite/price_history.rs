//! What prices were: recorded, filled by providers, and what people follow.

use std::time::Duration;

use reqwest::Method;

use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Server, code, on_every_database};

on_every_database!(a_history_is_whole_and_ends_with_the_interval_that_runs, async |backend| {
    let server = Server::start(backend).await;
    let history = server.rest().history("btc", "1d", "2026-01-01", "2030-01-01").await.unwrap();
    assert_eq!((history.asset_id.as_str(), history.currency.as_str(), history.missing), ("bitcoin", "usd", 0));
    let (last, closed) = history.points.split_last().unwrap();
    assert!(closed.len() > 300 && closed.iter().all(|point| point.closed) && !last.closed);
    assert!(history.points.is_sorted_by(|a, b| a.at < b.at));
    let midnights =
        history.points.iter().all(|point| serde_json::to_string(&point.at).unwrap().contains("T00:00:00.000Z"));
    assert!(midnights, "days begin at midnight in UTC");
    assert_eq!(history.providers, ["simulated"]);
    let again = server.rest().history("bitcoin", "1d", "2026-01-01", "2030-01-01").await.unwrap();
    assert_eq!(again.points[..closed.len()], *closed, "what is over does not change");
});

on_every_database!(recorded_prices_are_kept_over_a_restart, async |backend| {
    let settings = [("RIALTO__PRICES__RECORD_INTERVAL_MS", "1000"), ("RIALTO__PRICES__RECORD_POPULAR", "3")];
    let mut server = Server::start_with(backend, &settings).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let before = server.rest().quote("bitcoin").await.unwrap().price.parse::<f64>().unwrap();
    assert_eq!(server.stop().await, Some(0));
    // Nobody prices anything any more: what is told is what was seen.
    let nobody = [("RIALTO__PRICES__PROVIDERS", "coingecko"), ("RIALTO__PRICES__COINGECKO__URL", "http://127.0.0.1:1")];
    server.restart_with(&nobody).await;
    let history = server.rest().history("bitcoin", "1d", "2026-01-01", "2030-01-01").await.unwrap();
    let seen = history.points.last().expect("what was recorded").price.parse::<f64>().unwrap();
    assert!((seen / before - 1.0).abs() < 0.1, "{seen} is near {before}");
    assert!(history.unfilled.is_some(), "why the rest is missing is said");
});

#[tokio::test]
async fn bad_stretches_are_named() {
    let server = Server::start(Backend::Sqlite).await;
    let ask = |query: &str| server.rest().request(Method::GET, &format!("crypto/bitcoin/history?{query}"));
    for (query, fields) in [
        ("from=yesterday", [("from", "invalid_format")]),
        ("from=2008-01-01", [("from", "out_of_range")]),
        ("from=2026-02-02&to=2026-02-01", [("from", "out_of_range")]),
        ("from=2999-01-01&to=3000-01-01", [("from", "out_of_range")]),
        ("interval=2h", [("interval", "unknown_value")]),
        ("interval=5m&from=2026-01-01", [("from", "out_of_range")]),
        ("currency=%3F", [("currency", "invalid_format")]),
        ("colour=red", [("colour", "unknown_field")]),
    ] {
        assert_eq!(problem(ask(query)).await, refused(400, "invalid_query", &fields), "{query}");
    }
    let nobody = server.rest().history("no-such-coin", "1d", "2026-11-01", "2026-11-02").await;
    assert_eq!(code(nobody), "unknown_asset");
}

on_every_database!(a_watchlist_is_its_owners_and_keeps_its_order, async |backend| {
    let server = Server::start(backend).await;
    let (ann, bob) = (Person::register(&server, "ann").await, Person::guest(&server, "Bob").await);
    for coin in ["ethereum", "btc", "ethereum", "bnb"] {
        ann.rest.watch(coin).await.unwrap();
    }
    assert_eq!(code(ann.rest.watch("no-such-coin").await), "unknown_asset");
    let listed = ann.rest.watchlist().await.unwrap().items;
    let ids: Vec<_> = listed.iter().map(|watched| watched.asset_id.as_str()).collect();
    assert_eq!(ids, ["ethereum", "bitcoin", "binancecoin"]);
    assert!(listed.iter().all(|watched| watched.quote.is_some()));
    assert_eq!(bob.rest.watchlist().await.unwrap().items, []);
    ann.rest.unwatch("btc").await.unwrap();
    ann.rest.unwatch("btc").await.unwrap();
    assert_eq!(ann.rest.watchlist().await.unwrap().items.len(), 2);
});
