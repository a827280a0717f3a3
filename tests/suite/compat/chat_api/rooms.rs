use reqwest::{Method, StatusCode};
use rialto_client::wire::messaging::VisibilityWord;
use serde_json::{Value, json};

use super::client::{User, contents, line, user, uuid};
use crate::compat::support::{At, at_both_places, json as answer};
use crate::support::{Person, lobby};

const SETTINGS: &[(&str, &str)] = &[];

at_both_places! { "chat-api":
    a_room_is_made_with_its_creator_in_it,
    what_is_no_room_cannot_be_made_or_seen,
    a_room_is_for_its_members_alone,
    members_come_and_go,
    rooms_are_groups_and_channels_on_the_servers_own_api,
    the_rooms_of_a_user_are_those_that_the_caller_shares,
}

fn not_found() -> (StatusCode, Value) {
    (StatusCode::NOT_FOUND, line("room not found"))
}

async fn a_room_is_made_with_its_creator_in_it(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    let wanted = json!({ "name": "den", "description": "for two", "members": [bob.id, alice.id, bob.id] });
    let (status, room) = alice.post(&at, "/api/rooms", wanted).await;
    assert_eq!(status, 200);
    assert_eq!(room["id"].as_str().unwrap().len(), 32);
    assert_eq!((&room["name"], &room["description"]), (&json!("den"), &json!("for two")));
    assert_eq!(room["members"], json!([alice.id, bob.id]));
    assert!(room["created_at"].as_str().unwrap().ends_with('Z'));
    let path = format!("/api/rooms/{}", room["id"].as_str().unwrap());
    for who in [&alice, &bob] {
        assert_eq!(who.get(&at, &path).await, (StatusCode::OK, room.clone()));
    }
    let bare = alice.post(&at, "/api/rooms", json!({ "name": "den" })).await;
    assert_eq!((bare.0, &bare.1["members"], &bare.1["description"]), (StatusCode::OK, &json!([alice.id]), &json!("")));
}

async fn what_is_no_room_cannot_be_made_or_seen(at: At) {
    let (alice, bob) = (user(&at, "alice").await, user(&at, "bob").await);
    for body in [json!({}), json!({ "name": " " }), json!({ "name": 7 }), json!({ "name": "x".repeat(101) })] {
        assert_eq!(alice.post(&at, "/api/rooms", body.clone()).await.0, 400, "{body}");
    }
    for stranger in ["7", "0190a0e0000070008000000000000001"] {
        let refused = alice.post(&at, "/api/rooms", json!({ "name": "den", "members": [stranger] })).await;
        assert_eq!(refused, (StatusCode::NOT_FOUND, line("user not found")));
    }
    alice.post(&at, "/api/messages", json!({ "content": "psst", "recipient": "bob" })).await;
    let all = alice.rest(&at).await.conversations().await.unwrap().items;
    assert_eq!(all.len(), 2);
    let ids = all.iter().map(|one| one.id.simple().to_string());
    for id in ids.chain(["7".to_owned(), "0190a0e0000070008000000000000001".to_owned()]) {
        assert_eq!(alice.get(&at, &format!("/api/rooms/{id}")).await, not_found());
        assert_eq!(alice.get(&at, &format!("/api/rooms/{id}/messages")).await, not_found());
        for method in [Method::POST, Method::DELETE] {
            let path = format!("/api/rooms/{id}/members/{}", bob.id);
            assert_eq!(answer(alice.ask(&at, method, &path)).await, not_found());
        }
    }
}

async fn a_room_is_for_its_members_alone(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    let room = alice.make_room(&at, "den", &[&bob]).await;
    let (mut hers, mut his, mut third) = (alice.connect(&at).await, bob.connect(&at).await, eve.connect(&at).await);
    let (status, said) = alice.post(&at, "/api/messages", json!({ "content": "by HTTP", "room_id": room })).await;
    assert_eq!((status, &said["room_id"], &said["recipient"]), (StatusCode::OK, &json!(room), &Value::Null));
    his.say(json!({ "type": "message", "content": "by socket", "room_id": room })).await;
    for socket in [&mut hers, &mut his] {
        assert_eq!(socket.next().await, json!({ "type": "message", "message": said }));
        let heard = socket.next().await;
        assert_eq!((&heard["type"], &heard["message"]["room_id"]), (&json!("message"), &json!(room)));
        assert_eq!(heard["message"]["content"], "by socket");
    }
    third.say(json!({ "type": "message", "content": "me too", "room_id": room })).await;
    assert_eq!(third.next().await, json!({ "type": "error", "error": "room not found" }));
    third.is_silent().await;
    assert_eq!(eve.post(&at, "/api/messages", json!({ "content": "me too", "room_id": room })).await, not_found());
    for path in [format!("/api/rooms/{room}"), format!("/api/rooms/{room}/messages")] {
        assert_eq!(eve.get(&at, &path).await, not_found());
    }
    let listed = bob.get(&at, &format!("/api/rooms/{room}/messages")).await.1;
    assert_eq!(contents(&listed), ["by HTTP", "by socket"]);
}

async fn members_come_and_go(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    let room = alice.make_room(&at, "den", &[]).await;
    let of = |who: &User| format!("/api/rooms/{room}/members/{}", who.id);
    let done = (StatusCode::OK, json!({ "status": "success" }));
    // Nobody brings themselves or others into what they are not in.
    for who in [&eve, &bob] {
        assert_eq!(answer(eve.ask(&at, Method::POST, &of(who))).await, not_found());
        assert_eq!(answer(eve.ask(&at, Method::DELETE, &of(who))).await, not_found());
    }
    let mut his = bob.connect(&at).await;
    for _ in 0..2 {
        assert_eq!(answer(alice.ask(&at, Method::POST, &of(&bob))).await, done);
    }
    alice.post(&at, "/api/messages", json!({ "content": "welcome", "room_id": room })).await;
    assert_eq!(his.next().await["message"]["content"], "welcome");
    let path = format!("/api/rooms/{room}/members/0190a0e0000070008000000000000001");
    assert_eq!(answer(alice.ask(&at, Method::POST, &path)).await, (StatusCode::NOT_FOUND, line("user not found")));
    assert_eq!(answer(bob.ask(&at, Method::DELETE, &of(&alice))).await.0, StatusCode::FORBIDDEN);
    // Whoever is taken out hears nothing more.
    assert_eq!(answer(alice.ask(&at, Method::DELETE, &of(&bob))).await, done);
    alice.post(&at, "/api/messages", json!({ "content": "without bob", "room_id": room })).await;
    his.is_silent().await;
    assert_eq!(bob.get(&at, &format!("/api/rooms/{room}")).await, not_found());
    assert_eq!(answer(alice.ask(&at, Method::DELETE, &of(&bob))).await.0, StatusCode::NOT_FOUND);
    // One leaves by taking oneself out.
    assert_eq!(answer(alice.ask(&at, Method::POST, &of(&eve))).await, done);
    assert_eq!(answer(eve.ask(&at, Method::DELETE, &of(&eve))).await, done);
    assert_eq!(alice.get(&at, &format!("/api/rooms/{room}")).await.1["members"], json!([alice.id]));
}

async fn rooms_are_groups_and_channels_on_the_servers_own_api(at: At) {
    let (alice, mia) = (user(&at, "alice").await, Person::register(&at.server, "mia").await);
    let room = alice.make_room(&at, "den", &[]).await;
    let there = alice.rest(&at).await.conversation(uuid(&room)).await.unwrap();
    assert_eq!(there.name.as_deref(), Some("den"));
    // A public channel is there for whoever comes in, and a room from then on.
    let channel = mia.start_channel("rust", VisibilityWord::Public).await;
    let id = channel.id.simple().to_string();
    assert_eq!(alice.get(&at, &format!("/api/rooms/{id}")).await, not_found());
    let own = format!("/api/rooms/{id}/members/{}", alice.id);
    assert_eq!(answer(alice.ask(&at, Method::POST, &own)).await.0, 200);
    mia.say(channel.id, "hello crabs").await;
    let listed = alice.get(&at, &format!("/api/rooms/{id}/messages")).await.1;
    assert_eq!((&listed[0]["content"], &listed[0]["room_id"]), (&json!("hello crabs"), &json!(id)));
    let private = mia.start_channel("secrets", VisibilityWord::Private).await.id.simple().to_string();
    let own = format!("/api/rooms/{private}/members/{}", alice.id);
    assert_eq!(answer(alice.ask(&at, Method::POST, &own)).await, not_found());
}

async fn the_rooms_of_a_user_are_those_that_the_caller_shares(at: At) {
    let (alice, bob, eve) = (user(&at, "alice").await, user(&at, "bob").await, user(&at, "eve").await);
    let shared = alice.make_room(&at, "shared", &[&bob]).await;
    let own = alice.make_room(&at, "own", &[]).await;
    let rooms = async |who: &User, of: &User| {
        let (status, rooms) = who.get(&at, &format!("/api/users/{}/rooms", of.id)).await;
        assert_eq!(status, 200);
        let mut ids: Vec<String> =
            rooms.as_array().unwrap().iter().map(|room| room["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        assert!(!ids.contains(&lobby().simple().to_string()));
        ids
    };
    let mut both = vec![shared.clone(), own];
    both.sort();
    assert_eq!(rooms(&alice, &alice).await, both);
    assert_eq!(rooms(&bob, &alice).await, std::slice::from_ref(&shared));
    assert_eq!(rooms(&alice, &bob).await, [shared]);
    assert!(rooms(&eve, &alice).await.is_empty());
    let unknown = alice.get(&at, "/api/users/0190a0e0000070008000000000000001/rooms").await;
    assert_eq!(unknown, (StatusCode::NOT_FOUND, line("user not found")));
}
