//! How often somebody may ask, and what they are told.

use reqwest::{Method, RequestBuilder, Response};
use rialto_client::wire::frame::{AuthData, ClientFrame, ServerFrame};
use rialto_client::{ClientError, Socket};
use serde_json::{Value, json};

use crate::support::people::message;
use crate::support::{Backend, Person, Server, code, lobby};

/// The rules as they are for everybody, not for whoever develops.
const STRICT: (&str, &str) = ("RIALTO__LIMITS__LOOPBACK_FACTOR", "1");

async fn limited(settings: &[(&str, &str)]) -> Server {
    let settings: Vec<_> = settings.iter().copied().chain([STRICT]).collect();
    Server::start_with(Backend::Sqlite, &settings).await
}

fn number(response: &Response, header: &str) -> Option<u64> {
    Some(response.headers().get(header)?.to_str().unwrap().parse().unwrap())
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Asks until it is too often; how often it was not. The refusal is a problem that says when to come back.
async fn passed(mut ask: impl FnMut() -> RequestBuilder) -> usize {
    for passed in 0..50 {
        let response = ask().send().await.unwrap();
        if response.status().as_u16() == 429 {
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            assert!((1..=60).contains(&number(&response, "retry-after").unwrap()));
            assert_eq!(number(&response, "ratelimit-remaining"), Some(0));
            assert_eq!(response.json::<Value>().await.unwrap()["code"], "rate_limited");
            return passed;
        }
    }
    panic!("it is never too often");
}

#[tokio::test]
async fn every_answer_of_the_api_tells_what_is_left() {
    let server = Server::start(Backend::Sqlite).await;
    for path in ["openapi.json", "auth/me", "nowhere", "crypto/popular", "crypto/nonsense%20"] {
        let response = server.rest().request(Method::GET, path).send().await.unwrap();
        let [limit, remaining, reset] =
            ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| number(&response, name).unwrap());
        assert!(remaining < limit && reset <= 60, "{path}: {limit} {remaining} {reset}");
    }
    for path in ["/", "/docs", "/health", "/health/ready", "/metrics", "/nowhere"] {
        let response = reqwest::get(server.url(path)).await.unwrap();
        assert!(!response.headers().contains_key("ratelimit-limit"), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits_and_nothing_else_does() {
    let server = limited(&[("RIALTO__LIMITS__ADDRESS_PER_MINUTE", "5")]).await;
    let rest = server.rest();
    assert_eq!(passed(|| rest.request(Method::GET, "crypto/bitcoin")).await, 5);
    // Sockets come through the same door.
    assert!(Socket::connect(&rest.socket_url()).await.is_err());
    for path in ["/", "/health/live", "/metrics"] {
        assert_eq!(reqwest::get(server.url(path)).await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn limits_can_be_switched_off() {
    let settings = [("RIALTO__LIMITS__ADDRESS_PER_MINUTE", "1"), ("RIALTO__LIMITS__ENABLED", "false")];
    let server = limited(&settings).await;
    for _ in 0..5 {
        let response = server.rest().request(Method::GET, "crypto/bitcoin").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(!response.headers().contains_key("ratelimit-limit"));
    }
}

#[tokio::test]
async fn a_client_is_known_by_what_a_trusted_proxy_says_and_by_nothing_else() {
    let few = ("RIALTO__LIMITS__ADDRESS_PER_MINUTE", "2");
    let server = limited(&[few, ("RIALTO__SERVER__TRUSTED_PROXIES", "127.0.0.1")]).await;
    let from = |server: &Server, address: &str| {
        server.rest().request(Method::GET, "crypto/bitcoin").header("x-forwarded-for", address)
    };
    assert_eq!(passed(|| from(&server, "203.0.113.1")).await, 2);
    assert_eq!(passed(|| from(&server, "198.51.100.7, 203.0.113.2")).await, 2);
    assert_eq!(status(from(&server, "203.0.113.3, 203.0.113.2")).await, 429, "the left is anyone's");
    let mut host = 0;
    let neighbours = || {
        host += 1;
        from(&server, &format!("2001:db8:1:2::{host}"))
    };
    assert_eq!(passed(neighbours).await, 2, "a /64 is one client");
    assert_eq!(status(from(&server, "2001:db8:1:3::1")).await, 200);

    let server = limited(&[few]).await;
    let mut host = 0;
    let pretending = || {
        host += 1;
        from(&server, &format!("203.0.113.{host}"))
    };
    assert_eq!(passed(pretending).await, 2, "nobody chooses who they are");
}

#[tokio::test]
async fn ways_in_are_limited_together_over_http_and_sockets() {
    let server = limited(&[("RIALTO__LIMITS__SIGN_IN_PER_MINUTE", "4")]).await;
    let ann = Person::register(&server, "ann").await;
    Person::guest(&server, "Guest").await;
    let mut socket = Socket::connect(&server.rest().socket_url()).await.unwrap();
    socket.auth(ann.token(), None).await.unwrap();
    assert_eq!(code(server.rest().log_in("ann", "wrong horse").await), "wrong_credentials");
    assert_eq!(code(server.rest().log_in("ann", "correct horse").await), "rate_limited");
    assert_eq!(code(ann.rest.ticket().await), "rate_limited");
    assert_eq!(code(server.rest().refresh(&ann.signed_in.tokens.refresh_token).await), "rate_limited");
    let mut late = Socket::connect(&server.rest().socket_url()).await.unwrap();
    let data = AuthData { token: Some(ann.token().to_owned()), ..AuthData::default() };
    late.write(&ClientFrame::Auth { id: Some(1), data }).await.unwrap();
    let refusal = loop {
        match late.next().await {
            Ok(ServerFrame::Bye { data }) => break data,
            Ok(_) => {}
            Err(error) => panic!("{error:?}"),
        }
    };
    assert!(refusal.code == 4005 && refusal.resume && refusal.retry_after_ms.is_some(), "{refusal:?}");
    // Whoever is in stays in, and gets out.
    ann.rest.me().await.unwrap();
    ann.rest.log_out().await.unwrap();
}

#[tokio::test]
async fn a_user_has_one_allowance_on_all_devices() {
    let server = limited(&[("RIALTO__LIMITS__USER_PER_MINUTE", "6")]).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let phone = server.rest().log_in("ann", "correct horse").await.unwrap();
    let phone = server.rest().with_token(&phone.tokens.access_token);
    for _ in 0..3 {
        ann.rest.me().await.unwrap();
        phone.me().await.unwrap();
    }
    assert_eq!(code(phone.me().await), "rate_limited");
    assert_eq!(code(ann.rest.me().await), "rate_limited");
    bob.rest.me().await.unwrap();
}

#[tokio::test]
async fn messages_over_http_and_sockets_share_one_allowance() {
    let server = limited(&[("RIALTO__LIMITS__SEND_PER_MINUTE", "4")]).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut socket, _) = ann.connect().await;
    for text in ["one", "two"] {
        ann.say(lobby(), text).await;
        socket.send(lobby(), message(text)).await.unwrap();
    }
    match socket.send(lobby(), message("too many")).await.unwrap_err() {
        ClientError::Refused(error) => {
            assert_eq!((error.code.as_str(), error.retry), ("rate_limited", true));
            assert!((1..=15_001).contains(&error.retry_after_ms.unwrap()), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(code(ann.rest.send(lobby(), &message("too many")).await), "rate_limited");
    bob.say(lobby(), "I may").await;
    assert!(ann.rest.me().await.is_ok(), "other requests go on");
}

#[tokio::test]
async fn searches_and_bulk_look_ups_have_allowances_of_their_own() {
    let settings = [("RIALTO__LIMITS__SEARCH_PER_MINUTE", "2"), ("RIALTO__LIMITS__BULK_PER_MINUTE", "3")];
    let server = limited(&settings).await;
    let ann = Person::register(&server, "ann").await;
    assert_eq!(passed(|| ann.rest.request(Method::GET, "search?q=hello")).await, 2);
    let bulk = || server.rest().request(Method::POST, "crypto/bulk").json(&json!({ "coins": ["bitcoin"] }));
    assert_eq!(passed(bulk).await, 3);
    assert!(server.rest().quote("bitcoin").await.is_ok());
}

#[tokio::test]
async fn an_address_opens_so_many_sockets() {
    let server = limited(&[("RIALTO__REALTIME__MAX_CONNECTIONS_PER_ADDRESS", "2")]).await;
    let url = server.rest().socket_url();
    let (one, _two) = (Socket::connect(&url).await.unwrap(), Socket::connect(&url).await.unwrap());
    assert!(Socket::connect(&url).await.is_err());
    drop(one);
    for _ in 0..100 {
        if Socket::connect(&url).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no room came back");
}

#[tokio::test]
async fn pages_of_listed_origins_may_read_what_is_left() {
    let server = Server::start_with(Backend::Sqlite, &[("CORS_ALLOWED_ORIGINS", "https://app.example.org")]).await;
    let request = server.rest().request(Method::GET, "crypto/bitcoin").header("origin", "https://app.example.org");
    let response = request.send().await.unwrap();
    let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap().to_owned();
    for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }
}
