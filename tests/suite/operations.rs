//! Health, metrics, documents, headers.

use rialto_client::Socket;
use serde_json::Value;

use crate::support::{Backend, Person, Server, lobby, on_every_database};

on_every_database!(health_says_what_is_well, async |backend| {
    let server = Server::start(backend).await;
    let health = server.rest().health().await.unwrap();
    assert_eq!(
        [&*health.status, &*health.database, &*health.bus, &*health.prices, &*health.websocket],
        ["ok"; 5],
        "{health:?}"
    );
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(reqwest::get(server.url(path)).await.unwrap().status(), 200);
    }
});

#[tokio::test]
async fn metrics_count_what_happens() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let (_socket, _) = ann.connect().await;
    ann.say(lobby(), "hi").await;
    let text = reqwest::get(server.url("/metrics")).await.unwrap().text().await.unwrap();
    for metric in ["rialto_http_requests_total{", "rialto_http_request_duration_seconds", "rialto_ws_connections 1"] {
        assert!(text.contains(metric), "{metric} in\n{text}");
    }
    assert!(!text.contains(&ann.id().to_string()), "labels are routes, not ids");
}

#[tokio::test]
async fn the_documents_that_are_served_are_those_in_the_repository() {
    let server = Server::start(Backend::Sqlite).await;
    for (name, kind, version) in [("openapi.json", "openapi", "3.1"), ("asyncapi.json", "asyncapi", "3.0")] {
        let served: Value = reqwest::get(server.url(&format!("/api/v1/{name}"))).await.unwrap().json().await.unwrap();
        let path = format!("{}/../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(served == kept, "docs/{name} is out of date: run `just openapi`");
        assert_eq!(served[kind].as_str().map(|told| &told[..3]), Some(version));
    }
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_safe_headers() {
    let server = Server::start(Backend::Sqlite).await;
    for path in ["/", "/docs", "/health", "/api/v1/auth/me", "/api/v1/openapi.json", "/nowhere"] {
        let response = reqwest::get(server.url(path)).await.unwrap();
        let headers = response.headers();
        assert!(headers.contains_key("x-request-id"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
    }
    let page = reqwest::get(server.url("/")).await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn a_foreign_origin_is_not_let_in() {
    let server = Server::start(Backend::Sqlite).await;
    let client = reqwest::Client::new();
    let foreign = client.get(server.url("/api/v1/auth/me")).header("origin", "https://evil.example");
    let response = foreign.send().await.unwrap();
    assert!(!response.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn secrets_never_reach_the_log() {
    let server = Server::start_with(Backend::Sqlite, &[("LOG_LEVEL", "trace")]).await;
    let ann = Person::register(&server, "ann").await;
    let (_socket, _) = ann.connect().await;
    let ticket = ann.rest.ticket().await.unwrap().ticket;
    let address = format!("{}?ticket={ticket}", ann.rest.socket_url());
    let _socket = Socket::connect(&address).await.unwrap();
    ann.say(lobby(), "unmistakable content").await;
    let log = server.log();
    assert!(!log.is_empty());
    let secrets = [
        "correct horse",
        &ann.signed_in.tokens.access_token,
        &ann.signed_in.tokens.refresh_token,
        &ticket,
        "unmistakable content",
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "the log holds {secret:.12}…");
    }
}
