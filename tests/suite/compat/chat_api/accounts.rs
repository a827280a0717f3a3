use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{PASSWORD, line, log_in, register, user};
use crate::compat::support::{At, at_both_places, json as answer};

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    registering_makes_an_account_and_sets_the_cookie,
    what_cannot_be_registered_is_refused_in_one_line,
    logging_in_gives_a_token_and_the_cookie,
    a_fresh_token_is_not_refreshed_and_the_old_cookie_goes_on,
    logging_out_ends_the_session_its_sockets_and_the_cookie,
    the_profile_is_the_callers_own,
}

/// Value and attributes of the cookie that an answer sets.
fn cookie(answer: &reqwest::Response) -> (String, String) {
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    let (pair, attributes) = set.split_once("; ").unwrap();
    (pair.strip_prefix("jwt_token=").unwrap().to_owned(), attributes.to_owned())
}

async fn registering_makes_an_account_and_sets_the_cookie(at: At) {
    let made = register(&at, "alice").send().await.unwrap();
    assert_eq!(made.status(), 201);
    let (token, attributes) = cookie(&made);
    assert_eq!(attributes, "Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
    let made: Value = made.json().await.unwrap();
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert_eq!((&made["username"], &made["email"]), (&json!("alice"), &json!("alice@example.org")));
    assert!(made["is_online"].is_boolean() && made["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(!made.to_string().contains(PASSWORD));
    // The quick start goes on with the jar of its registration.
    let said = at.ask(Method::POST, "/api/messages").header("cookie", format!("jwt_token={token}"));
    let (status, said) = answer(said.body(r#"{"sender":"alice","content":"Hello"}"#)).await;
    assert_eq!((status, &said["sender"]), (StatusCode::OK, &json!("alice")));
    let guest = at.server.rest().enter_as_guest("alice").await.unwrap();
    let canonical = at.server.rest().with_token(&guest.tokens.access_token);
    assert!(canonical.user(super::client::uuid(id)).await.is_ok());
}

async fn what_cannot_be_registered_is_refused_in_one_line(at: At) {
    user(&at, "alice").await;
    let refusal = async |body: &str| answer(at.ask(Method::POST, "/api/auth/register").body(body.to_owned())).await;
    for (body, status, text) in [
        ("{", 400, "Invalid request body"),
        ("", 400, "Invalid request body"),
        (r#"{"username":7}"#, 400, "Invalid request body"),
        ("{}", 400, "Username, email, and password are required"),
        (r#"{"username":"bob","password":"secret1"}"#, 400, "Username, email, and password are required"),
        (
            r#"{"username":"bob","email":"b@example.org","password":"short"}"#,
            400,
            "Password must be at least 6 characters",
        ),
        (r#"{"username":"ALICE","email":"b@example.org","password":"secret1"}"#, 409, "username already exists"),
        (r#"{"username":"bob","email":"alice@example.org","password":"secret1"}"#, 409, "email already exists"),
    ] {
        assert_eq!(refusal(body).await, (StatusCode::from_u16(status).unwrap(), line(text)), "{body}");
    }
    let (status, text) = refusal(r#"{"username":"a b","email":"b@example.org","password":"secret1"}"#).await;
    assert!(status == 400 && text.as_str().unwrap().starts_with("Username "), "{text}");
    let plain = at.ask(Method::POST, "/api/auth/register").body("{").send().await.unwrap();
    assert!(plain.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
}

async fn logging_in_gives_a_token_and_the_cookie(at: At) {
    let alice = user(&at, "alice").await;
    let body = json!({ "username": "alice", "password": PASSWORD }).to_string();
    let opened = at.ask(Method::POST, "/api/auth/login").body(body).send().await.unwrap();
    assert_eq!(opened.status(), 200);
    let (token, attributes) = cookie(&opened);
    assert!(attributes.contains("Max-Age=86400; HttpOnly"), "{attributes}");
    let opened: Value = opened.json().await.unwrap();
    assert_eq!(opened["token"], token);
    assert_eq!((&opened["user"]["id"], &opened["user"]["is_online"]), (&json!(alice.id), &json!(true)));
    let (_, health) = at.get("/health").await;
    let now: chrono::DateTime<chrono::Utc> = health["timestamp"].as_str().unwrap().parse().unwrap();
    let lifetime = opened["expires_at"].as_i64().unwrap() - now.timestamp();
    assert!((86_300..=86_400).contains(&lifetime), "{lifetime}");

    let wrong = (StatusCode::UNAUTHORIZED, line("invalid credentials"));
    assert_eq!(log_in(&at, "alice", "secret2").await, wrong);
    assert_eq!(log_in(&at, "nobody", PASSWORD).await, wrong);
    for body in ["{", "{}", r#"{"username":"alice"}"#] {
        let (status, _) = answer(at.ask(Method::POST, "/api/auth/login").body(body)).await;
        assert_eq!(status, 400, "{body}");
    }
}

async fn a_fresh_token_is_not_refreshed_and_the_old_cookie_goes_on(at: At) {
    let alice = user(&at, "alice").await;
    let refused = alice.post(&at, "/api/auth/refresh", json!({})).await;
    assert_eq!(refused, (StatusCode::UNAUTHORIZED, line("token not eligible for refresh")));
    assert_eq!(alice.get(&at, "/api/auth/profile").await.0, 200);
}

async fn logging_out_ends_the_session_its_sockets_and_the_cookie(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let mut socket = alice.connect(&at).await;
    let online = async || bob.get(&at, &format!("/api/users/{}", alice.id)).await.1["is_online"].clone();
    assert_eq!(online().await, true);
    let left = alice.ask(&at, Method::POST, "/api/auth/logout").send().await.unwrap();
    assert_eq!(left.status(), 200);
    assert_eq!(cookie(&left), (String::new(), "Path=/; Max-Age=0; HttpOnly; SameSite=Lax".to_owned()));
    assert_eq!(left.json::<Value>().await.unwrap(), json!({ "message": "Logged out successfully" }));
    assert_eq!(socket.closed().await, Some(1008));
    assert_eq!(alice.get(&at, "/api/auth/profile").await, (StatusCode::UNAUTHORIZED, line("Invalid token")));
    for _ in 0..50 {
        if online().await == false {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("alice stays online");
}

async fn the_profile_is_the_callers_own(at: At) {
    let alice = user(&at, "alice").await;
    let (status, profile) = alice.get(&at, "/api/auth/profile").await;
    assert_eq!(status, 200);
    assert_eq!((&profile["id"], &profile["email"]), (&json!(alice.id), &json!("alice@example.org")));
}
