//! What every kind of bad request is told: a problem with a stable code, and the server goes on.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Server, lobby};

#[tokio::test]
async fn every_bad_body_is_told_what_is_wrong_with_it() {
    let server = Server::start(Backend::Sqlite).await;
    let register = |body: String| {
        let request = server.rest().request(Method::POST, "auth/register");
        request.header("content-type", "application/json").body(body)
    };
    let bad = [
        ("{", 400, "malformed_json", vec![]),
        ("", 400, "malformed_json", vec![]),
        ("[]", 422, "invalid_body", vec![]),
        (r#"{"username":"ann","email":"a@b.c"}"#, 422, "invalid_body", vec![("password", "missing_field")]),
        (
            r#"{"username":"ann","email":"a@b.c","password":"correct horse","role":"admin"}"#,
            422,
            "invalid_body",
            vec![("role", "unknown_field")],
        ),
        (
            r#"{"username":["ann"],"email":"a@b.c","password":"correct horse"}"#,
            422,
            "invalid_body",
            vec![("username", "wrong_type")],
        ),
        (
            // The first letter is Cyrillic.
            "{\"username\":\"\u{430}nn\",\"email\":\"a@b.c\",\"password\":\"correct horse\"}",
            422,
            "invalid_body",
            vec![("username", "look_alike")],
        ),
        (
            r#"{"username":"a","email":"nowhere","password":"short"}"#,
            422,
            "invalid_body",
            vec![("username", "too_short"), ("email", "invalid_format"), ("password", "too_short")],
        ),
    ];
    for (body, status, code, fields) in bad {
        let (got_status, got_code, got_fields) = problem(register(body.to_owned())).await;
        let (status, code, fields) = refused(status, code, &fields);
        assert_eq!((got_status, got_code), (status, code), "{body}");
        // Where the body as a whole is wrong, no field is to blame.
        if !fields.is_empty() {
            assert_eq!(got_fields, fields, "{body}");
        }
    }
    let long = json!({ "username": "ann", "email": "a@b.c", "password": "p".repeat(73) }).to_string();
    assert_eq!(problem(register(long)).await, refused(422, "invalid_body", &[("password", "too_long")]));
    let huge = format!("{{\"username\":\"{}\"}}", "x".repeat(10_000_000));
    assert_eq!(problem(register(huge)).await, refused(413, "body_too_large", &[]));
    let deep = "[".repeat(100_000);
    assert!(matches!(problem(register(deep)).await.0, 400 | 422));
    let form = server.rest().request(Method::POST, "auth/register").header("content-type", "text/xml").body("<a/>");
    assert_eq!(problem(form).await, refused(415, "unsupported_media_type", &[]));
    assert!(server.rest().health().await.is_ok(), "the server goes on");
}

#[tokio::test]
async fn a_missing_false_or_foreign_token_opens_nothing() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let me = || server.rest().request(Method::GET, "auth/me");
    assert_eq!(problem(me()).await, refused(401, "token_missing", &[]));
    assert_eq!(problem(me().header("authorization", "Basic YTpi")).await.0, 401);
    let mut tampered = ann.token().to_owned();
    tampered.replace_range(tampered.len() - 6..tampered.len() - 2, "AAAA");
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.";
    for token in ["", "x", "a.b.c", none, tampered.as_str(), &ann.signed_in.tokens.refresh_token] {
        let (status, code, _) = problem(me().bearer_auth(token)).await;
        assert_eq!(status, 401, "{token}");
        assert!(code == "token_invalid" || code == "token_missing", "{token}: {code}");
    }
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__AUTH__ACCESS_MINUTES", "0")]).await;
    let ann = Person::register(&server, "ann").await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(problem(ann.rest.request(Method::GET, "auth/me")).await, refused(401, "token_expired", &[]));
}

#[tokio::test]
async fn bad_ids_queries_and_routes_are_named() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let get = |path: String| ann.rest.request(Method::GET, &path);
    assert_eq!(problem(get("conversations/nonsense".into())).await, refused(404, "conversation_not_found", &[]));
    assert_eq!(problem(get(format!("conversations/{}", Uuid::nil()))).await.1, "conversation_not_found");
    assert_eq!(problem(get(format!("users/{}", Uuid::nil()))).await.1, "user_not_found");
    assert_eq!(problem(get("nowhere".into())).await, refused(404, "route_not_found", &[]));
    assert_eq!(problem(ann.rest.request(Method::DELETE, "auth/me")).await, refused(405, "method_not_allowed", &[]));
    let messages = |query: &str| get(format!("conversations/{}/messages?{query}", lobby()));
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("before=-1", "before"),
        ("after=99999999999999999999", "after"),
        ("befor=1", "befor"),
    ] {
        let (status, code, fields) = problem(messages(query)).await;
        assert_eq!((status, code.as_str()), (400, "invalid_query"), "{query}");
        assert_eq!(fields[0].0, field, "{query}");
    }
    assert_eq!(problem(messages("before=1&after=2")).await.1, "conflicting_parameters");
    for cursor in ["x", "before~x", &"c".repeat(10_000)] {
        let (status, code, _) = problem(messages(&format!("cursor={cursor}"))).await;
        assert_eq!(status, 400, "{code}");
    }
}

#[tokio::test]
async fn bad_messages_are_refused_and_not_stored() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let send = |body: Value| ann.rest.request(Method::POST, &format!("conversations/{}/messages", lobby())).json(&body);
    for (body, field, code) in [
        (json!({ "content": "" }), "content", "too_short"),
        (json!({ "content": " \n" }), "content", "too_short"),
        (json!({ "content": "x".repeat(8_001) }), "content", "too_long"),
        (json!({ "content": "a\u{0}b" }), "content", "invalid_character"),
        (json!({ "content": 7 }), "content", "wrong_type"),
        (json!({ "content": "hi", "nonce": "a b" }), "nonce", "invalid_character"),
        (json!({ "content": "hi", "nonce": "n".repeat(65) }), "nonce", "too_long"),
        (json!({ "content": "hi", "sender": "bob" }), "sender", "unknown_field"),
        (json!({ "content": "hi", "reply_to": "x" }), "reply_to", "wrong_type"),
        (json!({ "content": "hi", "files": [Uuid::nil()] }), "files", "not_supported"),
        (json!({ "content": "hi", "thread_root": "x" }), "thread_root", "wrong_type"),
    ] {
        assert_eq!(problem(send(body.clone())).await, refused(422, "invalid_body", &[(field, code)]), "{body}");
    }
    let nowhere = send(json!({ "content": "hi", "thread_root": Uuid::nil() }));
    assert_eq!(problem(nowhere).await, refused(422, "unknown_thread", &[("thread_root", "unknown_thread")]));
    assert_eq!(ann.rest.messages(lobby(), "").await.unwrap().items, []);
}

#[tokio::test]
async fn bad_conversations_are_refused_by_field() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let create = |body: Value| ann.rest.request(Method::POST, "conversations").json(&body);
    for (body, field, code) in [
        (json!({ "kind": "direct" }), "participant_id", "missing_field"),
        (json!({ "kind": "group" }), "name", "missing_field"),
        (json!({ "kind": "group", "name": " " }), "name", "too_short"),
        (json!({ "kind": "channel", "name": "x".repeat(101) }), "name", "too_long"),
        (json!({ "kind": "group", "name": "g", "topic": "t".repeat(501) }), "topic", "too_long"),
        (json!({ "kind": "feud", "name": "g" }), "kind", "wrong_type"),
    ] {
        let (status, got, fields) = problem(create(body.clone())).await;
        assert_eq!((status, got.as_str()), (422, "invalid_body"), "{body}");
        assert_eq!(fields, [(field.to_owned(), code.to_owned())], "{body}");
    }
}
