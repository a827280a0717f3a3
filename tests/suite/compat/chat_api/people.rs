use reqwest::{Method, StatusCode};
use rialto_client::wire::identity::{PresenceWord, UpdateProfileRequest};
use serde_json::{Value, json};

use super::client::{line, user};
use crate::compat::support::{At, at_both_places, json as answer};
use crate::support::Person;

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    users_are_listed_and_found,
    an_address_is_for_its_owner_alone,
    the_connected_are_named_and_counted,
    the_server_says_how_it_is,
    other_paths_and_methods_are_refused_in_one_line,
}

async fn users_are_listed_and_found(at: At) {
    let (bob, alice) = (user(&at, "bob").await, user(&at, "alice").await);
    Person::register(&at.server, "mia").await;
    let (status, users) = alice.get(&at, "/api/users").await;
    assert_eq!(status, 200);
    let names: Vec<&Value> = users.as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["alice", "bob", "mia"]);
    let path = format!("/api/users/{}", bob.id);
    assert_eq!(alice.get(&at, &path).await, (StatusCode::OK, users[1].clone()));
    assert_eq!(users[1]["is_online"], false);
    let _socket = bob.connect(&at).await;
    assert_eq!(alice.get(&at, &path).await.1["is_online"], true);
    for unknown in ["7", "0190a0e0000070008000000000000001"] {
        let answer = alice.get(&at, &format!("/api/users/{unknown}")).await;
        assert_eq!(answer, (StatusCode::NOT_FOUND, line("user not found")));
    }
}

async fn an_address_is_for_its_owner_alone(at: At) {
    let (alice, _bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (_, users) = alice.get(&at, "/api/users").await;
    assert_eq!((&users[0]["email"], &users[1]["email"]), (&json!("alice@example.org"), &json!("")));
}

async fn the_connected_are_named_and_counted(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (_, none) = alice.get(&at, "/api/ws/users").await;
    assert_eq!((&none["connected_users"], &none["count"]), (&json!([]), &json!(0)));
    let (_one, _two, _three) = (bob.connect(&at).await, bob.connect(&at).await, alice.connect(&at).await);
    let (status, connected) = alice.get(&at, "/api/ws/users").await;
    assert_eq!((status, &connected["connected_users"]), (StatusCode::OK, &json!(["alice", "bob"])));
    assert_eq!(connected["count"], 2);
    assert!(connected["timestamp"].as_str().unwrap().ends_with('Z'));
    let (_, stats) = alice.get(&at, "/api/ws/stats").await;
    assert_eq!((&stats["active_connections"], &stats["connected_users"]), (&json!(3), &json!(2)));
    let (status, metrics) = at.get("/metrics").await;
    assert_eq!(status, 200);
    for gauge in ["chat_api_connections 3\n", "chat_api_connected_users 2\n"] {
        assert!(metrics.as_str().unwrap().contains(gauge), "{metrics}");
    }
    // Whoever hides is not named.
    let hidden = UpdateProfileRequest { presence: Some(PresenceWord::Hidden), ..UpdateProfileRequest::default() };
    bob.rest(&at).await.update_profile(&hidden).await.unwrap();
    assert_eq!(alice.get(&at, "/api/ws/users").await.1["connected_users"], json!(["alice"]));
}

async fn the_server_says_how_it_is(at: At) {
    let (status, health) = at.get("/health").await;
    assert_eq!(status, 200);
    assert_eq!(
        (&health["status"], &health["database"], &health["websocket"]),
        (&json!("healthy"), &json!("connected"), &json!("ready"))
    );
    assert!(health["timestamp"].is_string() && health["version"].is_string());
}

async fn other_paths_and_methods_are_refused_in_one_line(at: At) {
    for path in ["/api/nope", "/.env", "/Cargo.toml", "/..%2f.env", "/websocket_test.html/x"] {
        assert_eq!(at.get(path).await, (StatusCode::NOT_FOUND, line("404 page not found")), "{path}");
    }
    for (method, path) in
        [(Method::GET, "/api/auth/login"), (Method::DELETE, "/api/messages"), (Method::PUT, "/health")]
    {
        let refused = answer(at.ask(method, path)).await;
        assert_eq!(refused, (StatusCode::METHOD_NOT_ALLOWED, line("Method not allowed")), "{path}");
    }
}
