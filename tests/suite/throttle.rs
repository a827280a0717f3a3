//! What guessing passwords is like.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Backend, Person, Server, on_every_database};

const PROXY: (&str, &str) = ("RIALTO__SERVER__TRUSTED_PROXIES", "127.0.0.1");
const THREE_FREE: (&str, &str) = ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "3");
/// So that no test is over a wait because the machine is slow.
const LONG_WAITS: (&str, &str) = ("RIALTO__LIMITS__LOGIN_FIRST_WAIT_SECONDS", "50");

async fn try_from(server: &Server, address: &str, login: &str, password: &str) -> Response {
    let body = json!({ "login": login, "password": password });
    let request = server.rest().request(Method::POST, "auth/login").header("x-forwarded-for", address).json(&body);
    request.send().await.unwrap()
}

async fn status(server: &Server, address: &str, login: &str, password: &str) -> u16 {
    try_from(server, address, login, password).await.status().as_u16()
}

/// An account that was made at this address.
async fn register_at(server: &Server, address: &str, name: &str) {
    let body = json!({ "username": name, "email": format!("{name}@example.org"), "password": "correct horse" });
    let request = server.rest().request(Method::POST, "auth/register").header("x-forwarded-for", address).json(&body);
    assert_eq!(request.send().await.unwrap().status(), 201);
}

on_every_database!(guesses_wait_alike_whether_there_is_such_an_account_or_not, async |backend| {
    let server = Server::start_with(backend, &[THREE_FREE, LONG_WAITS]).await;
    Person::register(&server, "ann").await;
    let mut told = Vec::new();
    for login in ["ann", "ANN@example.org", "nobody", "nobody@example.org"] {
        let mut answers = Vec::new();
        // Ann's name and address wait apart: together, the one would tell whose the other is.
        for _ in 0..3 {
            let response = try_from(&server, "192.0.2.1", login, "wrong horse").await;
            assert_eq!(response.status(), 401, "{login}");
        }
        for password in ["wrong horse", "correct horse"] {
            let response = try_from(&server, "192.0.2.1", login, password).await;
            assert_eq!(response.status(), 429, "{login}");
            let retry_after: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((20..=50).contains(&retry_after), "{login}: {retry_after}");
            let mut problem: Value = response.json().await.unwrap();
            problem.as_object_mut().unwrap().remove("request_id");
            assert_eq!(problem["code"], "login_throttled");
            answers.push(problem);
        }
        told.push(answers);
    }
    assert!(told.iter().all(|answers| *answers == told[0]), "{told:?}");
});

on_every_database!(strangers_do_not_lock_an_owner_out_of_a_place_that_is_known, async |backend| {
    let first_wait = ("RIALTO__LIMITS__LOGIN_FIRST_WAIT_SECONDS", "4");
    let settings = [PROXY, first_wait, ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ACCOUNT", "4")];
    let server = Server::start_with(backend, &settings).await;
    register_at(&server, "2001:db8:a:b::1", "ann").await;
    for n in 0..4 {
        assert_eq!(status(&server, &format!("203.0.113.{n}"), "ann", "wrong horse").await, 401);
    }
    // From wherever else, everybody waits now.
    assert_eq!(status(&server, "203.0.113.99", "ann", "correct horse").await, 429);
    // Her own network is the same place from another device.
    assert_eq!(status(&server, "2001:db8:a:b:ffff::2", "ann", "correct horse").await, 200);
    // The wait passes, also at a place that is new to her, and makes it known.
    tokio::time::sleep(Duration::from_millis(4_100)).await;
    assert_eq!(status(&server, "198.51.100.1", "ann", "correct horse").await, 200);
    for n in 100..110 {
        status(&server, &format!("203.0.113.{n}"), "ann", "wrong horse").await;
    }
    assert_eq!(status(&server, "198.51.100.1", "ann", "correct horse").await, 200);
    // Others are nobody's business.
    register_at(&server, "203.0.113.0", "bob").await;
    assert_eq!(status(&server, "203.0.113.0", "bob", "correct horse").await, 200);
});

#[tokio::test]
async fn an_address_that_guesses_at_many_accounts_waits_except_where_it_was_let_in_before() {
    let settings = [PROXY, LONG_WAITS, ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ADDRESS", "5")];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    register_at(&server, "192.0.2.1", "ann").await;
    register_at(&server, "192.0.2.2", "bob").await;
    for n in 0..5 {
        assert_eq!(status(&server, "192.0.2.1", &format!("nobody{n}"), "wrong horse").await, 401);
    }
    assert_eq!(status(&server, "192.0.2.1", "nobody", "wrong horse").await, 429);
    assert_eq!(status(&server, "192.0.2.1", "bob", "correct horse").await, 429);
    assert_eq!(status(&server, "192.0.2.1", "ann", "correct horse").await, 200);
    assert_eq!(status(&server, "192.0.2.2", "bob", "correct horse").await, 200);
}

#[tokio::test]
async fn the_right_password_forgives_the_slips_before_it() {
    let server = Server::start_with(Backend::Sqlite, &[THREE_FREE]).await;
    Person::register(&server, "ann").await;
    for _ in 0..4 {
        for _ in 0..2 {
            assert_eq!(status(&server, "", "ann", "wrong horse").await, 401);
        }
        assert_eq!(status(&server, "", "ann", "correct horse").await, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_guesses_at_once_are_no_way_around_waiting() {
    let server =
        Server::start_with(Backend::Sqlite, &[THREE_FREE, LONG_WAITS, ("RIALTO__AUTH__BCRYPT_COST", "8")]).await;
    Person::register(&server, "ann").await;
    let guesses = (0..24).map(|n| {
        let request = server.rest().request(Method::POST, "auth/login");
        let request = request.json(&json!({ "login": "ann", "password": format!("wrong horse {n}") }));
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    });
    let mut judged = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let status = guess.await.unwrap();
        assert!(matches!(status, 401 | 429), "{status}");
        judged += usize::from(status == 401);
    }
    assert_eq!(judged, 3);
}

#[tokio::test]
async fn each_longer_wait_is_written_down_once() {
    let server = Server::start_with(Backend::Sqlite, &[THREE_FREE, ("LOG_LEVEL", "info")]).await;
    Person::register(&server, "ann").await;
    let (mut judged, mut refused) = (0, 0);
    while judged < 4 {
        match status(&server, "", "ann", "wrong horse").await {
            401 => judged += 1,
            _ => refused += 1,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(refused > 0);
    // The third was the last one that is free.
    let log = server.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("login_throttled")).collect();
    assert_eq!(lines.len(), 2, "{refused} refused: {lines:?}");
    assert!(lines[0].contains("waits 1 s") && lines[1].contains("waits 2 s"), "{lines:?}");
    assert!(!log.contains("wrong horse"));
}

/// A ratio of medians of interleaved measurements: how fast the machine is does not matter, and a hiccup neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let settings = [
        // Costly enough that hashing is nearly all there is to measure.
        ("RIALTO__AUTH__BCRYPT_COST", "9"),
        ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "100000"),
        ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ADDRESS", "100000"),
        ("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS_PER_ACCOUNT", "100000"),
    ];
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    Person::register(&server, "ann").await;
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..44 {
        for (login, times) in [("ann", &mut wrong), ("nobody", &mut unknown)] {
            let begun = Instant::now();
            assert_eq!(status(&server, "", login, "wrong horse").await, 401);
            // The first few open connections and fill caches.
            if n >= 4 {
                times.push(begun.elapsed());
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    let (wrong, unknown) = (median(&mut wrong), median(&mut unknown));
    let ratio = unknown / wrong;
    assert!((0.8..=1.25).contains(&ratio), "{ratio:.2}: {unknown:.4} s against {wrong:.4} s");
}
