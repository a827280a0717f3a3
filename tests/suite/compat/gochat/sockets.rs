//! What happens, while it happens.

use tokio_tungstenite::tungstenite::Message;

use super::auth::expired;
use super::*;
use crate::compat::support::now;
use crate::support::Person;
use crate::support::people::message;

at_both_places! { "gochat":
    a_socket_needs_a_token_and_an_upgrade,
    every_connection_of_everybody_hears_it_but_the_one_that_sent_it,
    a_message_has_one_id_everywhere,
    a_message_keeps_its_type,
    what_cannot_be_said_is_an_error_for_its_sender,
    messages_of_one_arrive_in_the_order_they_were_sent,
    what_is_said_here_is_heard_there_and_the_other_way_round,
    a_new_conversation_is_heard_at_once,
    a_session_that_ends_takes_its_sockets_along,
    replies_in_threads_stay_there,
}

async fn refused_at(at: &At, path: &str) -> (StatusCode, Value) {
    let upgrade = at.ask(Method::GET, path).header("connection", "Upgrade").header("upgrade", "websocket");
    let upgrade = upgrade.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    answer(upgrade).await
}

async fn a_socket_needs_a_token_and_an_upgrade(at: At) {
    let ann = User::register(&at, "ann").await;
    for path in ["/ws", "/ws?token="] {
        assert_refused(refused_at(&at, path).await, 401, "Missing token");
    }
    assert_refused(refused_at(&at, "/ws?token=x.y.z").await, 401, "Invalid token");
    assert_refused(refused_at(&at, &format!("/ws?token={}", expired(&ann.token))).await, 401, "Token expired");
    assert_refused(at.get(&format!("/ws?token={}", ann.token)).await, 426, "Upgrade Required");
    ann.connect(&at).await.is_silent().await;
}

async fn every_connection_of_everybody_hears_it_but_the_one_that_sent_it(at: At) {
    let (ann, bob, eve) =
        (User::register(&at, "ann").await, User::register(&at, "bob").await, User::register(&at, "eve").await);
    let id = ann.group(&at, &[&bob, &eve]).await;
    let mut sender = ann.connect(&at).await;
    let mut others = vec![ann.connect(&at).await];
    for user in [&bob, &bob, &eve] {
        others.push(user.connect(&at).await);
    }
    sender.say(json!({ "conversation_id": id, "content": "hi", "type": "text" })).await;
    let mut frames = Vec::new();
    for socket in &mut others {
        frames.push(socket.next().await);
    }
    assert!(frames.iter().all(|frame| *frame == frames[0]), "{frames:?}");
    let frame = frames[0].as_object().unwrap();
    assert_eq!(frame.len(), 7, "{frame:?}");
    for (name, value) in [
        ("conversation_id", json!(id)),
        ("sender_id", json!(ann.id)),
        ("sender_username", json!("ann")),
        ("content", json!("hi")),
        ("type", json!("text")),
    ] {
        assert_eq!(frame[name], value);
    }
    let sent_at = frame["sent_at"].as_i64().unwrap();
    assert!((now().timestamp_millis() - sent_at).abs() < 60_000, "{sent_at}");
    sender.is_silent().await;
    for socket in &mut others {
        socket.is_silent().await;
    }
}

async fn a_message_has_one_id_everywhere(at: At) {
    let canonical = Person::register(&at.server, "bob").await;
    let (ann, bob) = (User::register(&at, "ann").await, User::log_in(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let mut hears = bob.connect(&at).await;
    ann.connect(&at).await.say(said(&id, "hi")).await;
    let frame = hears.next().await;
    let read = &ann.messages(&at, &id, "").await["messages"][0];
    assert_eq!(read["id"], frame["id"]);
    let sent_at = chrono::DateTime::parse_from_rfc3339(&text(&read["sent_at"])).unwrap();
    assert_eq!(sent_at.timestamp_millis(), frame["sent_at"].as_i64().unwrap());
    assert_eq!(canonical.rest.message(uuid(&frame["id"])).await.unwrap().content.as_deref(), Some("hi"));
}

async fn a_message_keeps_its_type(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut hears) = (ann.connect(&at).await, bob.connect(&at).await);
    for kind in ["text", "image", "file", "audio"] {
        speaks.say(json!({ "conversation_id": id, "content": kind, "type": kind })).await;
        assert_eq!(hears.next().await["type"], kind);
        assert_eq!(bob.messages(&at, &id, "?limit=1").await["messages"][0]["type"], kind);
    }
    speaks.say(json!({ "conversation_id": id, "content": "x", "type": "film" })).await;
    assert_eq!(speaks.next().await["error"], true);
}

async fn what_cannot_be_said_is_an_error_for_its_sender(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut hears) = (ann.connect(&at).await, bob.connect(&at).await);
    for (frame, why) in [
        ("no json".to_owned(), "Invalid message format"),
        ("[]".to_owned(), "Invalid message format"),
        (json!({ "conversation_id": id, "content": 7 }).to_string(), "Invalid message format"),
        (json!({ "content": "hi" }).to_string(), "conversation_id is required"),
        (json!({ "conversation_id": "", "content": "hi" }).to_string(), "conversation_id is required"),
        (json!({ "conversation_id": id }).to_string(), "content is required"),
        (said(&id, "").to_string(), "content is required"),
        (said("0190a0e0-0000-7000-8000-000000000001", "hi").to_string(), "Conversation not found"),
        (said(&id, &"x".repeat(8_001)).to_string(), "content must have at most 8000 characters"),
    ] {
        speaks.say(frame).await;
        assert_eq!(speaks.next().await, json!({ "error": true, "message": why }));
    }
    speaks.say(said(&id, &"界".repeat(8_000))).await;
    assert_eq!(text(&hears.next().await["content"]).chars().count(), 8_000);
    speaks.send(Message::text("x".repeat(128 * 1_024 + 1))).await;
    assert_eq!(speaks.closed().await, Some(1009));
}

async fn messages_of_one_arrive_in_the_order_they_were_sent(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let (mut speaks, mut hears) = (ann.connect(&at).await, bob.connect(&at).await);
    for n in 0..100 {
        speaks.say(said(&id, &n.to_string())).await;
    }
    for n in 0..100 {
        assert_eq!(hears.next().await["content"], n.to_string());
    }
}

async fn what_is_said_here_is_heard_there_and_the_other_way_round(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let (ann, bob) = (User::log_in(&at, "ann").await, User::register(&at, "bob").await);
    let id = bob.direct(&at, &ann).await;
    let (mut one, mut other) = (ann.connect(&at).await, bob.connect(&at).await);
    let conversation: Uuid = id.parse().unwrap();
    let sent = canonical.rest.send(conversation, &message("from there")).await.unwrap();
    for socket in [&mut one, &mut other] {
        let frame = socket.next().await;
        assert_eq!((uuid(&frame["id"]), &frame["content"]), (sent.id, &json!("from there")));
    }
    let (mut events, _) = canonical.connect().await;
    other.say(said(&id, "from here")).await;
    let heard = crate::support::people::next_message(&mut events, conversation).await;
    assert_eq!(heard.content.as_deref(), Some("from here"));
    assert_eq!(one.next().await["id"], json!(heard.id));
    let listed = canonical.rest.messages(conversation, "").await.unwrap().items;
    assert_eq!(listed.first().unwrap().id, heard.id);
}

async fn a_new_conversation_is_heard_at_once(at: At) {
    let (ann, bob) = (User::register(&at, "ann").await, User::register(&at, "bob").await);
    let (mut speaks, mut hears) = (ann.connect(&at).await, bob.connect(&at).await);
    let id = ann.direct(&at, &bob).await;
    speaks.say(said(&id, "hi")).await;
    assert_eq!(hears.next().await["content"], "hi");
}

async fn a_session_that_ends_takes_its_sockets_along(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let ann = User::log_in(&at, "ann").await;
    let mut socket = ann.connect(&at).await;
    canonical.rest.log_out_everywhere().await.unwrap();
    assert_eq!(socket.closed().await, Some(1008));
    assert_refused(ann.get(&at, "/api/v1/auth/me").await, 401, "Invalid token");
}

async fn replies_in_threads_stay_there(at: At) {
    let canonical = Person::register(&at.server, "ann").await;
    let (ann, bob) = (User::log_in(&at, "ann").await, User::register(&at, "bob").await);
    let id = ann.direct(&at, &bob).await;
    let mut socket = bob.connect(&at).await;
    let root = canonical.say(id.parse().unwrap(), "root").await;
    canonical.reply(id.parse().unwrap(), root.id, "in the thread").await;
    canonical.say(id.parse().unwrap(), "outside").await;
    assert_eq!(socket.next().await["content"], "root");
    assert_eq!(socket.next().await["content"], "outside");
    assert_eq!(contents(&bob.messages(&at, &id, "").await["messages"]), ["outside", "root"]);
}
