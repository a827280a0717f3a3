//! How people go.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::identity::{DeleteAccountRequest, MessagesWord};
use rialto_client::wire::messaging::MessageView;
use uuid::Uuid;

use crate::support::people::direct;
use crate::support::problem::{code, problem, refused};
use crate::support::{Person, Scene, Server, lobby, on_every_database};

fn with(password: &str, messages: MessagesWord) -> DeleteAccountRequest {
    DeleteAccountRequest { password: Some(password.to_owned()), messages }
}

/// Asks until it is so.
async fn soon(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within ten seconds");
}

async fn members(person: &Person, conversation: Uuid) -> Vec<Uuid> {
    let path = format!("conversations/{conversation}/members");
    let list: serde_json::Value = person.rest.request(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|member| member["user"]["id"].as_str().unwrap().parse().unwrap()).collect()
}

async fn history(person: &Person, conversation: Uuid) -> Vec<MessageView> {
    let path = format!("conversations/{conversation}/messages?limit=100");
    let list: serde_json::Value = person.rest.request(Method::GET, &path).send().await.unwrap().json().await.unwrap();
    serde_json::from_value(list["items"].clone()).unwrap()
}

on_every_database!(a_wrong_password_deletes_nothing, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    for body in [serde_json::json!({ "password": "wrong horse" }), serde_json::json!({})] {
        let request = ann.rest.request(Method::DELETE, "users/me").json(&body);
        assert_eq!(problem(request).await, refused(403, "wrong_password", &[("password", "wrong")]));
    }
    assert!(ann.rest.me().await.is_ok());
});

on_every_database!(whoever_is_wrong_too_often_waits, async |backend| {
    let settings = [("RIALTO__LIMITS__LOGIN_FREE_ATTEMPTS", "3"), ("RIALTO__LIMITS__LOGIN_FIRST_WAIT_SECONDS", "50")];
    let server = Server::start_with(backend, &settings).await;
    let ann = Person::register(&server, "ann").await;
    for _ in 0..3 {
        let answer = ann.rest.delete_account(&with("wrong horse", MessagesWord::Keep)).await;
        assert_eq!(code(answer), "wrong_password");
    }
    let answer = ann.rest.delete_account(&with("correct horse", MessagesWord::Keep)).await;
    assert_eq!(code(answer), "login_throttled");
    assert!(ann.rest.me().await.is_ok());
});

on_every_database!(those_who_run_the_server_do_not_list_who_has_gone, async |backend| {
    let server = Server::start(backend).await;
    let (root, ann) = (Person::admin(&server, "root").await, Person::register(&server, "ann").await);
    ann.rest.delete_account(&with("correct horse", MessagesWord::Keep)).await.unwrap();
    let list = root.rest.request(Method::GET, "admin/users").send().await.unwrap();
    let list: serde_json::Value = list.json().await.unwrap();
    let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["root"]);
    let change = serde_json::json!({ "disabled": true });
    let request = root.rest.request(Method::PATCH, &format!("admin/users/{}", ann.id())).json(&change);
    assert_eq!(request.send().await.unwrap().status(), 404);
});

on_every_database!(a_deleted_account_is_of_no_use_at_once, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let (mut socket, _) = ann.connect().await;
    ann.rest.delete_account(&with("correct horse", MessagesWord::Keep)).await.unwrap();
    assert_eq!(code(ann.rest.me().await), "token_invalid");
    assert_eq!(code(server.rest().refresh(&ann.signed_in.tokens.refresh_token).await), "token_invalid");
    assert_eq!(code(server.rest().log_in("ann", "correct horse").await), "wrong_credentials");
    // The socket ends, whatever it was told before.
    let began = std::time::Instant::now();
    while socket.next_within(Duration::from_secs(5)).await.is_ok() {}
    assert!(began.elapsed() < Duration::from_secs(4), "the socket is closed");

    let left = bob.rest.user(ann.id()).await.unwrap();
    assert!(left.username.starts_with("deleted-") && left.display_name == "Deleted user", "{left:?}");
    assert_eq!(bob.rest.users("").await.unwrap().items.len(), 1);
    let again = Person::register(&server, "ann").await;
    assert_ne!(again.id(), ann.id());
});

on_every_database!(whoever_goes_leaves_every_conversation_but_the_direct_ones, async |backend| {
    let scene = Scene::start(backend).await;
    let (ann, bob, carol) = (&scene.ann, &scene.bob, &scene.carol);
    let talk = ann.rest.create_conversation(&direct(bob.id())).await.unwrap().id;
    ann.say(talk, "remember me").await;
    ann.say(scene.room, "hi all").await;
    let alone = ann.start_group("alone", &[]).await.id;
    ann.rest.delete_account(&with("correct horse", MessagesWord::Keep)).await.unwrap();

    soon("ann is out of the room", async || members(bob, scene.room).await == [bob.id(), carol.id()]).await;
    soon("ann is out of the lobby", async || !members(bob, lobby()).await.contains(&ann.id())).await;
    assert_eq!(bob.rest.conversation(scene.room).await.unwrap().role.as_deref(), Some("owner"));
    let log = bob.rest.events(scene.room, 0, 100).await.unwrap().items;
    let names: Vec<_> = log.iter().map(|event| serde_json::to_value(event).unwrap()["event"].clone()).collect();
    assert_eq!(names[names.len() - 2..], ["member.role_changed", "member.removed"]);
    assert_eq!(history(bob, scene.room).await[0].content.as_deref(), Some("hi all"));

    assert!(members(bob, talk).await.contains(&ann.id()));
    let last = history(bob, talk).await.remove(0);
    assert_eq!((last.content.as_deref(), last.sender.display_name.as_str()), (Some("remember me"), "Deleted user"));
    assert_eq!(code(bob.rest.conversation(alone).await), "conversation_not_found");
});

on_every_database!(what_was_said_goes_too_if_it_is_to, async |backend| {
    let scene = Scene::start(backend).await;
    let (ann, bob) = (&scene.ann, &scene.bob);
    let talk = bob.rest.create_conversation(&direct(ann.id())).await.unwrap().id;
    for number in 0..30 {
        ann.say(scene.room, &format!("secret {number}")).await;
        ann.say(talk, &format!("secret {number}")).await;
    }
    let kept = bob.say(scene.room, "mine").await;
    ann.rest.delete_account(&with("correct horse", MessagesWord::Delete)).await.unwrap();
    for conversation in [scene.room, talk] {
        soon("nothing is left of ann's", async || {
            let left = history(bob, conversation).await;
            left.iter().filter(|message| message.sender.id == ann.id()).all(|message| message.content.is_none())
        })
        .await;
    }
    assert_eq!(history(bob, scene.room).await.len(), 31, "the places stay");
    assert_eq!(bob.rest.message(kept.id).await.unwrap().content.as_deref(), Some("mine"));
    let mut log = bob.rest.events(scene.room, 0, 60).await.unwrap().items;
    log.extend(bob.rest.events(scene.room, 60, 60).await.unwrap().items);
    let deleted = log.iter().filter(|event| serde_json::to_value(event).unwrap()["event"] == "message.deleted").count();
    assert_eq!(deleted, 30, "each is told of");
    assert!(!serde_json::to_string(&log).unwrap().contains("secret"));
});

on_every_database!(a_crash_half_way_is_made_up_for, async |backend| {
    let server = Server::start(backend).await;
    let ann = Person::register(&server, "ann").await;
    let bob = Person::register(&server, "bob").await;
    let rooms = async {
        let mut rooms = Vec::new();
        for number in 0..5 {
            rooms.push(ann.start_group(&format!("room {number}"), &[&bob]).await.id);
        }
        rooms
    }
    .await;
    for room in &rooms {
        for number in 0..20 {
            ann.say(*room, &format!("secret {number}")).await;
        }
    }
    let mut server = server;
    ann.rest.delete_account(&with("correct horse", MessagesWord::Delete)).await.unwrap();
    server.crash_and_restart().await;
    let bob = Person { rest: bob.rest_on(&server), signed_in: bob.signed_in };
    for room in rooms {
        soon("ann is gone from the room with all she said", async || {
            let left = history(&bob, room).await;
            members(&bob, room).await == [bob.id()] && left.iter().all(|message| message.content.is_none())
        })
        .await;
    }
});

on_every_database!(a_guest_goes_without_a_password, async |backend| {
    let server = Server::start(backend).await;
    let guest = Person::guest(&server, "Ann").await;
    guest.rest.delete_account(&DeleteAccountRequest::default()).await.unwrap();
    assert_eq!(code(guest.rest.me().await), "token_invalid");
});
