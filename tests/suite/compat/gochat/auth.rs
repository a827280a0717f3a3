//! Accounts and tokens.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::hmac;

use super::*;
use crate::support::Person;

at_both_places! { "gochat":
    whoever_registers_is_signed_in,
    what_cannot_be_registered_is_told,
    a_name_or_an_address_is_taken_once,
    a_password_signs_in_and_a_wrong_one_does_not,
    a_refresh_token_works_once,
    whoever_asks_says_who_they_are,
    a_token_opens_this_way_alone,
    an_account_with_a_second_factor_is_refused_clearly,
}

async fn whoever_registers_is_signed_in(at: At) {
    let account = json!({ "email": "Ann@example.org", "username": "ann", "password": "correct horse" });
    let (status, made) = post(&at, "/api/v1/auth/register", &account).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let user = &made["user"];
    assert_eq!(
        (&user["email"], &user["username"], &user["is_active"]),
        (&account["email"], &account["username"], &json!(true))
    );
    uuid(&user["id"]);
    assert!(text(&user["created_at"]).contains('T'));
    assert_eq!(made["tokens"]["expires_in"], 900);
    let ann = User::of("ann", &made);
    let me = json!({ "id": ann.id, "email": "Ann@example.org", "username": "ann" });
    assert_eq!(ann.get(&at, "/api/v1/auth/me").await, (StatusCode::OK, me));
    assert!(!made.to_string().contains("horse"), "{made}");
}

async fn what_cannot_be_registered_is_told(at: At) {
    let missing = "Email, username and password are required";
    for (body, why) in [
        (json!({}), missing),
        (json!({ "email": "a@example.org", "username": "ann" }), missing),
        (json!({ "email": "", "username": "ann", "password": "correct horse" }), missing),
        (
            json!({ "email": "a@example.org", "username": "ann", "password": "1234567" }),
            "Password must be at least 8 characters",
        ),
        (json!({ "email": 1, "username": "ann", "password": "correct horse" }), "Invalid request body"),
        (json!("x"), "Invalid request body"),
    ] {
        assert_refused(post(&at, "/api/v1/auth/register", &body).await, 400, why);
    }
    let broken = at.ask(Method::POST, "/api/v1/auth/register").body("{\"email\":");
    assert_refused(answer(broken).await, 400, "Invalid request body");
    for (email, username) in [("ann@", "ann"), ("ann@example.org", "an"), ("ann@example.org", "an nie")] {
        let body = json!({ "email": email, "username": username, "password": "correct horse" });
        assert_eq!(post(&at, "/api/v1/auth/register", &body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
}

async fn a_name_or_an_address_is_taken_once(at: At) {
    User::register(&at, "ann").await;
    for (email, username) in [("ANN@example.org", "other"), ("other@example.org", "Ann")] {
        let body = json!({ "email": email, "username": username, "password": "correct horse" });
        assert_refused(post(&at, "/api/v1/auth/register", &body).await, 409, "Email already exists");
    }
}

async fn a_password_signs_in_and_a_wrong_one_does_not(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let ann = User::log_in(&at, "ann").await;
    assert_eq!(ann.id, canonical.id().to_string());
    for (email, password) in [("ann@example.org", "wrong horse"), ("bob@example.org", "correct horse"), ("?", "x")] {
        let login = json!({ "email": email, "password": password });
        assert_refused(post(&at, "/api/v1/auth/login", &login).await, 401, "Invalid email or password");
    }
    for body in [json!({}), json!({ "email": "ann@example.org" })] {
        assert_refused(post(&at, "/api/v1/auth/login", &body).await, 400, "Email and password are required");
    }
    assert_refused(post(&at, "/api/v1/auth/login", &json!("x")).await, 400, "Invalid request body");
}

async fn a_refresh_token_works_once(at: At) {
    let ann = User::register(&at, "ann").await;
    let old = json!({ "refresh_token": ann.refresh });
    let (status, next) = post(&at, "/api/v1/auth/refresh", &old).await;
    assert_eq!((status, next["expires_in"].as_u64()), (StatusCode::OK, Some(900)));
    assert_eq!(next.as_object().unwrap().len(), 3, "{next}");
    assert_ne!(next["refresh_token"], json!(ann.refresh));
    let ann = User { token: text(&next["access_token"]), refresh: text(&next["refresh_token"]), ..ann };
    assert_eq!(ann.get(&at, "/api/v1/auth/me").await.0, StatusCode::OK);
    let why = "Invalid or expired refresh token";
    assert_refused(post(&at, "/api/v1/auth/refresh", &old).await, 401, why);
    // Somebody else may hold it, so that the session is over.
    assert_refused(post(&at, "/api/v1/auth/refresh", &json!({ "refresh_token": ann.refresh })).await, 401, why);
    assert_refused(ann.get(&at, "/api/v1/auth/me").await, 401, "Invalid token");
    assert_refused(post(&at, "/api/v1/auth/refresh", &json!({})).await, 400, "Refresh token is required");
    assert_refused(post(&at, "/api/v1/auth/refresh", &json!({ "refresh_token": "x" })).await, 401, why);
}

async fn whoever_asks_says_who_they_are(at: At) {
    let ann = User::register(&at, "ann").await;
    for (method, path) in [
        (Method::GET, "/api/v1/auth/me"),
        (Method::GET, "/api/v1/conversations"),
        (Method::POST, "/api/v1/conversations"),
        (Method::GET, "/api/v1/conversations/x"),
        (Method::GET, "/api/v1/conversations/x/messages"),
    ] {
        let bare = || at.ask(method.clone(), path);
        assert_refused(answer(bare()).await, 401, "Missing authorization header");
        for odd in ["Basic abc", "Bearer", "Bearer ", "token"] {
            let refused = answer(bare().header("authorization", odd)).await;
            assert_refused(refused, 401, "Invalid authorization format");
        }
        assert_refused(answer(bare().bearer_auth("x.y.z")).await, 401, "Invalid token");
        assert_refused(answer(bare().bearer_auth(expired(&ann.token))).await, 401, "Token expired");
    }
}

async fn a_token_opens_this_way_alone(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let ann = User::log_in(&at, "ann").await;
    let own =
        User { token: canonical.token().to_owned(), refresh: canonical.signed_in.tokens.refresh_token.clone(), ..ann };
    assert_refused(own.get(&at, "/api/v1/auth/me").await, 401, "Invalid token");
    let refresh = json!({ "refresh_token": own.refresh });
    assert_refused(post(&at, "/api/v1/auth/refresh", &refresh).await, 401, "Invalid or expired refresh token");
    let ann = User::log_in(&at, "ann").await;
    assert!(at.server.rest().with_token(&ann.token).me().await.is_err());
    assert!(at.server.rest().refresh(&ann.refresh).await.is_err());
}

async fn an_account_with_a_second_factor_is_refused_clearly(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    crate::totp::switch_on(&canonical).await;
    let login = json!({ "email": "ann@example.org", "password": "correct horse" });
    let why = "This account asks for a second factor, which clients of this kind cannot give";
    assert_refused(post(&at, "/api/v1/auth/login", &login).await, 403, why);
}

/// The same token, but an hour older.
pub(super) fn expired(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    for name in ["exp", "iat", "nbf"] {
        if let Some(at) = claims[name].as_i64() {
            claims[name] = json!(at - 3_600);
        }
    }
    let signed = format!("{}.{}", parts[0], BASE64.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("{signed}.{}", BASE64.encode(hmac::sign(&key, signed.as_bytes())))
}
