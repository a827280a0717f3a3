//! Anonymous chat in one room.

use reqwest::{Method, StatusCode};
use rialto_client::wire::messaging::SendMessageRequest;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::support::{At, Raw, at_both_places, json as answer};
use crate::support::{Person, lobby};

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "realtime-chat":
    the_root_and_every_unknown_path_say_how_to_connect,
    the_pages_say_who_is_here_and_how_the_server_is,
    whoever_comes_is_welcomed_and_everybody_hears_of_it,
    a_name_may_be_missing_odd_or_taken,
    what_one_says_everybody_hears_under_the_name_that_the_server_knows,
    messages_of_one_arrive_in_the_order_they_were_sent,
    a_broken_frame_is_an_error_for_its_sender_alone,
    a_frame_of_64_kib_passes_and_a_larger_one_closes,
    what_is_said_here_is_said_in_the_lobby_and_the_other_way_round,
    where_guests_are_not_let_in_nobody_comes_by_this_way,
    pages_of_every_origin_may_ask,
    a_server_that_stops_says_goodbye,
}

async fn join(at: &At, name: &str) -> (Raw, String) {
    let mut socket = at.socket(&format!("/ws?username={name}")).await;
    let welcome = socket.next().await;
    assert_eq!(welcome["type"], "welcome");
    let id = welcome["userId"].as_str().unwrap().to_owned();
    assert_eq!(socket.next().await["type"], "join");
    (socket, id)
}

fn is_chat(frame: &Value) -> bool {
    frame["type"] == "chat"
}

async fn the_root_and_every_unknown_path_say_how_to_connect(at: At) {
    for path in ["/", "/nope", "/api/nope"] {
        let answer = at.ask(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
        let text = answer.text().await.unwrap();
        let lines: Vec<_> = text.lines().collect();
        let expected = [
            "golang-realtime-chat backend is running",
            "Active connections: 0",
            "Connect to /ws?username=YourName to join the chat",
        ];
        assert_eq!(lines, expected);
    }
}

async fn the_pages_say_who_is_here_and_how_the_server_is(at: At) {
    assert_eq!(at.get("/healthz").await, (StatusCode::OK, json!({ "status": "ok" })));
    assert_eq!(at.get("/api/users").await.1, json!({ "users": [], "usersDetailed": [], "count": 0 }));
    let (_ann, id) = join(&at, "ann").await;
    let users = json!({ "users": ["ann"], "usersDetailed": [{ "id": id, "username": "ann" }], "count": 1 });
    assert_eq!(at.get("/api/users").await.1, users);
    let (_, stats) = at.get("/api/stats").await;
    assert_eq!(stats["active_connections"], 1);
    assert!(stats["uptime"].as_str().unwrap().ends_with('s'), "{stats}");
    assert!(stats["server_time"].as_str().unwrap().ends_with('Z'), "{stats}");
    for path in ["/api/users", "/api/stats"] {
        let refused = answer(at.ask(Method::POST, path)).await;
        assert_eq!(refused, (StatusCode::METHOD_NOT_ALLOWED, json!("Method not allowed\n")));
    }
}

async fn whoever_comes_is_welcomed_and_everybody_hears_of_it(at: At) {
    let mut ann = at.socket("/ws?username=ann").await;
    let welcome = ann.next().await;
    assert_eq!((&welcome["type"], &welcome["content"]), (&json!("welcome"), &json!("Welcome to the chat!")));
    let ann_id = welcome["userId"].as_str().unwrap().to_owned();
    assert!(ann_id.parse::<u64>().is_ok());
    let joined = ann.next().await;
    assert_eq!((&joined["type"], &joined["userId"]), (&json!("join"), &json!(ann_id)));
    assert_eq!(joined["content"], format!("ann ({ann_id}) joined the chat"));
    let (bob, bob_id) = join(&at, "bob").await;
    assert_ne!(ann_id, bob_id);
    let joined = ann.next().await;
    assert_eq!(
        (&joined["type"], &joined["username"], &joined["userId"]),
        (&json!("join"), &json!("bob"), &json!(bob_id))
    );
    assert!(joined["timestamp"].as_str().unwrap().contains('T'));
    bob.leave().await;
    let left = ann.next().await;
    assert_eq!((&left["type"], &left["content"]), (&json!("leave"), &json!(format!("bob ({bob_id}) left the chat"))));
}

async fn a_name_may_be_missing_odd_or_taken(at: At) {
    let (_first, one) = join(&at, "ann").await;
    let (_second, two) = join(&at, "ann").await;
    assert_ne!(one, two);
    let mut nameless = at.socket("/ws").await;
    assert_eq!(nameless.next().await["username"], "Anonymous");
    let mut odd = at.socket("/ws?username=%E5%B0%8F%20%E2%80%AE%F0%9F%A6%80").await;
    assert_eq!(odd.next().await["type"], "welcome");
    let mut long = at.socket(&format!("/ws?username={}", "x".repeat(500))).await;
    assert_eq!(long.next().await["username"], "x".repeat(50));
}

async fn what_one_says_everybody_hears_under_the_name_that_the_server_knows(at: At) {
    let ((mut ann, ann_id), (mut bob, _)) = (join(&at, "ann").await, join(&at, "bob").await);
    let forged = json!({ "type": "leave", "username": "bob", "userId": "99", "content": "hi 🦀", "timestamp": "1999-01-01T00:00:00Z" });
    ann.say(&forged).await;
    for socket in [&mut ann, &mut bob] {
        let heard = socket.next_where(is_chat).await;
        assert_eq!(
            (&heard["username"], &heard["userId"], &heard["content"]),
            (&json!("ann"), &json!(ann_id), &json!("hi 🦀"))
        );
        assert!(!heard["timestamp"].as_str().unwrap().starts_with("1999"));
    }
}

async fn messages_of_one_arrive_in_the_order_they_were_sent(at: At) {
    let ((mut ann, _), (mut bob, _)) = (join(&at, "ann").await, join(&at, "bob").await);
    for n in 0..30 {
        ann.say(json!({ "content": n.to_string() })).await;
    }
    for n in 0..30 {
        assert_eq!(bob.next_where(is_chat).await["content"], n.to_string());
    }
}

async fn a_broken_frame_is_an_error_for_its_sender_alone(at: At) {
    let ((mut ann, _), (mut bob, _)) = (join(&at, "ann").await, join(&at, "bob").await);
    ann.next().await;
    for broken in ["{", "[]", "7", r#"{"content":7}"#, r#"{"content":""}"#, "{}"] {
        ann.say(broken).await;
        let error = ann.next().await;
        assert_eq!(error["type"], "error", "{broken}");
        assert!(!error["content"].as_str().unwrap().is_empty() && error["timestamp"].is_string());
    }
    bob.is_silent().await;
    ann.say(json!({ "content": "still here" })).await;
    assert_eq!(bob.next().await["content"], "still here");
}

async fn a_frame_of_64_kib_passes_and_a_larger_one_closes(at: At) {
    let (mut ann, _) = join(&at, "ann").await;
    let padded = |length: usize| format!(r#"{{"content":"hi","padding":"{}"}}"#, "x".repeat(length));
    ann.say(padded(65_536 - 31)).await;
    assert_eq!(ann.next().await["content"], "hi");
    ann.send(Message::text(padded(70_000))).await;
    assert_eq!(ann.closed().await, Some(1009));
}

async fn what_is_said_here_is_said_in_the_lobby_and_the_other_way_round(at: At) {
    let (mut ann, _) = join(&at, "ann").await;
    let member = Person::register(&at.server, "mia").await;
    ann.say(json!({ "content": "hello lobby" })).await;
    ann.next_where(is_chat).await;
    let messages = member.rest.messages(lobby(), "").await.unwrap().items;
    let said = messages.last().unwrap();
    assert_eq!(said.content.as_deref(), Some("hello lobby"));
    assert_eq!(said.sender.display_name, "ann");
    let said = SendMessageRequest { content: "hello surface".into(), ..SendMessageRequest::default() };
    member.rest.send(lobby(), &said).await.unwrap();
    let heard = ann.next_where(is_chat).await;
    assert_eq!((&heard["username"], &heard["content"]), (&json!("mia"), &json!("hello surface")));
}

async fn where_guests_are_not_let_in_nobody_comes_by_this_way(mut at: At) {
    at.server.restart_with(&[("RIALTO__AUTH__GUESTS", "false")]).await;
    let place = at.server.places_of("realtime-chat")[0].clone();
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("{place}/ws?username=ann").replacen("http", "ws", 1)).await.unwrap();
    let first = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    let refusal: Value = serde_json::from_str(first.to_text().unwrap()).unwrap();
    assert_eq!(refusal["type"], "error");
    assert!(refusal["content"].as_str().unwrap().contains("guests"), "{refusal}");
}

async fn pages_of_every_origin_may_ask(at: At) {
    let preflight = at.ask(Method::OPTIONS, "/api/users").header("origin", "null").send().await.unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let answer = at.ask(Method::GET, "/api/users").header("origin", "https://anywhere.example").send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    assert!(at.try_socket("/ws?username=ann", &[("origin", "https://anywhere.example")]).await.is_ok());
}

async fn a_server_that_stops_says_goodbye(mut at: At) {
    let (mut ann, _) = join(&at, "ann").await;
    let (code, closed) = tokio::join!(at.server.stop(), ann.closed());
    assert_eq!((code, closed), (Some(0), Some(1001)));
}
