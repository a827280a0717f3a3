//! A portfolio tracker.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use rialto_testkit::FakeClock;
use rialto_testkit::providers::{FakeCoinGecko, FakeMarket};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::support::{At, at_both_places, json as answer, now};
use crate::support::Person;

const SETTINGS: &[(&str, &str)] = &[("RIALTO__SERVER__SSE_HEARTBEAT_MS", "300")];

at_both_places! { "portfolio-tracker":
    the_server_is_healthy,
    whoever_registers_gets_a_number_and_no_token,
    what_is_wrong_with_a_registration_is_said,
    a_taken_name_or_address_is_a_conflict,
    whoever_signs_in_gets_a_token,
    a_wrong_password_and_an_unknown_user_are_refused_alike,
    without_a_good_token_nothing_is_told,
    tokens_are_good_here_alone,
    tokens_last_as_long_as_configured,
    a_coin_has_its_price_and_its_aliases,
    a_coin_that_nobody_knows_is_not_found,
    popular_coins_are_as_many_as_asked_for_within_bounds,
    many_coins_are_looked_up_with_errors_in_their_places,
    what_is_wrong_with_a_look_up_is_said,
    a_portfolio_has_no_maximum_of_twenty_and_counts_twice_what_is_named_twice,
    prices_have_all_their_digits_and_cost_one_call,
    prices_are_streamed_with_ids_until_all_is_told,
    a_stream_of_prices_needs_coins,
    a_quiet_stream_shows_that_it_lives_and_ends_with_the_session,
    a_portfolio_is_streamed_every_ten_seconds,
    a_socket_answers_and_pushes_five_coins,
    a_socket_needs_a_token_before_it_is_one,
    a_server_that_stops_ends_streams_and_sockets,
    the_cache_is_shown_and_cleared_within_reason,
    users_are_listed_by_page,
    a_user_is_found_by_number,
    only_oneself_or_an_admin_changes_a_user_and_only_name_and_address,
    only_oneself_or_an_admin_deletes_a_user,
    pages_of_every_origin_may_ask,
}

const PASSWORD: &str = "secret";

fn address_of(name: &str) -> String {
    format!("{name}@example.org")
}

async fn post(at: &At, path: &str, body: &Value) -> (StatusCode, Value) {
    // Without a Content-Type, as `curl -d` would do.
    answer(at.ask(Method::POST, path).body(body.to_string())).await
}

async fn register(at: &At, name: &str) -> (StatusCode, Value) {
    let body = json!({ "username": name, "email": address_of(name), "password": PASSWORD });
    post(at, "/api/v1/auth/register", &body).await
}

async fn log_in(at: &At, name: &str) -> (StatusCode, Value) {
    post(at, "/api/v1/auth/login", &json!({ "email": address_of(name), "password": PASSWORD })).await
}

/// Somebody with a token.
struct User<'a> {
    at: &'a At,
    id: u64,
    token: String,
}

impl<'a> User<'a> {
    async fn register(at: &'a At, name: &str) -> Self {
        assert_eq!(register(at, name).await.0, 201);
        Self::sign_in(at, name).await
    }

    async fn sign_in(at: &'a At, name: &str) -> Self {
        let (status, body) = log_in(at, name).await;
        assert_eq!(status, 200, "{body}");
        let token = body["data"]["token"].as_str().unwrap().to_owned();
        Self { at, id: body["data"]["user"]["id"].as_u64().unwrap(), token }
    }

    /// An admin, made on the command line.
    async fn admin(at: &'a At, name: &str) -> Self {
        Person::admin(&at.server, name).await;
        let body = json!({ "email": address_of(name), "password": "correct horse" });
        let (status, body) = post(at, "/api/v1/auth/login", &body).await;
        assert_eq!(status, 200, "{body}");
        let token = body["data"]["token"].as_str().unwrap().to_owned();
        Self { at, id: body["data"]["user"]["id"].as_u64().unwrap(), token }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.at.ask(method, path).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.ask(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.ask(method, path).body(body.to_string())).await
    }

    async fn data(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!((status, &body["success"]), (StatusCode::OK, &json!(true)), "{body}");
        body["data"].clone()
    }
}

fn refused(message: &str, error: &str) -> Value {
    json!({ "success": false, "message": message, "error": error })
}

async fn the_server_is_healthy(at: At) {
    let healthy = json!({ "success": true, "message": "Server is running", "data": { "status": "healthy" } });
    assert_eq!(at.get("/health").await, (StatusCode::OK, healthy));
    let (status, body) = at.get("/nope").await;
    assert_eq!((status, &body["success"]), (StatusCode::NOT_FOUND, &json!(false)));
}

async fn whoever_registers_gets_a_number_and_no_token(at: At) {
    let (status, body) = register(&at, "ann").await;
    let data = json!({ "id": 1, "username": "ann", "email": "ann@example.org" });
    let made = json!({ "success": true, "message": "User created successfully", "data": data });
    assert_eq!((status, body), (StatusCode::CREATED, made));
    assert_eq!(register(&at, "bob").await.1["data"]["id"], 2);
    // The same account elsewhere.
    let rest = at.server.rest();
    assert_eq!(rest.log_in("ann", PASSWORD).await.unwrap().user.username, "ann");
}

async fn what_is_wrong_with_a_registration_is_said(at: At) {
    let good = json!({ "username": "ann", "email": "ann@example.org", "password": PASSWORD });
    let bad = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, about) in [
        (bad("username", json!("ab")), "username"),
        (bad("username", json!("x".repeat(51))), "username"),
        (bad("username", json!(7)), "string"),
        (bad("email", json!("ann")), "email"),
        (bad("email", json!(null)), "string"),
        (bad("password", json!("12345")), "password"),
        (json!({ "username": "ann", "email": "ann@example.org" }), "password"),
        (json!([]), ""),
    ] {
        let (status, answer) = post(&at, "/api/v1/auth/register", &body).await;
        assert_eq!((status, &answer["message"]), (StatusCode::BAD_REQUEST, &json!("Invalid request data")), "{body}");
        assert_eq!(answer["success"], false);
        assert!(answer["error"].as_str().unwrap().contains(about), "{answer}");
    }
    let (status, _) = answer(at.ask(Method::POST, "/api/v1/auth/register").body("{")).await;
    assert_eq!(status, 400);
    for (field, value) in [("username", "x".repeat(50)), ("password", "123456".to_owned())] {
        let mut body = bad(field, json!(value));
        body["email"] = json!(format!("{field}@example.org"));
        if field == "password" {
            body["username"] = json!("short");
        }
        assert_eq!(post(&at, "/api/v1/auth/register", &body).await.0, 201);
    }
}

async fn a_taken_name_or_address_is_a_conflict(at: At) {
    assert_eq!(register(&at, "ann").await.0, 201);
    for (name, email) in [("ANN", "other@example.org"), ("other", "ANN@example.org")] {
        let body = json!({ "username": name, "email": email, "password": PASSWORD });
        let (status, body) = post(&at, "/api/v1/auth/register", &body).await;
        assert_eq!((status, &body["message"]), (StatusCode::CONFLICT, &json!("Failed to create user")));
        assert!(body["error"].as_str().unwrap().contains("taken"), "{body}");
    }
}

async fn whoever_signs_in_gets_a_token(at: At) {
    register(&at, "ann").await;
    let (status, body) = log_in(&at, "ann").await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Login successful")));
    assert_eq!(body["data"]["user"], json!({ "id": 1, "username": "ann", "email": "ann@example.org" }));
    assert_eq!(body["data"]["token"].as_str().unwrap().split('.').count(), 3);
    // An account from elsewhere has a number too.
    Person::register(&at.server, "mia").await;
    let (status, body) =
        post(&at, "/api/v1/auth/login", &json!({ "email": "mia@example.org", "password": "correct horse" })).await;
    assert_eq!((status, &body["data"]["user"]["id"]), (StatusCode::OK, &json!(2)));
}

async fn a_wrong_password_and_an_unknown_user_are_refused_alike(at: At) {
    register(&at, "ann").await;
    for (email, password) in [("ann@example.org", "wrong!"), ("nobody@example.org", PASSWORD)] {
        let refusal = post(&at, "/api/v1/auth/login", &json!({ "email": email, "password": password })).await;
        assert_eq!(refusal, (StatusCode::FORBIDDEN, refused("Login failed", "invalid credentials")));
    }
    for body in [json!({}), json!({ "email": "ann", "password": PASSWORD }), json!({ "email": "ann@example.org" })] {
        let (status, answer) = post(&at, "/api/v1/auth/login", &body).await;
        assert_eq!((status, &answer["message"]), (StatusCode::BAD_REQUEST, &json!("Invalid request data")), "{body}");
    }
}

async fn without_a_good_token_nothing_is_told(at: At) {
    for (method, path) in [
        (Method::GET, "/api/v1/crypto/bitcoin"),
        (Method::GET, "/api/v1/crypto/popular"),
        (Method::POST, "/api/v1/crypto/bulk"),
        (Method::POST, "/api/v1/crypto/portfolio"),
        (Method::GET, "/api/v1/crypto/stream/prices?coins=bitcoin"),
        (Method::POST, "/api/v1/crypto/stream/portfolio"),
        (Method::GET, "/api/v1/crypto/cache/stats"),
        (Method::DELETE, "/api/v1/crypto/cache"),
        (Method::GET, "/api/v1/users"),
        (Method::GET, "/api/v1/users/1"),
        (Method::PUT, "/api/v1/users/1"),
        (Method::DELETE, "/api/v1/users/1"),
    ] {
        for (header, error) in [
            (None, "Authorization header required"),
            (Some("Basic YW5uOnNlY3JldA=="), "Bearer token required"),
            (Some("token"), "Bearer token required"),
            (Some("Bearer nonsense"), "Invalid token"),
            (Some("Bearer a.b.c"), "Invalid token"),
        ] {
            let mut request = at.ask(method.clone(), path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let expected = (StatusCode::UNAUTHORIZED, json!({ "error": error }));
            assert_eq!(answer(request).await, expected, "{method} {path}");
        }
    }
}

async fn tokens_are_good_here_alone(at: At) {
    let ann = User::register(&at, "ann").await;
    let foreign = reqwest::Client::new().get(at.server.url("/api/v1/auth/me")).bearer_auth(&ann.token);
    assert_eq!(foreign.send().await.unwrap().status(), 401);
    let mia = Person::register(&at.server, "mia").await;
    let foreign = answer(at.ask(Method::GET, "/api/v1/users").bearer_auth(mia.token())).await;
    assert_eq!(foreign, (StatusCode::UNAUTHORIZED, json!({ "error": "Invalid token" })));
}

async fn tokens_last_as_long_as_configured(mut at: At) {
    register(&at, "ann").await;
    at.restart_with(&[("JWT_EXPIRES_IN", "3s")]).await;
    let ann = User::sign_in(&at, "ann").await;
    assert_eq!(ann.get("/api/v1/users").await.0, 200);
    // Tokens count whole seconds, so that this one works for 2 to 3.
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    assert_eq!(ann.get("/api/v1/users").await.1, json!({ "error": "Invalid token" }));
}

async fn a_coin_has_its_price_and_its_aliases(at: At) {
    let ann = User::register(&at, "ann").await;
    let (status, body) = ann.get("/api/v1/crypto/bitcoin").await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Crypto data retrieved successfully")));
    let coin = &body["data"];
    assert_eq!((&coin["id"], &coin["symbol"]), (&json!("bitcoin"), &json!("btc")));
    assert!(coin["price"].as_f64().unwrap() > 0.0 && coin["name"].is_string());
    assert!(coin["market_cap"].as_u64().unwrap() > 0 && coin["rank"].as_u64().unwrap() > 0, "{coin}");
    assert!(coin["change_24h"].is_number() && coin["change_percent_24h"].is_number());
    assert!(coin["fetched_at"].as_str().unwrap().contains('T') && coin.get("error").is_none());
    for (alias, symbol) in [("bnb", "bnb"), ("usdc", "usdc"), ("xrp", "xrp"), ("polygon", "pol")] {
        let coin = ann.data(&format!("/api/v1/crypto/{alias}")).await;
        assert_eq!((&coin["id"], &coin["symbol"]), (&json!(alias), &json!(symbol)));
    }
}

async fn a_coin_that_nobody_knows_is_not_found(at: At) {
    let ann = User::register(&at, "ann").await;
    for name in ["nocoin", "no%20coin", "%00"] {
        let (status, body) = ann.get(&format!("/api/v1/crypto/{name}")).await;
        assert_eq!((status, &body["message"]), (StatusCode::NOT_FOUND, &json!("Failed to fetch crypto data")));
        assert!(body["error"].as_str().unwrap().starts_with("coin not found: "), "{body}");
    }
    assert_eq!(ann.get("/api/v1/crypto/nocoin").await.1["error"], "coin not found: nocoin");
}

async fn popular_coins_are_as_many_as_asked_for_within_bounds(at: At) {
    let ann = User::register(&at, "ann").await;
    for (query, count) in
        [("", 10), ("?limit=3", 3), ("?limit=0", 10), ("?limit=51", 10), ("?limit=many", 10), ("?limit=50", 15)]
    {
        let (status, body) = ann.get(&format!("/api/v1/crypto/popular{query}")).await;
        assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Popular coins retrieved successfully")));
        let data = &body["data"];
        assert_eq!(data["portfolio"].as_array().unwrap().len(), count, "{query}");
        assert_eq!((&data["success_count"], &data["error_count"]), (&json!(count), &json!(0)), "{data}");
        assert!(data["fetch_time"].as_str().unwrap().ends_with('s'));
        assert!(data["total_value"].as_f64().unwrap() > 0.0);
    }
}

async fn many_coins_are_looked_up_with_errors_in_their_places(at: At) {
    let ann = User::register(&at, "ann").await;
    let wanted = json!({ "coins": ["bitcoin", "nocoin", "bnb", "no coin"], "timeout": 5 });
    let (status, body) = ann.send(Method::POST, "/api/v1/crypto/bulk", &wanted).await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Bulk crypto data retrieved successfully")));
    let data = &body["data"];
    assert_eq!((&data["success_count"], &data["error_count"]), (&json!(2), &json!(2)));
    let coins = data["portfolio"].as_array().unwrap();
    let ids: Vec<_> = coins.iter().map(|coin| coin["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["bitcoin", "nocoin", "bnb", "no coin"]);
    assert_eq!(coins[1]["error"], "coin not found: nocoin");
    assert_eq!(coins[1]["price"], json!(null), "what is not known is not zero");
    let sum = coins[0]["price"].as_f64().unwrap() + coins[2]["price"].as_f64().unwrap();
    assert!((data["total_value"].as_f64().unwrap() - sum).abs() < 1e-6);
}

async fn what_is_wrong_with_a_look_up_is_said(at: At) {
    let ann = User::register(&at, "ann").await;
    let many: Vec<String> = (0..21).map(|n| format!("coin-{n}")).collect();
    for (path, body, message) in [
        ("bulk", json!({ "coins": [] }), "At least one coin is required"),
        ("bulk", json!({ "coins": many }), "Maximum 20 coins allowed"),
        ("bulk", json!({ "coins": "bitcoin" }), "Invalid request format"),
        ("bulk", json!({}), "Invalid request format"),
        ("bulk", json!({ "coins": ["bitcoin"], "timeout": "long" }), "Invalid request format"),
        ("portfolio", json!({ "coins": [] }), "At least one coin is required"),
        ("portfolio", json!(7), "Invalid request format"),
        ("stream/portfolio", json!({ "coins": [] }), "At least one coin is required"),
        ("stream/portfolio", json!({}), "Invalid request format"),
    ] {
        let (status, answer) = ann.send(Method::POST, &format!("/api/v1/crypto/{path}"), &body).await;
        assert_eq!((status, &answer["message"]), (StatusCode::BAD_REQUEST, &json!(message)), "{path} {body}");
        assert_eq!(answer["success"], false);
    }
}

async fn a_portfolio_has_no_maximum_of_twenty_and_counts_twice_what_is_named_twice(at: At) {
    let ann = User::register(&at, "ann").await;
    let look_up = async |coins: Vec<String>| {
        let (status, body) =
            ann.send(Method::POST, "/api/v1/crypto/portfolio", &json!({ "coins": coins, "timeout": 5 })).await;
        assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Portfolio data retrieved successfully")));
        body["data"].clone()
    };
    let data = look_up(vec!["tether".into(), "tether".into()]).await;
    let price = data["portfolio"][0]["price"].as_f64().unwrap();
    assert!((data["total_value"].as_f64().unwrap() - 2.0 * price).abs() < 1e-9, "{data}");
    // More than one look-up of the server may name.
    let mut many: Vec<String> = (0..300).map(|n| format!("coin-{n}")).collect();
    many.push("bitcoin".into());
    let data = look_up(many).await;
    assert_eq!((&data["success_count"], &data["error_count"]), (&json!(1), &json!(300)));
}

/// A server that asks a provider whose calls are counted.
async fn with_provider(at: &mut At) -> FakeCoinGecko {
    let clock = Arc::new(FakeClock::new());
    clock.advance(now() - clock.advance(chrono::TimeDelta::zero()));
    let provider = FakeCoinGecko::start(FakeMarket::everyday(clock)).await;
    let url = provider.base_url();
    at.restart_with(&[
        ("RIALTO__PRICES__PROVIDERS", "coingecko"),
        ("RIALTO__PRICES__COINGECKO__URL", &url),
        ("RIALTO__PRICES__COINGECKO__CALLS_PER_MINUTE", "10000"),
        ("RIALTO__PRICES__COINGECKO__BURST", "1000"),
        ("RIALTO__PRICES__RECORD_POPULAR", "0"),
    ])
    .await;
    provider
}

async fn prices_have_all_their_digits_and_cost_one_call(mut at: At) {
    let provider = with_provider(&mut at).await;
    let ann = User::register(&at, "ann").await;
    let body = json!({ "coins": ["ethereum", "tiny-coin", "dogecoin", "ethereum"] });
    let request = ann.ask(Method::POST, "/api/v1/crypto/bulk").body(body.to_string());
    let text = request.send().await.unwrap().text().await.unwrap();
    for digits in ["\"price\":3200.123456789012345678,", "\"price\":0.00000031,", "\"price\":0.135,"] {
        assert!(text.contains(digits), "{digits} is missing in {text}");
    }
    let calls = provider.script.requests().len();
    assert_eq!(calls, 1, "one call for all");
    for _ in 0..3 {
        ann.send(Method::POST, "/api/v1/crypto/bulk", &body).await;
    }
    assert_eq!(provider.script.requests().len(), calls, "held for a minute");
}

/// The events of a stream, as they come.
struct Events {
    response: Response,
    text: String,
}

impl Events {
    async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
        Self { response, text: String::new() }
    }

    /// The next block; `None` when the stream is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            match timeout(Duration::from_secs(15), self.response.chunk()).await.expect("nothing comes") {
                Ok(Some(chunk)) => self.text.push_str(std::str::from_utf8(&chunk).unwrap()),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// The next block that is no comment.
    async fn next_event(&mut self) -> Option<String> {
        loop {
            match self.next().await {
                Some(block) if block.starts_with(':') => {}
                other => return other,
            }
        }
    }
}

async fn prices_are_streamed_with_ids_until_all_is_told(at: At) {
    let ann = User::register(&at, "ann").await;
    let path = "/api/v1/crypto/stream/prices?coins=bitcoin,bnb,nocoin&interval=1&max_updates=2";
    let started = Instant::now();
    let mut events = Events::open(ann.ask(Method::GET, path)).await;
    let (mut ids, mut coins) = (HashSet::new(), Vec::new());
    while let Some(block) = events.next_event().await {
        assert!(started.elapsed() >= Duration::from_millis(900), "the first tick comes after one interval");
        let lines: Vec<_> = block.lines().collect();
        let id = lines[0].strip_prefix("id: ").unwrap();
        assert_eq!(lines[1], "event: price_update");
        let event: Value = serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!((&event["type"], &event["id"]), (&json!("price_update"), &json!(id)));
        assert!(uuid::Uuid::parse_str(id).is_ok() && ids.insert(id.to_owned()));
        let data = &event["data"];
        assert_eq!(data["update_type"], "price");
        assert!(data["price"].as_f64().unwrap() > 0.0 && data["change_24h"].is_number(), "{data}");
        assert!(data["timestamp"].is_string() && event["timestamp"].is_string() && data["symbol"].is_string());
        coins.push(data["coin_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(coins, ["bitcoin", "bnb", "bitcoin", "bnb"]);
    assert!(started.elapsed() < Duration::from_secs(8));
}

async fn a_stream_of_prices_needs_coins(at: At) {
    let ann = User::register(&at, "ann").await;
    for query in ["", "?coins=", "?coins=,%20,"] {
        let (status, body) = ann.get(&format!("/api/v1/crypto/stream/prices{query}")).await;
        assert_eq!((status, &body["message"]), (StatusCode::BAD_REQUEST, &json!("coins parameter is required")));
    }
}

async fn a_quiet_stream_shows_that_it_lives_and_ends_with_the_session(at: At) {
    let ann = User::register(&at, "ann").await;
    let path = "/api/v1/crypto/stream/prices?coins=bitcoin&interval=3600";
    let mut events = Events::open(ann.ask(Method::GET, path)).await;
    assert_eq!(events.next().await.as_deref(), Some(":"));
    let (status, _) = answer(ann.ask(Method::DELETE, &format!("/api/v1/users/{}", ann.id))).await;
    assert_eq!(status, 200);
    while let Some(block) = events.next().await {
        assert_eq!(block, ":");
    }
}

async fn a_portfolio_is_streamed_every_ten_seconds(at: At) {
    let ann = User::register(&at, "ann").await;
    let request = ann.ask(Method::POST, "/api/v1/crypto/stream/portfolio");
    let mut events = Events::open(request.body(json!({ "coins": ["bitcoin", "bnb"] }).to_string())).await;
    let started = Instant::now();
    let block = events.next_event().await.unwrap();
    assert!(started.elapsed() > Duration::from_secs(9));
    let event: Value = serde_json::from_str(block.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(event["type"], "portfolio_update");
    assert!(event["id"].is_string() && event["timestamp"].is_string());
    assert_eq!(event["data"]["success_count"], 2);
    assert_eq!(event["data"]["portfolio"][1]["id"], "bnb");
}

async fn a_socket_answers_and_pushes_five_coins(at: At) {
    let ann = User::register(&at, "ann").await;
    let mut socket = at.socket(&format!("/api/v1/crypto/stream/ws?token={}", ann.token)).await;
    for ignored in ["nonsense", "[]", r#"{"action":"dance","id":"x"}"#, r#"{"action":7}"#] {
        socket.say(ignored).await;
    }
    socket.say(json!({ "action": "ping", "id": "one" })).await;
    assert_eq!(socket.next().await, json!({ "action": "pong", "data": "Server is alive", "id": "one" }));
    socket.say(json!({ "action": "subscribe", "id": "two" })).await;
    let subscribed = socket.next().await;
    assert_eq!((&subscribed["action"], &subscribed["id"]), (&json!("subscribed"), &json!("two")));
    let named = subscribed["data"].as_str().unwrap().strip_prefix("Subscribed to updates for ").unwrap();
    assert!(uuid::Uuid::parse_str(named).is_ok(), "{subscribed}");
    let mut coins = Vec::new();
    for _ in 0..10 {
        let event = socket.next().await;
        assert_eq!(event["type"], "price_update");
        assert!(event["data"]["price"].as_f64().unwrap() > 0.0 && event["id"].is_string(), "{event}");
        coins.push(event["data"]["coin_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(coins[..5], ["bitcoin", "ethereum", "bnb", "solana", "cardano"]);
    assert_eq!(coins[..5], coins[5..]);
    answer(ann.ask(Method::DELETE, &format!("/api/v1/users/{}", ann.id))).await;
    assert_eq!(socket.closed().await, Some(1008));
}

async fn a_socket_needs_a_token_before_it_is_one(at: At) {
    let path = "/api/v1/crypto/stream/ws";
    for (query, error) in [
        ("", "Token required in query param or Authorization header"),
        ("?token=", "Token required in query param or Authorization header"),
        ("?token=nonsense", "Invalid token"),
    ] {
        let refusal = at.get(&format!("{path}{query}")).await;
        assert_eq!(refusal, (StatusCode::UNAUTHORIZED, json!({ "error": error })));
        assert_eq!(at.try_socket(&format!("{path}{query}"), &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
    }
    let ann = User::register(&at, "ann").await;
    let bearer = format!("Bearer {}", ann.token);
    assert!(at.try_socket(path, &[("authorization", &bearer)]).await.is_ok());
    assert_eq!(ann.get(path).await.0, 400, "it asks for no socket");
}

async fn a_server_that_stops_ends_streams_and_sockets(mut at: At) {
    let (path, token) = ("/api/v1/crypto/stream/prices?coins=bitcoin&interval=3600", {
        let ann = User::register(&at, "ann").await;
        ann.token
    });
    let mut events = Events::open(at.ask(Method::GET, path).bearer_auth(&token)).await;
    let mut socket = at.socket(&format!("/api/v1/crypto/stream/ws?token={token}")).await;
    let (code, closed, ()) =
        tokio::join!(at.server.stop(), socket.closed(), async { while events.next().await.is_some() {} });
    assert_eq!((code, closed), (Some(0), Some(1001)));
}

async fn the_cache_is_shown_and_cleared_within_reason(mut at: At) {
    let _provider = with_provider(&mut at).await;
    let ann = User::register(&at, "ann").await;
    for _ in 0..2 {
        ann.data("/api/v1/crypto/ethereum").await;
    }
    let stats = ann.data("/api/v1/crypto/cache/stats").await;
    assert_eq!((&stats["cached_coins"], &stats["cache_keys"]), (&json!(1), &json!(["ethereum"])));
    assert!(stats["cache_hits"].as_u64().unwrap() >= 1, "{stats}");
    let cleared = json!({ "success": true, "message": "Cache cleared successfully" });
    let clear = async |user: &User<'_>| answer(user.ask(Method::DELETE, "/api/v1/crypto/cache")).await;
    assert_eq!(clear(&ann).await, (StatusCode::OK, cleared));
    assert_eq!(ann.data("/api/v1/crypto/cache/stats").await["cached_coins"], 0);
    for _ in 0..4 {
        assert_eq!(clear(&ann).await.0, 200);
    }
    let (status, body) = clear(&ann).await;
    assert_eq!((status, &body["message"]), (StatusCode::TOO_MANY_REQUESTS, &json!("Failed to clear cache")));
    let root = User::admin(&at, "root").await;
    assert_eq!(clear(&root).await.0, 200);
}

async fn users_are_listed_by_page(at: At) {
    let ann = User::register(&at, "ann").await;
    for n in 2..=12 {
        register(&at, &format!("user{n:02}")).await;
    }
    Person::guest(&at.server, "passer-by").await;
    let (status, body) = ann.get("/api/v1/users").await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("Users retrieved successfully")));
    let first = &body["data"];
    assert_eq!((&first["total"], &first["total_pages"]), (&json!(12), &json!(2)));
    assert_eq!((&first["page"], &first["limit"]), (&json!(1), &json!(10)));
    assert_eq!(first["data"].as_array().unwrap().len(), 10);
    assert_eq!(first["data"][0], json!({ "id": 1, "username": "ann", "email": "ann@example.org" }));
    assert_eq!(first["data"][1], json!({ "id": 2, "username": "user02", "email": "" }), "an address is its owner's");
    let second = ann.data("/api/v1/users?page=2&limit=5").await;
    let names: Vec<_> = second["data"].as_array().unwrap().iter().map(|user| user["username"].as_str()).collect();
    assert_eq!(names, ["user06", "user07", "user08", "user09", "user10"].map(Some));
    assert_eq!(second["total_pages"], 3);
    assert_eq!(ann.data("/api/v1/users?page=9&limit=5").await["data"], json!([]));
    let odd = ann.data("/api/v1/users?page=-1&limit=many").await;
    assert_eq!((&odd["page"], &odd["limit"]), (&json!(1), &json!(10)));
    let root = User::admin(&at, "root").await;
    assert_eq!(root.data("/api/v1/users").await["data"][1]["email"], "user02@example.org");
}

async fn a_user_is_found_by_number(at: At) {
    let ann = User::register(&at, "ann").await;
    let (status, body) = ann.get("/api/v1/users/1").await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("User retrieved successfully")));
    assert_eq!(body["data"], json!({ "id": 1, "username": "ann", "email": "ann@example.org" }));
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        for (id, status, message) in [
            ("ann", 400, "Invalid user ID"),
            ("0", 400, "Invalid user ID"),
            ("-1", 400, "Invalid user ID"),
            ("99", 404, "User not found"),
            ("18446744073709551615", 404, "User not found"),
        ] {
            let (code, body) = ann.send(method.clone(), &format!("/api/v1/users/{id}"), &json!({})).await;
            assert_eq!((code.as_u16(), &body["message"]), (status, &json!(message)), "{method} {id}");
        }
    }
}

async fn only_oneself_or_an_admin_changes_a_user_and_only_name_and_address(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let path = format!("/api/v1/users/{}", ann.id);
    let change = async |by: &User<'_>, body: Value| by.send(Method::PUT, &path, &body).await;
    let (status, body) = change(&bob, json!({ "username": "stolen" })).await;
    assert_eq!((status, &body["message"]), (StatusCode::FORBIDDEN, &json!("Failed to update user")));

    let (status, body) = change(&ann, json!({ "username": "anna", "id": 7, "role": "admin" })).await;
    assert_eq!((status, &body["message"]), (StatusCode::OK, &json!("User updated successfully")));
    assert_eq!(body["data"], json!({ "id": ann.id, "username": "anna", "email": "ann@example.org" }));
    assert_eq!(change(&ann, json!({ "email": "anna@example.org" })).await.1["data"]["email"], "anna@example.org");
    assert_eq!(User::sign_in(&at, "anna").await.id, ann.id);
    assert_eq!(log_in(&at, "ann").await.0, 403);
    assert_eq!(change(&ann, json!({})).await.0, 200);

    let (status, body) = change(&ann, json!({ "password": "$2a$10$stolen", "username": "other" })).await;
    assert_eq!((status, &body["message"]), (StatusCode::BAD_REQUEST, &json!("Invalid request data")));
    assert_eq!(User::sign_in(&at, "anna").await.id, ann.id, "name and password are as they were");
    for (bad, status) in [
        (json!({ "username": "ab" }), 400),
        (json!({ "email": "anna" }), 400),
        (json!({ "username": 7 }), 400),
        (json!([]), 400),
        (json!({ "username": "BOB" }), 409),
        (json!({ "email": "BOB@example.org" }), 409),
    ] {
        assert_eq!(change(&ann, bad.clone()).await.0.as_u16(), status, "{bad}");
    }
    let root = User::admin(&at, "root").await;
    let (status, body) = change(&root, json!({ "username": "annika" })).await;
    assert_eq!((status, &body["data"]["username"]), (StatusCode::OK, &json!("annika")));
    let seen = reqwest::Client::new()
        .get(at.server.url("/api/v1/users?query=annika"))
        .bearer_auth(Person::register(&at.server, "mia").await.token());
    assert_eq!(answer(seen).await.1["items"][0]["display_name"], "annika");
}

async fn only_oneself_or_an_admin_deletes_a_user(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let delete = async |by: &User<'_>, id: u64| answer(by.ask(Method::DELETE, &format!("/api/v1/users/{id}"))).await;
    let (status, body) = delete(&bob, ann.id).await;
    assert_eq!((status, &body["message"]), (StatusCode::FORBIDDEN, &json!("Failed to delete user")));
    let gone = json!({ "success": true, "message": "User deleted successfully" });
    assert_eq!(delete(&ann, ann.id).await, (StatusCode::OK, gone));
    assert_eq!(ann.get("/api/v1/users").await.1, json!({ "error": "Invalid token" }));
    assert_eq!(log_in(&at, "ann").await.0, 403);
    assert_eq!(bob.get(&format!("/api/v1/users/{}", ann.id)).await.0, 404);
    let root = User::admin(&at, "root").await;
    assert_eq!(delete(&root, bob.id).await.0, 200);
    assert_eq!(delete(&root, bob.id).await.0, 404);
    assert_eq!(delete(&root, root.id).await.0, 409, "somebody must run the server");
    assert_eq!(root.data("/api/v1/users").await["total"], 1);
}

async fn pages_of_every_origin_may_ask(at: At) {
    for path in ["/api/v1/users/1", "/api/v1/auth/login", "/nope", "/"] {
        let preflight = at.ask(Method::OPTIONS, path).header("origin", "null").send().await.unwrap();
        assert_eq!(preflight.status(), 204, "{path}");
        assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
        assert_eq!(preflight.headers()["access-control-allow-methods"], "GET, POST, PUT, DELETE, OPTIONS");
        assert_eq!(preflight.headers()["access-control-allow-headers"], "Content-Type, Authorization");
    }
    for path in ["/health", "/api/v1/users", "/nope"] {
        let answer = at.ask(Method::GET, path).header("origin", "null").send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
        assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    }
    let ann = User::register(&at, "ann").await;
    let path = format!("/api/v1/crypto/stream/ws?token={}", ann.token);
    assert!(at.try_socket(&path, &[("origin", "null")]).await.is_ok());
}
