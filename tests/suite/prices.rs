//! Quotes, bulk look-ups, event streams and topics, from the simulated provider.

use std::time::Duration;

use futures_util::StreamExt;
use rialto_client::Socket;
use rialto_client::wire::frame::{ServerFrame, SignalBody};
use rialto_client::wire::prices::{BulkQuotesRequest, QuoteView};

use crate::support::{Backend, Person, Server};

/// Prices that move several times a second.
const LIVELY: [(&str, &str); 2] =
    [("RIALTO__PRICES__TICK_INTERVAL_MS", "200"), ("RIALTO__PRICES__CACHE_TTL_MS", "100")];

#[tokio::test]
async fn a_quote_says_who_gave_it_and_how_old_it_is() {
    let server = Server::start(Backend::Sqlite).await;
    let quote = server.rest().quote("bitcoin").await.unwrap();
    assert_eq!((quote.asset_id.as_str(), quote.symbol.as_str(), quote.currency.as_str()), ("bitcoin", "btc", "usd"));
    assert_eq!(quote.provider, "simulated");
    assert!(!quote.stale);
    assert!(quote.age_ms < 60_000);
    assert!(quote.price.bytes().all(|b| b.is_ascii_digit() || b == b'.'), "{}", quote.price);

    let popular = server.rest().popular(5).await.unwrap().items;
    assert_eq!(popular.len(), 5);
    assert!(popular.is_sorted_by_key(|quote| quote.rank));
    assert_eq!(server.rest().quote("no-such-coin").await.unwrap_err().code(), Some("unknown_asset"));
}

/// The first goes through the routes, the second around them.
#[tokio::test]
async fn a_quote_asked_for_again_is_answered_as_before() {
    let server = Server::start(Backend::Sqlite).await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        let answer = reqwest::get(server.url("/api/v1/crypto/bitcoin")).await.unwrap();
        let mut headers: Vec<_> = answer.headers().keys().map(ToString::to_string).collect();
        headers.sort();
        let quote: QuoteView = answer.json().await.unwrap();
        assert!(quote.age_ms < 60_000);
        answers.push((headers, quote.asset_id, quote.provider, quote.stale));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
}

#[tokio::test]
async fn a_bulk_look_up_gives_each_asset_its_price_or_the_reason() {
    let server = Server::start(Backend::Sqlite).await;
    let coins = ["bitcoin", "no-such-coin", "ethereum", "bitcoin"].map(str::to_owned).to_vec();
    let request = BulkQuotesRequest { coins, timeout: Some(5), currency: None };
    let answer = server.rest().bulk_quotes(&request).await.unwrap();
    assert_eq!((answer.success_count, answer.error_count), (2, 1));
    let ids: Vec<_> = answer.items.iter().map(|item| item.asset_id.as_str()).collect();
    assert_eq!(ids, ["bitcoin", "no-such-coin", "ethereum"]);
    assert_eq!(answer.items[1].error.as_ref().unwrap().code, "unknown_asset");
    for coins in [vec![], vec!["bitcoin".to_owned(); 1], (0..251).map(|n| format!("coin-{n}")).collect()] {
        let expected = (1..=250).contains(&coins.len());
        let request = BulkQuotesRequest { coins, timeout: None, currency: None };
        assert_eq!(server.rest().bulk_quotes(&request).await.is_ok(), expected);
    }
}

#[tokio::test]
async fn an_event_stream_ticks_with_ids_and_ends_when_told() {
    let server = Server::start_with(Backend::Sqlite, &LIVELY).await;
    let path = "crypto/stream/prices?coins=bitcoin,ethereum&interval=1&max_updates=2";
    let response = server.rest().request(reqwest::Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let body = tokio::time::timeout(Duration::from_secs(10), response.text()).await.expect("it ends").unwrap();
    let quotes: Vec<QuoteView> = body
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert_eq!(quotes.len(), 4, "two coins, two ticks: {body}");
    assert_eq!(body.lines().filter(|line| line.starts_with("id:")).count(), 4);
    assert_eq!(body.lines().filter(|line| line.starts_with("event: price_update")).count(), 4);

    let refused = server.rest().request(reqwest::Method::GET, "crypto/stream/prices").send().await.unwrap();
    assert_eq!(refused.status(), 400);
}

#[tokio::test]
async fn a_stream_whose_reader_left_does_not_keep_the_server_from_stopping() {
    let mut server = Server::start_with(Backend::Sqlite, &LIVELY).await;
    let path = "crypto/stream/prices?coins=bitcoin&interval=1";
    let response = server.rest().request(reqwest::Method::GET, path).send().await.unwrap();
    let mut stream = response.bytes_stream();
    assert!(stream.next().await.is_some());
    let staying = server.rest().request(reqwest::Method::GET, path).send().await.unwrap();
    drop(stream);
    assert_eq!(server.stop().await, Some(0));
    drop(staying);
}

#[tokio::test]
async fn prices_tick_on_the_socket_until_one_unsubscribes() {
    let server = Server::start_with(Backend::Sqlite, &LIVELY).await;
    let ann = Person::guest(&server, "Ann").await;
    let (mut socket, _) = ann.connect().await;
    socket.subscribe(&["x:price:bitcoin"]).await.unwrap();
    let mut prices = Vec::new();
    while prices.len() < 3 {
        let frame = socket.next_within(Duration::from_secs(10)).await.expect("a tick");
        if let ServerFrame::Signal { stream, body: SignalBody::Tick { price, provider, .. } } = frame {
            assert_eq!((stream.as_str(), provider.as_str()), ("x:price:bitcoin", "simulated"));
            prices.push(price);
        }
    }
    assert_eq!(socket.subscribe(&["x:weather:venice"]).await.unwrap_err().code(), Some("unknown_topic"));
}

#[tokio::test]
async fn prices_tick_on_a_socket_of_their_own_without_a_name() {
    let server = Server::start_with(Backend::Sqlite, &LIVELY).await;
    let address = server.rest().base_url().replacen("http", "ws", 1);
    let mut socket = Socket::connect(&format!("{address}/api/v1/crypto/stream/ws?coins=bnb")).await.unwrap();
    let ticks = async |socket: &mut Socket, wanted: &str| loop {
        match socket.next_within(Duration::from_secs(10)).await.expect("a tick") {
            ServerFrame::Signal { stream, body: SignalBody::Tick { .. } } if stream == wanted => return,
            _ => {}
        }
    };
    ticks(&mut socket, "x:price:binancecoin").await;
    socket.subscribe(&["x:price:ethereum"]).await.unwrap();
    ticks(&mut socket, "x:price:ethereum").await;
    assert_eq!(socket.subscribe(&["x:presence"]).await.unwrap_err().code(), Some("unknown_topic"));
    for path in ["?coins=a%20b", "?colour=red"] {
        assert!(Socket::connect(&format!("{address}/api/v1/crypto/stream/ws{path}")).await.is_err(), "{path}");
    }
}
