//! Browsers send the cookie wherever a page asks them to.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{PASSWORD, line, register, user};
use crate::compat::support::{At, at_both_places, json as answer};

const FOREIGN: [&str; 4] = ["https://evil.example", "null", "http://localhost:3001", "http://app.example.org"];
const SETTINGS: &[(&str, &str)] = &[("CORS_ALLOWED_ORIGINS", "https://app.example.org")];

at_both_places! { "chat-api":
    no_page_of_others_acts_on_the_cookie,
    no_page_of_others_signs_anybody_in,
    pages_of_listed_origins_act_and_read,
    in_production_no_page_of_a_laptop_is_trusted_and_the_cookie_is_for_https,
    guessing_passwords_makes_one_wait,
}

fn refused() -> (StatusCode, Value) {
    (StatusCode::FORBIDDEN, line("Origin not allowed"))
}

async fn no_page_of_others_acts_on_the_cookie(at: At) {
    let alice = user(&at, "alice").await;
    let cookie = format!("jwt_token={}", alice.token);
    let own = at.url("").split('/').take(3).collect::<Vec<_>>().join("/");
    let post = |origin: &str| {
        let ask = at.ask(Method::POST, "/api/messages").header("origin", origin).body(r#"{"content":"hi"}"#);
        ask.header("content-type", "text/plain")
    };
    for origin in FOREIGN {
        assert_eq!(answer(post(origin).header("cookie", &cookie)).await, refused(), "{origin}");
        let read = at.ask(Method::GET, "/api/messages").header("origin", origin).header("cookie", &cookie);
        let read = read.send().await.unwrap();
        assert_eq!(read.status(), 403);
        assert!(!read.headers().contains_key("access-control-allow-origin"), "{origin}");
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        assert_eq!(at.try_socket("/api/ws/connect", &headers).await.err(), Some(StatusCode::FORBIDDEN), "{origin}");
        // A header is sent by nobody but who means it.
        assert_eq!(answer(post(origin).bearer_auth(&alice.token)).await.0, 200);
    }
    for origin in [own.as_str(), "https://app.example.org", "http://localhost:3000"] {
        assert_eq!(answer(post(origin).header("cookie", &cookie)).await.0, 200, "{origin}");
        assert!(at.try_socket("/api/ws/connect", &[("cookie", &cookie), ("origin", origin)]).await.is_ok());
    }
}

async fn no_page_of_others_signs_anybody_in(at: At) {
    user(&at, "alice").await;
    for origin in FOREIGN {
        let body = json!({ "username": "alice", "password": PASSWORD }).to_string();
        let log_in = at.ask(Method::POST, "/api/auth/login").header("origin", origin).body(body);
        assert_eq!(answer(log_in).await, refused());
        assert_eq!(answer(register(&at, "bob").header("origin", origin)).await, refused());
    }
    assert_eq!(register(&at, "bob").header("origin", "http://127.0.0.1:8080").send().await.unwrap().status(), 201);
}

async fn pages_of_listed_origins_act_and_read(at: At) {
    for origin in ["https://app.example.org", "http://localhost:3000", "http://localhost:8080", "http://127.0.0.1:8080"]
    {
        let ask = at.ask(Method::OPTIONS, "/api/messages").header("origin", origin);
        let preflight = ask.header("access-control-request-method", "POST").send().await.unwrap();
        assert_eq!(preflight.status(), 204);
        let read = at.ask(Method::GET, "/health").header("origin", origin).send().await.unwrap();
        for answer in [&preflight, &read] {
            assert_eq!(answer.headers()["access-control-allow-origin"], origin);
            assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
            assert_eq!(answer.headers()["vary"], "Origin");
        }
    }
    for origin in FOREIGN {
        let ask = at.ask(Method::OPTIONS, "/api/messages").header("origin", origin);
        let preflight = ask.header("access-control-request-method", "POST").send().await.unwrap();
        assert!(preflight.status() == 403 && !preflight.headers().contains_key("access-control-allow-origin"));
    }
}

async fn in_production_no_page_of_a_laptop_is_trusted_and_the_cookie_is_for_https(mut at: At) {
    at.server
        .restart_with(&[
            ("APP_ENV", "production"),
            ("JWT_SECRET", "5c1f0b1e7a94d3826f5c1f0b1e7a94d3826f5c1f"),
            ("RIALTO__AUTH__BCRYPT_COST", "10"),
            ("HOST", "127.0.0.1"),
        ])
        .await;
    let here = at.server.places_of("chat-api")[0].clone();
    let body = json!({ "username": "alice", "email": "alice@example.org", "password": PASSWORD }).to_string();
    let register = || reqwest::Client::new().post(format!("{here}/api/auth/register")).body(body.clone());
    assert_eq!(answer(register().header("origin", "http://localhost:3000")).await, refused());
    let made = register().send().await.unwrap();
    assert_eq!(made.status(), 201);
    assert!(made.headers()["set-cookie"].to_str().unwrap().ends_with("; HttpOnly; SameSite=Lax; Secure"));
}

async fn guessing_passwords_makes_one_wait(mut at: At) {
    at.server.restart_with(&[("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "2")]).await;
    let here = at.server.places_of("chat-api")[0].clone();
    let guess = || {
        let body = r#"{"username":"nobody","password":"secret2"}"#;
        reqwest::Client::new().post(format!("{here}/api/auth/login")).body(body).send()
    };
    let mut last = guess().await.unwrap();
    for _ in 0..5 {
        last = guess().await.unwrap();
    }
    assert_eq!(last.status(), 429);
    assert!(last.headers().contains_key("retry-after"));
}
