//! What people have read, and what is left.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::frame::{ServerFrame, SignalBody};
use rialto_client::wire::messaging::{ChangeConversationRequest, EventBodyView, MarkReadRequest, VisibilityWord};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{next_personal, stream};
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Person, Scene, code, lobby, on_every_database};

async fn unread(person: &Person, room: Uuid) -> (Option<u64>, u64) {
    let conversation = person.rest.conversation(room).await.unwrap();
    (conversation.read, conversation.unread)
}

on_every_database!(unread_is_what_others_said_after_what_was_read, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    for n in 1..=4 {
        ann.say(*room, &n.to_string()).await;
    }
    bob.say(*room, "my own").await;
    assert_eq!(unread(bob, *room).await, (Some(0), 4));
    assert_eq!(unread(ann, *room).await, (Some(0), 1));
    assert_eq!(bob.read(*room, 2).await.unread, 2);
    let third = bob.rest.messages(*room, "around=6&limit=1").await.unwrap().items[0].clone();
    assert_eq!(third.ordinal, 3, "the page around a message has the message");
    ann.rest.delete(third.id).await.unwrap();
    assert_eq!(unread(bob, *room).await, (Some(2), 1), "what is deleted is not left to read");
    let listed = bob.rest.conversations().await.unwrap().items;
    let listed = listed.iter().find(|conversation| conversation.id == *room).unwrap();
    assert_eq!((listed.read, listed.unread), (Some(2), 1));
    assert_eq!(bob.read(*room, 5).await.unread, 0);
});

on_every_database!(a_pointer_moves_forward_only_and_not_past_the_end, async |backend| {
    let scene = Scene::start(backend).await;
    for n in 1..=3 {
        scene.ann.say(scene.room, &n.to_string()).await;
    }
    assert_eq!(scene.bob.read(scene.room, 2).await.ordinal, 2);
    assert_eq!(scene.bob.read(scene.room, 1).await.ordinal, 2);
    assert_eq!(scene.bob.read(scene.room, 1_000_000).await.ordinal, 3);
    scene.ann.say(scene.room, "4").await;
    assert_eq!(unread(&scene.bob, scene.room).await, (Some(3), 1));
});

on_every_database!(whoever_comes_in_has_read_what_was_said_before, async |backend| {
    let scene = Scene::start(backend).await;
    for n in 1..=3 {
        scene.ann.say(scene.room, &n.to_string()).await;
    }
    scene.ann.rest.add_member(scene.room, scene.eve.id()).await.unwrap();
    assert_eq!(unread(&scene.eve, scene.room).await, (Some(3), 0));
    scene.ann.say(scene.room, "welcome").await;
    assert_eq!(unread(&scene.eve, scene.room).await, (Some(3), 1));
});

on_every_database!(every_device_learns_what_was_read_on_another, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.ann.say(scene.room, "@bob, news").await;
    let (mut laptop, ready) = scene.bob.connect().await;
    let position = &ready.streams[&stream(scene.room)];
    assert_eq!((position.unread, position.mentions), (Some(1), Some(1)));
    scene.bob.read(scene.room, said.ordinal).await;
    let EventBodyView::ReadChanged(heard) = next_personal(&mut laptop).await.body else { panic!() };
    assert_eq!((heard.conversation_id, heard.ordinal, heard.unread, heard.mentions), (scene.room, said.ordinal, 0, 0));
    // What is read already is told to nobody again.
    let seq = scene.bob.connect().await.1.streams["u"].seq;
    scene.bob.read(scene.room, said.ordinal).await;
    assert_eq!(scene.bob.connect().await.1.streams["u"].seq, seq);
});

on_every_database!(receipts_show_how_far_the_others_are_where_they_are_on, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.ann.say(scene.room, "news").await;
    let (mut socket, _) = scene.ann.connect().await;
    scene.bob.read(scene.room, said.ordinal).await;
    let receipts = scene.ann.rest.receipts(scene.room).await.unwrap().items;
    let of = |person: &Person| receipts.iter().find(|receipt| receipt.user_id == person.id()).unwrap().ordinal;
    assert_eq!((receipts.len(), of(&scene.bob), of(&scene.carol)), (3, said.ordinal, 0));
    loop {
        let frame = socket.next_within(Duration::from_secs(10)).await.expect("a receipt");
        if let ServerFrame::Signal { stream: place, body: SignalBody::Read(receipt) } = frame {
            assert_eq!((place, receipt.user_id), (stream(scene.room), scene.bob.id()));
            assert_eq!(receipt.ordinal, said.ordinal);
            break;
        }
    }
    assert_eq!(code(scene.eve.rest.receipts(scene.room).await), "conversation_not_found");
    let news = scene.ann.start_channel("news", VisibilityWord::Public).await;
    assert!(!news.receipts, "nobody watches a channel's readers");
    assert_eq!(code(scene.ann.rest.receipts(news.id).await), "receipts_disabled");
    assert_eq!(code(scene.bob.rest.receipts(news.id).await), "not_a_member");
    let off = ChangeConversationRequest { receipts: Some(false), ..Default::default() };
    scene.ann.rest.change_conversation(scene.room, &off).await.unwrap();
    assert_eq!(code(scene.ann.rest.receipts(scene.room).await), "receipts_disabled");
});

on_every_database!(a_thread_has_a_pointer_of_its_own, async |backend| {
    let scene = Scene::start(backend).await;
    let root = scene.ann.say(scene.room, "plans").await;
    let reply = scene.bob.reply(scene.room, root.id, "mine").await;
    scene.bob.reply(scene.room, root.id, "more").await;
    let mark = |thread_root, ordinal| MarkReadRequest { ordinal, thread_root };
    let state = scene.ann.rest.mark_read(scene.room, &mark(Some(root.id), reply.ordinal)).await.unwrap();
    assert_eq!((state.ordinal, state.unread), (reply.ordinal, 1));
    assert_eq!(scene.ann.rest.thread(root.id, "").await.unwrap().unread, 1);
    // Whoever reads a thread follows it.
    scene.carol.rest.mark_read(scene.room, &mark(Some(root.id), reply.ordinal)).await.unwrap();
    assert_eq!(scene.carol.rest.thread(root.id, "").await.unwrap().read, Some(reply.ordinal));
    for nowhere in [reply.id, Uuid::nil()] {
        let refusal = scene.ann.rest.mark_read(scene.room, &mark(Some(nowhere), 1)).await;
        assert_eq!(code(refusal), "unknown_thread");
    }
});

#[tokio::test]
async fn bad_pointers_are_refused() {
    let scene = Scene::start(Backend::Sqlite).await;
    let mark = |rest: &rialto_client::Rest, room: &str, body: Value| {
        rest.request(Method::PUT, &format!("conversations/{room}/read")).json(&body)
    };
    let (rest, room) = (&scene.bob.rest, scene.room.to_string());
    for (body, field, code) in [
        (json!({ "ordinal": -1 }), "ordinal", "wrong_type"),
        (json!({ "ordinal": 1.5 }), "ordinal", "wrong_type"),
        (json!({ "ordinal": "1" }), "ordinal", "wrong_type"),
        (json!({}), "ordinal", "missing_field"),
        (json!({ "ordinal": 1, "thread_root": "x" }), "thread_root", "wrong_type"),
        (json!({ "ordinal": 1, "user_id": Uuid::nil() }), "user_id", "unknown_field"),
    ] {
        let refusal = problem(mark(rest, &room, body.clone())).await;
        assert_eq!(refusal, refused(422, "invalid_body", &[(field, code)]), "{body}");
    }
    let good = json!({ "ordinal": 1 });
    assert_eq!(problem(mark(rest, "nonsense", good.clone())).await, refused(404, "conversation_not_found", &[]));
    assert_eq!(problem(mark(&scene.eve.rest, &room, good)).await, refused(404, "conversation_not_found", &[]));
    // The greatest number there is means all of it.
    let all = mark(rest, &lobby().to_string(), json!({ "ordinal": u64::MAX })).send().await.unwrap();
    assert_eq!(all.status(), 200);
}
