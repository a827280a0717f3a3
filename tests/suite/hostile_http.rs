//! What somebody who means harm, or a client that takes the standards literally, meets at the HTTP edge.

use reqwest::header::{ACCEPT_ENCODING, ALLOW, CONTENT_LENGTH};
use reqwest::{Method, StatusCode};
use rialto_client::ClientError;
use rialto_client::wire::messaging::{ConversationKindWord, CreateConversationRequest, VisibilityWord};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::group;
use crate::support::{Backend, Person, Server, lobby, on_every_database};

#[tokio::test]
async fn an_answer_is_not_many_times_the_size_of_its_request() {
    let server = Server::start(Backend::Sqlite).await;
    let bulk = server.rest().request(Method::POST, "crypto/bulk").json(&json!({ "coins": vec![""; 300_000] }));
    let response = bulk.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.bytes().await.unwrap().len() < 100_000);
    let query: String = (0..9_000).map(|n| format!("a{n}&")).collect();
    let response = server.rest().request(Method::GET, &format!("crypto/popular?{query}")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.bytes().await.unwrap().len() < 100_000);
    let key = "k".repeat(500_000);
    let body = server.rest().request(Method::POST, "auth/guest").json(&json!({ key: 1 }));
    assert!(body.send().await.unwrap().bytes().await.unwrap().len() < 10_000);
}

#[tokio::test]
async fn a_body_without_names_is_no_body_of_ours() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let path = format!("conversations/{}/messages", lobby());
    let response = ann.rest.request(Method::POST, &path).json(&json!(["hi"])).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let account = json!(["bob", "bob@example.org", "correct horse"]);
    let response = server.rest().request(Method::POST, "auth/register").json(&account).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn head_answers_what_get_would_and_ends() {
    let server = Server::start(Backend::Sqlite).await;
    let head = |path: &str| server.rest().request(Method::HEAD, path).timeout(std::time::Duration::from_secs(5));
    let response = head("openapi.json").header(ACCEPT_ENCODING, "identity").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()[CONTENT_LENGTH].to_str().unwrap().parse::<usize>().unwrap() > 1_000);
    assert!(response.bytes().await.unwrap().is_empty());
    assert_eq!(head("auth/me").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let stream = head("crypto/stream/prices?coins=bitcoin").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert!(stream.bytes().await.unwrap().is_empty());
    let refused = head("auth/login").send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()[ALLOW].to_str().unwrap()), (405, "POST"));
    let refused = server.rest().request(Method::PUT, "auth/me").send().await.unwrap();
    assert_eq!(refused.headers()[ALLOW], "GET, HEAD");
}

#[tokio::test]
async fn a_client_that_takes_no_coding_is_told_in_a_problem() {
    let server = Server::start(Backend::Sqlite).await;
    let request = server.rest().request(Method::GET, "crypto/popular").header(ACCEPT_ENCODING, "identity;q=0");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "not_acceptable");
}

#[tokio::test]
async fn a_key_that_is_no_text_is_refused_for_what_it_is() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let request = ann.rest.request(Method::POST, &format!("conversations/{}/messages", lobby()));
    let key = reqwest::header::HeaderValue::from_bytes(b"\xff").unwrap();
    let response = request.header("idempotency-key", key).json(&json!({ "content": "hi" })).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["errors"][0]["code"], "invalid_character");
}

on_every_database!(look_alikes_share_neither_an_account_nor_a_channel, async |backend| {
    let server = Server::start(backend).await;
    let code = |outcome: Result<_, ClientError>| outcome.err().and_then(|error| error.code().map(str::to_owned));
    for (n, (name, twin)) in [("straße", "STRASSE"), ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"), ("ılker", "ILKER")].iter().enumerate()
    {
        let rest = server.rest();
        rest.register(name, &format!("a{n}@example.org"), "correct horse").await.unwrap();
        let outcome = rest.register(twin, &format!("b{n}@example.org"), "correct horse").await.map(drop);
        assert_eq!(code(outcome).as_deref(), Some("username_taken"), "{name} {twin}");
        rest.log_in(twin, "correct horse").await.unwrap();
    }
    let ann = Person::register(&server, "ann").await;
    for twin in ["ｌｏｂｂｙ", "LOBBY", "lob\u{200d}by"] {
        let outcome = ann.rest.create_conversation(&channel(twin, VisibilityWord::Public)).await.map(drop);
        assert_eq!(code(outcome).as_deref(), Some("name_taken"), "{twin:?}");
    }
    let outcome = ann.rest.create_conversation(&channel("lob\u{200b}by", VisibilityWord::Public)).await.map(drop);
    assert_eq!(code(outcome).as_deref(), Some("invalid_body"));
});

on_every_database!(names_of_any_length_are_paged_past, async |backend| {
    let server = Server::start(backend).await;
    // Each of these letters is three in the name's key.
    for letter in ["ᾷ", "ᾳ", "𐐀"] {
        let name = letter.repeat(50);
        server
            .rest()
            .register(&name, &format!("{}@example.org", u32::from(letter.chars().next().unwrap())), "correct horse")
            .await
            .unwrap();
    }
    let ann = Person::register(&server, "ann").await;
    let mut path = "users?limit=1".to_owned();
    let mut seen = 0;
    while seen <= 4 {
        let page: Value = ann.rest.request(Method::GET, &path).send().await.unwrap().json().await.unwrap();
        seen += page["items"].as_array().unwrap_or_else(|| panic!("{page}")).len();
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("users?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, 4);
});

on_every_database!(the_directory_does_not_tell_of_private_channels_by_their_ids, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let eve = Person::register(&server, "eve").await;
    let secret = ann.start_channel("a secret", VisibilityWord::Private).await;
    for id in [secret.id, Uuid::nil()] {
        let page = eve.rest.request(Method::GET, &format!("channels?cursor={id}")).send().await.unwrap();
        let page: Value = page.json().await.unwrap();
        assert_eq!(page, json!({ "items": [], "next_cursor": null }), "{id}");
    }
});

fn channel(name: &str, visibility: VisibilityWord) -> CreateConversationRequest {
    let kind = ConversationKindWord::Channel;
    CreateConversationRequest { kind, visibility: Some(visibility), ..group(name, vec![]) }
}
