//! Passwords that are changed, set anew by mail, hashed anew.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::realtime::bye;
use crate::support::mail::{fresh_name, start_with_mail, token_in};
use crate::support::{Backend, Person, Server, on_every_database};

on_every_database!(a_changed_password_ends_every_other_session, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let phone = server.rest().log_in("ann", "correct horse").await.unwrap();
    let phone = Person { rest: server.rest().with_token(&phone.tokens.access_token), signed_in: phone };
    let (mut socket, _) = phone.connect().await;
    let (mut own_socket, _) = ann.connect().await;

    ann.rest.change_password("correct horse", "battery staple").await.unwrap();
    assert_eq!(bye(&mut socket).await, 4403, "its sockets close");
    assert_eq!(phone.rest.me().await.unwrap_err().code(), Some("token_invalid"));
    let refusal = server.rest().refresh(&phone.signed_in.tokens.refresh_token).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_invalid"));
    assert!(ann.rest.me().await.is_ok());
    assert!(own_socket.send(crate::support::lobby(), crate::support::people::message("here")).await.is_ok());
    assert!(server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.is_ok());

    let refusal = server.rest().log_in("ann", "correct horse").await.unwrap_err();
    assert_eq!(refusal.code(), Some("wrong_credentials"));
    assert!(server.rest().log_in("ann", "battery staple").await.is_ok());
});

on_every_database!(a_wrong_password_changes_nothing, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let body = json!({ "current_password": "wrong horse", "new_password": "battery staple" });
    let response = ann.rest.request(Method::POST, "auth/password").json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "401 would make clients refresh");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(
        (&problem["code"], &problem["errors"][0]["field"]),
        (&json!("wrong_password"), &json!("current_password"))
    );
    let refusal = ann.rest.change_password("correct horse", "short").await.unwrap_err();
    assert_eq!(refusal.code(), Some("invalid_body"));
    let guest = Person::guest(&server, "Guest").await;
    let refusal = guest.rest.change_password("", "battery staple").await.unwrap_err();
    assert_eq!(refusal.code(), Some("no_password"));
    assert!(server.rest().log_in("ann", "correct horse").await.is_ok());
});

on_every_database!(of_eight_changes_at_once_one_wins, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let changes = (0..8).map(|number| {
        let rest = ann.rest.clone();
        tokio::spawn(async move { rest.change_password("correct horse", &format!("battery {number}")).await })
    });
    let mut won = Vec::new();
    for (number, change) in changes.collect::<Vec<_>>().into_iter().enumerate() {
        match change.await.unwrap() {
            Ok(()) => won.push(number),
            Err(refusal) => assert_eq!(refusal.code(), Some("wrong_password")),
        }
    }
    assert_eq!(won.len(), 1);
    assert!(server.rest().log_in("ann", &format!("battery {}", won[0])).await.is_ok());
});

on_every_database!(a_forgotten_password_is_set_anew_by_mail, async |backend| {
    let public = ("RIALTO__SERVER__PUBLIC_URL", "https://chat.example/");
    let (server, post) = start_with_mail(backend, &[public]).await;
    let name = fresh_name("ann");
    let address = format!("{name}@example.org");
    let ann = Person::register(&server, &name).await;
    let (mut socket, _) = ann.connect().await;

    server.rest().forgot_password(&address.to_uppercase()).await.unwrap();
    let letters = post.wait_for(&address, 1).await;
    let letter = &letters[0];
    assert_eq!((letter.from.as_str(), letter.subject.as_str()), ("rialto@chat.example", "Set a new password"));
    assert!(letter.text.contains("https://chat.example/reset-password#token="), "{}", letter.text);
    let token = token_in(&letter.text);

    let refusal = server.rest().reset_password(&token, "short").await.unwrap_err();
    assert_eq!(refusal.code(), Some("invalid_body"), "and the token is not used up");
    server.rest().reset_password(&token, "battery staple").await.unwrap();
    assert_eq!(bye(&mut socket).await, 4403, "sockets close");
    assert_eq!(ann.rest.me().await.unwrap_err().code(), Some("token_invalid"));
    assert!(server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.is_err());
    assert!(server.rest().log_in(&name, "correct horse").await.is_err());
    assert!(server.rest().log_in(&name, "battery staple").await.is_ok());

    for token in [token.as_str(), "nonsense", ""] {
        let refusal = server.rest().reset_password(token, "another horse").await.unwrap_err();
        assert_eq!(refusal.code(), Some("reset_token_invalid"), "{token}");
    }
    assert!(!server.log().contains(&token), "no token in a log");

    // Within the minute there is no other mail, whatever is asked.
    for _ in 0..3 {
        server.rest().forgot_password(&address).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(post.letters(&address).len(), 1);
});

on_every_database!(of_eight_resets_with_one_token_one_wins, async |backend| {
    let (server, post) = start_with_mail(backend, &[]).await;
    let name = fresh_name("ann");
    Person::register(&server, &name).await;
    server.rest().forgot_password(&format!("{name}@example.org")).await.unwrap();
    let letters = post.wait_for(&format!("{name}@example.org"), 1).await;
    assert!(
        letters[0].text.contains(&format!("\n{}#token=", server.url("/reset-password"))),
        "made from host and port"
    );
    let token = token_in(&letters[0].text);
    let resets = (0..8).map(|number| {
        let (rest, token) = (server.rest(), token.clone());
        tokio::spawn(async move { rest.reset_password(&token, &format!("battery {number}")).await })
    });
    let mut won = Vec::new();
    for (number, reset) in resets.collect::<Vec<_>>().into_iter().enumerate() {
        match reset.await.unwrap() {
            Ok(()) => won.push(number),
            Err(refusal) => assert_eq!(refusal.code(), Some("reset_token_invalid")),
        }
    }
    assert_eq!(won.len(), 1);
    assert!(server.rest().log_in(&name, &format!("battery {}", won[0])).await.is_ok());
});

async fn ask(server: &Server, email: &str) -> (StatusCode, String, Duration) {
    let started = Instant::now();
    let request = server.rest().request(Method::POST, "auth/password/forgot").json(&json!({ "email": email }));
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, response.text().await.unwrap(), started.elapsed())
}

on_every_database!(nobody_learns_who_has_an_account, async |backend| {
    // A mail server that lets one wait for a minute: its answer is not waited for.
    let (server, _) = start_with_mail(backend, &[]).await;
    let name = fresh_name("slow");
    Person::register(&server, &name).await;
    let known = ask(&server, &format!("{name}@example.org")).await;
    let unknown = ask(&server, "nobody@example.org").await;
    assert_eq!((known.0, &known.1), (StatusCode::ACCEPTED, &String::new()));
    assert_eq!((unknown.0, &unknown.1), (known.0, &known.1));
    assert!(known.2 < Duration::from_secs(5) && unknown.2 < Duration::from_secs(5), "{known:?} {unknown:?}");
    assert_eq!(ask(&server, "no address").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask(&server, "ann@example.org\r\nBcc: eve@example.org").await.0, StatusCode::UNPROCESSABLE_ENTITY);
});

#[tokio::test]
async fn a_server_stops_in_time_while_a_mail_is_under_way() {
    let (mut server, _) = start_with_mail(Backend::Sqlite, &[("RIALTO__SERVER__DRAIN_MS", "100")]).await;
    let name = fresh_name("slow");
    Person::register(&server, &name).await;
    server.rest().forgot_password(&format!("{name}@example.org")).await.unwrap();
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn a_mail_that_was_begun_is_sent_before_the_server_stops() {
    let (mut server, post) = start_with_mail(Backend::Sqlite, &[("RIALTO__SERVER__DRAIN_MS", "100")]).await;
    let name = fresh_name("ann");
    Person::register(&server, &name).await;
    server.rest().forgot_password(&format!("{name}@example.org")).await.unwrap();
    assert_eq!(server.stop().await, Some(0));
    assert_eq!(post.letters(&format!("{name}@example.org")).len(), 1);
}

#[tokio::test]
async fn without_a_mail_server_mails_are_in_the_log() {
    let server = Server::start_with(Backend::Sqlite, &[("LOG_LEVEL", "warn,rialto::mail=info")]).await;
    Person::register(&server, "ann").await;
    server.rest().forgot_password("ann@example.org").await.unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while !server.log().contains("#token=") {
        assert!(Instant::now() < end, "{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.rest().reset_password(&token_in(&server.log()), "battery staple").await.unwrap();
    assert!(server.rest().log_in("ann", "battery staple").await.is_ok());
}

#[tokio::test]
async fn a_mail_server_that_is_away_troubles_nobody() {
    let settings = [
        ("RIALTO__MAIL__TRANSPORT", "smtp"),
        ("RIALTO__MAIL__SMTP_HOST", "127.0.0.1"),
        ("RIALTO__MAIL__SMTP_PORT", "1"),
        ("RIALTO__MAIL__SMTP_TLS", "none"),
    ];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    let ann = Person::register(&server, "ann").await;
    server.rest().forgot_password("ann@example.org").await.unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while !server.log().contains("could not be handed over") {
        assert!(Instant::now() < end, "{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(ann.rest.me().await.is_ok());
    assert!(!server.log().contains("#token="), "what is not sent is not logged either: {}", server.log());
}

#[tokio::test]
async fn the_page_that_sets_a_password_is_served() {
    let server = Server::start(Backend::Sqlite).await;
    let response = reqwest::get(server.url("/reset-password")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    let page = response.text().await.unwrap();
    assert!(page.contains("/assets/app/reset_password.js"), "{page}");
}

/// Whether the database of a server on SQLite holds a text.
fn holds(server: &Server, text: &str) -> bool {
    ["rialto.db", "rialto.db-wal"].iter().any(|file| {
        let bytes = std::fs::read(server.directory().join(file)).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn a_sign_in_renews_a_hash_of_another_cost() {
    let mut server = Server::start(Backend::Sqlite).await;
    Person::register(&server, "ann").await;
    assert!(holds(&server, "$2b$04$") && !holds(&server, "$2b$05$"));
    server.restart_with(&[("RIALTO__AUTH__BCRYPT_COST", "5")]).await;
    assert!(server.rest().log_in("ann", "wrong horse").await.is_err());
    assert!(server.rest().log_in("ann", "correct horse").await.is_ok());
    let end = Instant::now() + Duration::from_secs(10);
    while !holds(&server, "$2b$05$") {
        assert!(Instant::now() < end, "the hash was not renewed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.rest().log_in("ann", "correct horse").await.is_ok());
}
