//! What opens the surface, and near which end it is renewed.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use reqwest::{Method, StatusCode};
use ring::hmac;
use serde_json::{Value, json};

use super::client::{User, line, user};
use crate::compat::support::{At, at_both_places, json as answer};
use crate::support::Person;

const SECRET: &str = "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f";
const SETTINGS: &[(&str, &str)] = &[("JWT_SECRET", SECRET)];

at_both_places! { "chat-api":
    a_token_near_its_end_is_refreshed,
    whoever_has_no_good_token_is_told_so,
    the_header_goes_before_the_cookie,
    tokens_open_one_way_in_and_no_other,
}

/// The same token, with so many seconds to live.
fn with_seconds_left(token: &str, seconds: i64) -> String {
    let mut parts = token.split('.');
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    let mut payload: Value = serde_json::from_slice(&B64.decode(payload).unwrap()).unwrap();
    payload["exp"] = json!(payload["iat"].as_i64().unwrap() + seconds);
    let message = format!("{header}.{}", B64.encode(payload.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("{message}.{}", B64.encode(hmac::sign(&key, message.as_bytes())))
}

async fn a_token_near_its_end_is_refreshed(at: At) {
    let alice = user(&at, "alice").await;
    let fresh = User { token: with_seconds_left(&alice.token, 20 * 60), ..user(&at, "bob").await };
    assert_eq!(fresh.post(&at, "/api/auth/refresh", json!({})).await.0, 401);
    let old = User { token: with_seconds_left(&alice.token, 10 * 60), ..alice };
    let renewed = old.ask(&at, Method::POST, "/api/auth/refresh").send().await.unwrap();
    assert_eq!(renewed.status(), 200);
    let cookie = renewed.headers()["set-cookie"].to_str().unwrap().to_owned();
    let renewed: Value = renewed.json().await.unwrap();
    let token = renewed["token"].as_str().unwrap().to_owned();
    assert!(cookie.starts_with(&format!("jwt_token={token}; Path=/; Max-Age=86")), "{cookie}");
    assert_eq!((&renewed["user"]["username"], &renewed["user"]["is_online"]), (&json!("alice"), &json!(true)));
    assert!(renewed["expires_at"].is_i64());
    // It is the same session: whoever logs out by the new token has logged out altogether.
    let new = User { token, ..user(&at, "cleo").await };
    assert_eq!(new.get(&at, "/api/auth/profile").await.1["username"], "alice");
    assert_eq!(new.post(&at, "/api/auth/logout", json!({})).await.0, 200);
    assert_eq!(old.get(&at, "/api/auth/profile").await.0, 401);
    assert_eq!(old.post(&at, "/api/auth/refresh", json!({})).await, (StatusCode::UNAUTHORIZED, line("Invalid token")));
}

async fn whoever_has_no_good_token_is_told_so(at: At) {
    let missing = line("Authorization required (provide Bearer token or jwt_token cookie)");
    let id = "0190a0e0000070008000000000000001";
    for (method, path) in [
        (Method::POST, "/api/auth/refresh".to_owned()),
        (Method::POST, "/api/auth/logout".to_owned()),
        (Method::GET, "/api/auth/profile".to_owned()),
        (Method::POST, "/api/messages".to_owned()),
        (Method::GET, "/api/messages".to_owned()),
        (Method::GET, "/api/messages/between/alice/bob".to_owned()),
        (Method::GET, "/api/users".to_owned()),
        (Method::GET, format!("/api/users/{id}")),
        (Method::GET, format!("/api/users/{id}/rooms")),
        (Method::POST, "/api/rooms".to_owned()),
        (Method::GET, format!("/api/rooms/{id}")),
        (Method::GET, format!("/api/rooms/{id}/messages")),
        (Method::POST, format!("/api/rooms/{id}/members/{id}")),
        (Method::DELETE, format!("/api/rooms/{id}/members/{id}")),
        (Method::GET, "/api/ws/users".to_owned()),
        (Method::GET, "/api/ws/stats".to_owned()),
        (Method::GET, "/api/ws/connect".to_owned()),
    ] {
        let ask = || at.ask(method.clone(), &path);
        assert_eq!(answer(ask()).await, (StatusCode::UNAUTHORIZED, missing.clone()), "{method} {path}");
        let bad = answer(ask().bearer_auth("a.b.c")).await;
        assert_eq!(bad, (StatusCode::UNAUTHORIZED, line("Invalid token")), "{method} {path}");
    }
    assert_eq!(at.try_socket("/api/ws/connect", &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
    let cookie = [("cookie", "jwt_token=a.b.c")];
    assert_eq!(at.try_socket("/api/ws/connect", &cookie).await.err(), Some(StatusCode::UNAUTHORIZED));
}

async fn the_header_goes_before_the_cookie(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let cookie = format!("jwt_token={}", bob.token);
    let both = alice.ask(&at, Method::GET, "/api/auth/profile").header("cookie", &cookie);
    assert_eq!(answer(both).await.1["username"], "alice");
    let bad = at.ask(Method::GET, "/api/auth/profile").bearer_auth("a.b.c").header("cookie", &cookie);
    assert_eq!(answer(bad).await.0, 401);
    let alone = at.ask(Method::GET, "/api/auth/profile").header("cookie", &cookie);
    assert_eq!(answer(alone).await.1["username"], "bob");
}

async fn tokens_open_one_way_in_and_no_other(at: At) {
    let (alice, mia) = (user(&at, "alice").await, Person::register(&at.server, "mia").await);
    let theirs = User { token: mia.token().to_owned(), ..user(&at, "bob").await };
    assert_eq!(theirs.get(&at, "/api/auth/profile").await.0, 401);
    assert!(at.server.rest().with_token(&alice.token).me().await.is_err());
}
