//! The list of sessions, and refreshes whose answer is lost.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::identity::SignedInView;
use rialto_client::{Connection, Item, Rest, Settings, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::realtime::bye;
use crate::support::lossy::Lossy;
use crate::support::mail::{fresh_name, start_with_mail};
use crate::support::{Backend, Person, Server, on_every_database};

const KEY: &str = "0190a0e0-0000-7000-8000-000000000001";

async fn log_in_as(server: &Server, user_agent: &str) -> SignedInView {
    let body = json!({ "login": "ann", "password": "correct horse" });
    let request = server.rest().request(Method::POST, "auth/login").header("user-agent", user_agent).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

/// Asks without a key, as a client does that knows of none.
async fn refresh_bare(rest: &Rest, token: &str) -> reqwest::Response {
    let request = rest.request(Method::POST, "auth/refresh").json(&json!({ "refresh_token": token }));
    request.send().await.unwrap()
}

on_every_database!(people_see_their_sessions_and_end_them, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let phone = log_in_as(&server, "Phone/1.0").await;
    let phone = Person { rest: server.rest().with_token(&phone.tokens.access_token), signed_in: phone };
    let (mut socket, ready) = phone.connect().await;

    let listed = ann.rest.sessions().await.unwrap();
    assert_eq!(listed.next_cursor, None);
    let [newest, oldest] = &listed.items[..] else { panic!("{listed:?}") };
    assert_eq!((newest.user_agent.as_str(), newest.address.as_deref()), ("Phone/1.0", Some("127.0.0.1")));
    assert_eq!((newest.current, oldest.current), (false, true));
    assert!(newest.last_used_at >= newest.created_at);
    assert_eq!(ready.session, newest.id);
    let seen_by_phone = phone.rest.sessions().await.unwrap().items;
    assert_eq!(seen_by_phone.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false]);

    for (who, id) in [(&bob, newest.id), (&ann, Uuid::from_u128(7))] {
        assert_eq!(who.rest.end_session(id).await.unwrap_err().code(), Some("session_not_found"));
    }
    ann.rest.end_session(newest.id).await.unwrap();
    assert_eq!(bye(&mut socket).await, 4403, "its sockets close");
    assert_eq!(phone.rest.me().await.unwrap_err().code(), Some("token_invalid"));
    let refusal = server.rest().refresh(&phone.signed_in.tokens.refresh_token).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_invalid"));
    assert_eq!(ann.rest.end_session(newest.id).await.unwrap_err().code(), Some("session_not_found"));
    assert_eq!(ann.rest.sessions().await.unwrap().items.len(), 1);

    ann.rest.end_session(oldest.id).await.unwrap();
    assert_eq!(ann.rest.me().await.unwrap_err().code(), Some("token_invalid"), "one may end one's own");
});

on_every_database!(a_refresh_brings_a_session_to_the_top, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let phone = log_in_as(&server, "Phone/1.0").await;
    let before = ann.rest.sessions().await.unwrap().items;
    server.rest().refresh(&ann.signed_in.tokens.refresh_token).await.unwrap();
    let after = ann.rest.sessions().await.unwrap().items;
    assert_eq!((before[0].id, after[0].id), (after[1].id, before[1].id));
    assert!(after[0].last_used_at > before[1].last_used_at);
    assert_eq!(after[0].created_at, before[1].created_at);
    assert!(server.rest().with_token(&phone.tokens.access_token).me().await.is_ok());
});

on_every_database!(a_refresh_whose_answer_is_lost_is_asked_for_again, async |backend| {
    let mut server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let first = &ann.signed_in.tokens.refresh_token;
    let lost = server.rest().refresh_with_key(first, KEY).await.unwrap().tokens;
    // The server dies with the answer on its way.
    server.crash_and_restart().await;
    let again = server.rest().refresh_with_key(first, KEY).await.unwrap().tokens;
    assert_ne!(again.refresh_token, lost.refresh_token);
    let next = server.rest().refresh_with_key(&again.refresh_token, KEY).await.unwrap().tokens;
    assert!(server.rest().with_token(&next.access_token).me().await.is_ok());

    // Used by now: whoever asks again cannot be who used it.
    let refusal = server.rest().refresh_with_key(first, KEY).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_reused"));
    let refusal = server.rest().refresh(&next.refresh_token).await.unwrap_err();
    assert_eq!(refusal.code(), Some("token_invalid"));
});

on_every_database!(a_lost_answer_that_turns_up_elsewhere_ends_the_session, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let first = &ann.signed_in.tokens.refresh_token;
    let lost = server.rest().refresh_with_key(first, KEY).await.unwrap().tokens;
    let again = server.rest().refresh_with_key(first, KEY).await.unwrap().tokens;
    assert_eq!(server.rest().refresh(&lost.refresh_token).await.unwrap_err().code(), Some("token_reused"));
    assert_eq!(server.rest().refresh(&again.refresh_token).await.unwrap_err().code(), Some("token_invalid"));
});

on_every_database!(without_the_key_a_second_use_is_reuse, async |backend| {
    let server = Server::start(backend).await;
    for (number, other_key) in [None, Some("0190a0e0-0000-7000-8000-000000000002")].into_iter().enumerate() {
        let ann = Person::register(&server, &format!("ann{number}")).await;
        let first = &ann.signed_in.tokens.refresh_token;
        let next = server.rest().refresh_with_key(first, KEY).await.unwrap().tokens;
        let response = match other_key {
            None => {
                let problem: Value = refresh_bare(&server.rest(), first).await.json().await.unwrap();
                problem["code"].as_str().unwrap().to_owned()
            }
            Some(key) => server.rest().refresh_with_key(first, key).await.unwrap_err().code().unwrap().to_owned(),
        };
        assert_eq!(response, "token_reused");
        assert!(server.rest().with_token(&next.access_token).me().await.is_err());
    }
});

on_every_database!(of_eight_bare_refreshes_at_once_one_wins_and_the_session_ends, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let refreshes = (0..8).map(|_| {
        let (rest, token) = (server.rest(), ann.signed_in.tokens.refresh_token.clone());
        tokio::spawn(async move { refresh_bare(&rest, &token).await })
    });
    let mut won = Vec::new();
    for refresh in refreshes.collect::<Vec<_>>() {
        let response = refresh.await.unwrap();
        if response.status().is_success() {
            won.push(response.json::<SignedInView>().await.unwrap().tokens);
        }
    }
    assert_eq!(won.len(), 1);
    assert!(server.rest().with_token(&won[0].access_token).me().await.is_err());
    assert!(server.rest().refresh(&won[0].refresh_token).await.is_err());
});

on_every_database!(of_eight_retries_at_once_the_session_lives, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let retries = (0..8).map(|_| {
        let (rest, token) = (server.rest(), ann.signed_in.tokens.refresh_token.clone());
        tokio::spawn(async move { rest.refresh_with_key(&token, KEY).await })
    });
    let mut answered = 0;
    for retry in retries.collect::<Vec<_>>() {
        match retry.await.unwrap() {
            Ok(signed_in) => {
                answered += 1;
                assert!(server.rest().with_token(&signed_in.tokens.access_token).me().await.is_ok());
            }
            // One that began later was answered before.
            Err(refusal) => assert_eq!(refusal.code(), Some("busy")),
        }
    }
    assert!(answered > 0);
    let last = server.rest().refresh_with_key(&ann.signed_in.tokens.refresh_token, KEY).await.unwrap().tokens;
    assert!(server.rest().refresh(&last.refresh_token).await.is_ok());
});

#[tokio::test]
async fn a_key_that_could_be_guessed_is_refused_and_uses_nothing() {
    let server = Server::start(Backend::Sqlite).await;
    let ann = Person::register(&server, "ann").await;
    let token = &ann.signed_in.tokens.refresh_token;
    for key in ["1", "short", &"x".repeat(201), "with a space in it"] {
        let refusal = server.rest().refresh_with_key(token, key).await.unwrap_err();
        assert_eq!(refusal.code(), Some("invalid_header"), "{key}");
    }
    assert!(server.rest().refresh(token).await.is_ok());
}

on_every_database!(the_client_loses_no_session_with_an_answer, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let lossy = Lossy::before(&server.rest(), "auth/refresh", 2).await;
    let tokens = lossy.rest().refresh(&ann.signed_in.tokens.refresh_token).await.unwrap().tokens;
    assert_eq!(lossy.lost(), 2);
    assert!(server.rest().refresh(&tokens.refresh_token).await.is_ok());
});

/// Its tokens expire as they arrive, so it renews them before each socket; more answers are lost than one call tries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lasting_connection_loses_no_session_with_an_answer() {
    let server = Server::start_with(Backend::Sqlite, &[("RIALTO__AUTH__ACCESS_MINUTES", "0")]).await;
    let ann = server.rest().register("ann", "ann@example.org", "correct horse").await.unwrap();
    let lossy = Lossy::before(&server.rest(), "auth/refresh", 5).await;
    let settings = Settings { longest_wait: Duration::from_millis(100), ..Settings::default() };
    let mut connection = Connection::open(&lossy.rest(), ann.tokens, settings);
    let over = async {
        while lossy.lost() < 5 {
            match connection.next().await.expect("not over") {
                Item::Ended(end) => panic!("{end:?}"),
                Item::State(State::Offline { .. } | State::Connecting | State::Online(_)) => {}
                _ => {}
            }
        }
        // One answer arrives at last, with a token that works.
        loop {
            match connection.next().await.expect("not over") {
                Item::Ended(end) => panic!("{end:?}"),
                Item::Tokens(_) => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), over).await.unwrap();
}

on_every_database!(whoever_loses_a_session_to_reuse_is_told_by_mail, async |backend| {
    let (server, post) = start_with_mail(backend, &[]).await;
    let name = fresh_name("ann");
    let ann = Person::register(&server, &name).await;
    let first = &ann.signed_in.tokens.refresh_token;
    server.rest().refresh(first).await.unwrap();
    assert!(server.rest().refresh(first).await.is_err());
    let letters = post.wait_for(&format!("{name}@example.org"), 1).await;
    assert_eq!(letters[0].subject, "A session was ended");
    assert!(letters[0].text.contains(&name), "{letters:?}");
    // A guest has no address, and loses the session all the same.
    let guest = Person::guest(&server, "Guest").await;
    let first = &guest.signed_in.tokens.refresh_token;
    server.rest().refresh(first).await.unwrap();
    assert_eq!(server.rest().refresh(first).await.unwrap_err().code(), Some("token_reused"));
});
