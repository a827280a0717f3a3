use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::client::{contents, user};
use crate::compat::support::{At, at_both_places};

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    a_socket_opens_by_the_cookie_too,
    a_ping_is_answered,
    what_cannot_be_said_is_an_error_for_its_sender_alone,
    a_frame_of_512_bytes_passes_and_a_larger_one_closes,
    every_connection_of_a_user_gets_everything,
    a_burst_arrives_whole_and_in_order,
    a_server_that_stops_says_goodbye,
}

async fn a_socket_opens_by_the_cookie_too(at: At) {
    let alice = user(&at, "alice").await;
    let cookie = format!("theme=dark; jwt_token={}", alice.token);
    let mut socket = at.try_socket("/api/ws/connect", &[("cookie", &cookie)]).await.unwrap();
    assert_eq!(socket.next().await["username"], "alice");
}

async fn a_ping_is_answered(at: At) {
    let mut socket = user(&at, "alice").await.connect(&at).await;
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong", "status": "ok" }));
}

async fn what_cannot_be_said_is_an_error_for_its_sender_alone(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (mut hers, mut his) = (alice.connect(&at).await, bob.connect(&at).await);
    let error = |text: &str| json!({ "type": "error", "error": text });
    for broken in ["{", "[]", "7", "{}", r#"{"type":7}"#, r#"{"type":"message","content":7}"#] {
        hers.say(broken).await;
        assert_eq!(hers.next().await, error("Invalid message format"), "{broken}");
    }
    for (frame, text) in [
        (json!({ "type": "message" }), "Content is required"),
        (json!({ "type": "message", "content": "hi", "recipient": "nobody" }), "recipient not found"),
        (json!({ "type": "dance" }), r#"Unknown message type "dance""#),
    ] {
        hers.say(frame).await;
        assert_eq!(hers.next().await, error(text));
    }
    // Who says it, is who is connected.
    hers.say(json!({ "type": "message", "sender": "bob", "content": "still here" })).await;
    for socket in [&mut hers, &mut his] {
        let heard = socket.next().await;
        assert_eq!(
            (&heard["message"]["sender"], &heard["message"]["content"]),
            (&json!("alice"), &json!("still here"))
        );
    }
}

async fn a_frame_of_512_bytes_passes_and_a_larger_one_closes(at: At) {
    let mut socket = user(&at, "alice").await.connect(&at).await;
    let padded = |length: usize| {
        let frame = r#"{"type":"message","content":""}"#;
        frame.replace(r#""""#, &format!("\"{}\"", "x".repeat(length - frame.len())))
    };
    socket.say(padded(512)).await;
    assert_eq!(socket.next().await["type"], "message");
    socket.send(Message::text(padded(513))).await;
    assert_eq!(socket.closed().await, Some(1009));
}

async fn every_connection_of_a_user_gets_everything(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (mut one, mut two) = (alice.connect(&at).await, alice.connect(&at).await);
    bob.post(&at, "/api/messages", json!({ "content": "to all" })).await;
    bob.post(&at, "/api/messages", json!({ "content": "to alice", "recipient": "alice" })).await;
    for socket in [&mut one, &mut two] {
        assert_eq!(socket.next().await["message"]["content"], "to all");
        assert_eq!(socket.next().await["message"]["content"], "to alice");
    }
    one.leave().await;
    bob.post(&at, "/api/messages", json!({ "content": "still there?" })).await;
    assert_eq!(two.next().await["message"]["content"], "still there?");
    assert_eq!(bob.get(&at, &format!("/api/users/{}", alice.id)).await.1["is_online"], true);
}

async fn a_burst_arrives_whole_and_in_order(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (mut hers, mut his) = (alice.connect(&at).await, bob.connect(&at).await);
    let expected: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    for content in &expected {
        hers.say(json!({ "type": "message", "content": content })).await;
    }
    for content in &expected {
        assert_eq!(his.next().await["message"]["content"], Value::from(content.as_str()));
    }
    assert_eq!(contents(&bob.get(&at, "/api/messages").await.1), expected);
}

async fn a_server_that_stops_says_goodbye(mut at: At) {
    let mut socket = user(&at, "alice").await.connect(&at).await;
    let (code, closed) = tokio::join!(at.server.stop(), socket.closed());
    assert_eq!((code, closed), (Some(0), Some(1001)));
}
