use reqwest::StatusCode;
use rialto_client::wire::messaging::SendMessageRequest;
use serde_json::{Value, json};

use super::client::{User, contents, line, user, uuid};
use crate::compat::support::{At, at_both_places};
use crate::support::lobby;
use crate::support::people::direct;

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    a_message_to_all_is_answered_stored_and_heard_by_all,
    a_direct_message_is_for_the_two_alone,
    nobody_speaks_for_another,
    what_cannot_be_said_is_refused_in_one_line,
    the_list_holds_what_the_caller_may_read_oldest_first,
    what_is_between_two_is_for_the_two,
    all_ways_lead_to_one_world,
}

async fn say(at: &At, user: &User, body: Value) -> Value {
    let (status, said) = user.post(at, "/api/messages", body).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    said
}

async fn a_message_to_all_is_answered_stored_and_heard_by_all(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (mut hers, mut his) = (alice.connect(&at).await, bob.connect(&at).await);
    let said = say(&at, &alice, json!({ "sender": "alice", "content": "Hello everyone 🦀" })).await;
    assert_eq!(said["id"].as_str().unwrap().len(), 32);
    assert_eq!((&said["sender"], &said["recipient"]), (&json!("alice"), &Value::Null));
    assert!(said["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(said["created_at"], said["timestamp"]);
    assert!(said.get("room_id").is_none());
    for socket in [&mut hers, &mut his] {
        assert_eq!(socket.next().await, json!({ "type": "message", "message": said }));
    }
    assert_eq!(bob.get(&at, "/api/messages").await, (StatusCode::OK, json!([said])));
}

async fn a_direct_message_is_for_the_two_alone(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    let (mut hers, mut his, mut third) = (alice.connect(&at).await, bob.connect(&at).await, eve.connect(&at).await);
    let said = say(&at, &alice, json!({ "sender": "alice", "content": "psst", "recipient": "Bob" })).await;
    assert_eq!(said["recipient"], "bob");
    for socket in [&mut hers, &mut his] {
        assert_eq!(socket.next().await, json!({ "type": "direct_message", "message": said }));
    }
    his.say(json!({ "type": "message", "content": "what?", "recipient": "alice" })).await;
    for socket in [&mut hers, &mut his] {
        let heard = socket.next().await;
        assert_eq!((&heard["type"], &heard["message"]["sender"]), (&json!("direct_message"), &json!("bob")));
        assert_eq!(heard["message"]["recipient"], "alice");
    }
    third.is_silent().await;
    assert_eq!(eve.get(&at, "/api/messages").await.1, json!([]));
}

async fn nobody_speaks_for_another(at: At) {
    let (alice, _bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (status, text) = alice.post(&at, "/api/messages", json!({ "sender": "bob", "content": "I owe alice" })).await;
    assert_eq!((status, text), (StatusCode::FORBIDDEN, line("sender must be the user who is signed in")));
    assert_eq!(alice.get(&at, "/api/messages").await.1, json!([]));
    for own in [
        json!({ "content": "1" }),
        json!({ "sender": "ALICE", "content": "2" }),
        json!({ "sender": alice.id, "content": "3" }),
    ] {
        assert_eq!(say(&at, &alice, own).await["sender"], "alice");
    }
}

async fn what_cannot_be_said_is_refused_in_one_line(at: At) {
    let alice = user(&at, "alice").await;
    let unknown = "0190a0e0000070008000000000000001";
    for (body, status, text) in [
        (json!({ "sender": "alice" }), 400, "Content is required"),
        (json!({ "sender": "alice", "content": "" }), 400, "Content is required"),
        (json!({ "content": 7 }), 400, "Invalid request body"),
        (json!([]), 400, "Invalid request body"),
        (json!({ "content": "hi", "recipient": "nobody" }), 404, "recipient not found"),
        (json!({ "content": "hi", "recipient": "no body" }), 404, "recipient not found"),
        (json!({ "content": "hi", "recipient": "alice" }), 400, "a direct conversation needs another user"),
        (json!({ "content": "hi", "room_id": unknown }), 404, "room not found"),
        (json!({ "content": "hi", "room_id": "7" }), 404, "room not found"),
        (json!({ "content": "hi", "room_id": lobby().simple().to_string() }), 404, "room not found"),
        (
            json!({ "content": "hi", "recipient": "bob", "room_id": unknown }),
            400,
            "A message is for a recipient or for a room, not for both",
        ),
    ] {
        let refused = alice.post(&at, "/api/messages", body.clone()).await;
        assert_eq!(refused, (StatusCode::from_u16(status).unwrap(), line(text)), "{body}");
    }
    let long = alice.post(&at, "/api/messages", json!({ "content": "x".repeat(8_001) })).await;
    assert_eq!(long.0, 400);
    assert_eq!(alice.get(&at, "/api/messages").await.1, json!([]));
    let empty = json!({ "content": "to all", "recipient": "", "room_id": "" });
    assert_eq!(say(&at, &alice, empty).await["recipient"], Value::Null);
}

async fn the_list_holds_what_the_caller_may_read_oldest_first(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    let room = alice.make_room(&at, "den", &[&bob]).await;
    for n in 0..120 {
        say(&at, &alice, json!({ "content": n.to_string() })).await;
    }
    say(&at, &alice, json!({ "content": "to bob", "recipient": "bob" })).await;
    say(&at, &eve, json!({ "content": "to alice", "recipient": "alice" })).await;
    say(&at, &bob, json!({ "content": "in the den", "room_id": room })).await;
    say(&at, &eve, json!({ "content": "to all" })).await;
    let mut expected: Vec<String> = (0..120).map(|n| n.to_string()).collect();
    let later = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    expected.extend(later(&["to bob", "to alice", "in the den", "to all"]));
    assert_eq!(contents(&alice.get(&at, "/api/messages").await.1), expected);
    expected.truncate(120);
    expected.extend(later(&["to alice", "to all"]));
    let hers = eve.get(&at, "/api/messages").await.1;
    assert_eq!(contents(&hers), expected);
    let direct = &hers.as_array().unwrap()[120];
    assert_eq!((&direct["sender"], &direct["recipient"]), (&json!("eve"), &json!("alice")));
}

async fn what_is_between_two_is_for_the_two(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    assert_eq!(alice.get(&at, "/api/messages/between/alice/bob").await, (StatusCode::OK, json!([])));
    // Looking has begun nothing.
    let theirs = bob.rest(&at).await.conversations().await.unwrap().items;
    assert_eq!(theirs.len(), 1);
    say(&at, &alice, json!({ "content": "one", "recipient": "bob" })).await;
    say(&at, &bob, json!({ "content": "two", "recipient": "alice" })).await;
    say(&at, &eve, json!({ "content": "other", "recipient": "bob" })).await;
    for (who, path) in [(&alice, "alice/bob"), (&alice, "bob/alice"), (&bob, "Alice/Bob")] {
        let between = who.get(&at, &format!("/api/messages/between/{path}")).await.1;
        assert_eq!(contents(&between), ["one", "two"], "{path}");
    }
    let refused = eve.get(&at, "/api/messages/between/alice/bob").await;
    assert_eq!(refused, (StatusCode::FORBIDDEN, line("only the two may read what is between them")));
    let unknown = alice.get(&at, "/api/messages/between/alice/nobody").await;
    assert_eq!(unknown, (StatusCode::NOT_FOUND, line("user not found")));
}

async fn all_ways_lead_to_one_world(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let (hers, his) = (alice.rest(&at).await, bob.rest(&at).await);
    let mut socket = alice.connect(&at).await;
    // What is posted here is there, under the same id.
    let said = say(&at, &alice, json!({ "content": "by HTTP" })).await;
    socket.next().await;
    socket.say(json!({ "type": "message", "content": "by socket" })).await;
    let by_socket = socket.next().await["message"].clone();
    let there = his.messages(lobby(), "").await.unwrap().items;
    let ids: Vec<_> = there.iter().map(|message| message.id).collect();
    for message in [&said, &by_socket] {
        assert!(ids.contains(&uuid(message["id"].as_str().unwrap())), "{message}");
    }
    // What is said there is heard and read here.
    let text = |content: &str| SendMessageRequest { content: content.into(), ..SendMessageRequest::default() };
    his.send(lobby(), &text("from there")).await.unwrap();
    let heard = socket.next().await;
    assert_eq!((&heard["type"], &heard["message"]["content"]), (&json!("message"), &json!("from there")));
    let between = his.create_conversation(&direct(uuid(&alice.id))).await.unwrap();
    let sent = his.send(between.id, &text("psst")).await.unwrap();
    let heard = socket.next().await;
    assert_eq!((&heard["type"], &heard["message"]["recipient"]), (&json!("direct_message"), &json!("alice")));
    assert_eq!(uuid(heard["message"]["id"].as_str().unwrap()), sent.id);
    assert_eq!(alice.get(&at, "/api/messages/between/bob/alice").await.1, json!([heard["message"]]));
    // What is taken back there is gone here.
    his.delete(sent.id).await.unwrap();
    assert_eq!(alice.get(&at, "/api/messages/between/bob/alice").await.1, json!([]));
    // And an answer here is in the conversation there.
    say(&at, &alice, json!({ "content": "yes?", "recipient": "bob" })).await;
    let there = hers.messages(between.id, "").await.unwrap().items;
    assert!(there.iter().any(|message| message.content.as_deref() == Some("yes?")));
}
