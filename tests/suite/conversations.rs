//! Conversations that are changed, archived, deleted.

use std::time::Duration;

use reqwest::Method;
use rialto_client::wire::frame::ServerFrame;
use rialto_client::wire::messaging::{ChangeConversationRequest, EventBodyView, VisibilityWord};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{direct, message, next_event, next_personal, stream};
use crate::support::problem::{problem, refused};
use crate::support::{Backend, Scene, code, lobby, on_every_database};

fn changes() -> ChangeConversationRequest {
    ChangeConversationRequest::default()
}

on_every_database!(a_change_is_seen_by_everyone_and_written_down, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut socket, _) = scene.bob.connect().await;
    let wanted = ChangeConversationRequest {
        name: Some("den".into()),
        topic: Some("what we do".into()),
        slowmode_s: Some(30),
        receipts: Some(false),
        ..changes()
    };
    let changed = scene.ann.rest.change_conversation(scene.room, &wanted).await.unwrap();
    assert_eq!((changed.name.as_deref(), changed.topic.as_str()), (Some("den"), "what we do"));
    assert_eq!((changed.slowmode_s, changed.receipts), (30, false));
    let EventBodyView::ConversationChanged(heard) = next_event(&mut socket, scene.room).await.body else { panic!() };
    assert_eq!((heard.name.as_deref(), heard.slowmode_s, heard.receipts), (Some("den"), 30, false));
    assert_eq!(scene.bob.rest.conversation(scene.room).await.unwrap().topic, "what we do");
    let audit = scene.ann.rest.audit(scene.room).await.unwrap().items;
    assert_eq!(audit[0].action, "conversation.changed");
    for name in ["name", "topic", "slowmode", "receipts"] {
        assert!(audit[0].detail.contains(name), "{}", audit[0].detail);
    }
    // Saying it again is no change.
    let at = scene.last_seq().await;
    scene.ann.rest.change_conversation(scene.room, &wanted).await.unwrap();
    scene.ann.rest.change_conversation(scene.room, &changes()).await.unwrap();
    assert_eq!(scene.last_seq().await, at);
});

on_every_database!(a_channel_takes_no_name_that_another_has, async |backend| {
    let scene = Scene::start(backend).await;
    let news = scene.ann.start_channel("news", VisibilityWord::Public).await.id;
    scene.bob.start_channel("board", VisibilityWord::Private).await;
    let called = |name: &str| ChangeConversationRequest { name: Some(name.into()), ..changes() };
    for taken in ["BOARD", "Lobby"] {
        assert_eq!(code(scene.ann.rest.change_conversation(news, &called(taken)).await), "name_taken");
    }
    scene.ann.rest.change_conversation(news, &called("NEWS")).await.unwrap();
    // A group may be called as it likes.
    scene.ann.rest.change_conversation(scene.room, &called("board")).await.unwrap();
});

on_every_database!(a_hidden_channel_is_gone_from_the_directory, async |backend| {
    let scene = Scene::start(backend).await;
    let news = scene.ann.start_channel("news", VisibilityWord::Public).await.id;
    let hidden = ChangeConversationRequest { visibility: Some(VisibilityWord::Private), ..changes() };
    scene.ann.rest.change_conversation(news, &hidden).await.unwrap();
    assert!(scene.bob.rest.channels().await.unwrap().items.iter().all(|channel| channel.id != news));
    assert_eq!(code(scene.bob.rest.join(news).await), "conversation_not_found");
});

on_every_database!(nobody_writes_in_an_archive_and_everybody_reads_it, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, room, .. } = &scene;
    let said = bob.say(*room, "the end").await.id;
    let archive = |archived| ChangeConversationRequest { archived: Some(archived), ..changes() };
    assert!(ann.rest.change_conversation(*room, &archive(true)).await.unwrap().archived_at.is_some());
    assert_eq!(code(ann.rest.send(*room, &message("x")).await), "archived");
    assert_eq!(code(bob.rest.edit(said, "x").await), "archived");
    assert_eq!(code(ann.rest.react(said, "👍").await), "archived");
    assert_eq!(code(ann.rest.pin(said).await), "archived");
    assert_eq!(bob.rest.messages(*room, "").await.unwrap().items.len(), 1);
    assert_eq!(bob.rest.search(&[("q", "end")]).await.unwrap().items.len(), 1);
    ann.rest.change_conversation(*room, &archive(false)).await.unwrap();
    bob.say(*room, "or not").await;

    let news = ann.start_channel("news", VisibilityWord::Public).await.id;
    ann.rest.change_conversation(news, &archive(true)).await.unwrap();
    assert_eq!(code(bob.rest.join(news).await), "archived");
});

on_every_database!(a_deleted_conversation_is_gone_for_everyone_at_once, async |backend| {
    let scene = Scene::start(backend).await;
    let Scene { ann, bob, carol, room, .. } = &scene;
    let said = bob.say(*room, "swordfish").await.id;
    let (mut socket, _) = bob.connect().await;
    assert_eq!(code(bob.rest.delete_conversation(*room).await), "role_too_low");
    ann.rest.delete_conversation(*room).await.unwrap();
    let told = next_event(&mut socket, *room).await;
    assert!(matches!(told.body, EventBodyView::ConversationDeleted {}), "{told:?}");
    let left = next_personal(&mut socket).await.body;
    assert!(
        matches!(left, EventBodyView::ConversationLeft { conversation_id } if conversation_id == *room),
        "{left:?}"
    );
    for person in [ann, bob, carol] {
        assert_eq!(code(person.rest.conversation(*room).await), "conversation_not_found");
        assert_eq!(code(person.rest.message(said).await), "message_not_found");
        assert_eq!(code(person.rest.send(*room, &message("x")).await), "conversation_not_found");
        assert_eq!(person.rest.search(&[("q", "swordfish")]).await.unwrap().items, []);
        assert!(person.rest.conversations().await.unwrap().items.iter().all(|other| other.id != *room));
    }
    assert!(!bob.connect().await.1.streams.contains_key(&stream(*room)));
    assert_eq!(code(ann.rest.delete_conversation(*room).await), "conversation_not_found");
    // The socket goes on with everything else.
    ann.say(lobby(), "well").await;
    loop {
        match socket.next_within(Duration::from_secs(10)).await.expect("an event") {
            ServerFrame::Event(event) if event.stream == stream(lobby()) => break,
            _ => {}
        }
    }
});

on_every_database!(the_lobby_and_the_conversation_of_a_pair_stay_as_they_are, async |backend| {
    let scene = Scene::start(backend).await;
    let pair = scene.ann.rest.create_conversation(&direct(scene.bob.id())).await.unwrap().id;
    let named = ChangeConversationRequest { name: Some("us".into()), ..changes() };
    assert_eq!(code(scene.ann.rest.change_conversation(pair, &named).await), "role_too_low");
    assert_eq!(code(scene.ann.rest.delete_conversation(pair).await), "role_too_low");
    assert_eq!(code(scene.ann.rest.delete_conversation(lobby()).await), "conversation_permanent");
    assert_eq!(code(scene.ann.rest.change_conversation(lobby(), &named).await), "role_too_low");
    for hidden in [
        ChangeConversationRequest { visibility: Some(VisibilityWord::Private), ..changes() },
        ChangeConversationRequest { archived: Some(true), ..changes() },
    ] {
        assert_eq!(code(scene.ann.rest.change_conversation(lobby(), &hidden).await), "conversation_permanent");
    }
});

#[tokio::test]
async fn bad_changes_are_refused_by_field() {
    let scene = Scene::start(Backend::Sqlite).await;
    let change =
        |id: &str, body: Value| scene.ann.rest.request(Method::PATCH, &format!("conversations/{id}")).json(&body);
    let room = scene.room.to_string();
    for (body, field, code) in [
        (json!({ "name": "" }), "name", "too_short"),
        (json!({ "name": "x".repeat(101) }), "name", "too_long"),
        (json!({ "name": "a\u{202e}b" }), "name", "invalid_character"),
        (json!({ "topic": "t".repeat(501) }), "topic", "too_long"),
        (json!({ "slowmode_s": 21_601 }), "slowmode_s", "out_of_range"),
        (json!({ "slowmode_s": -1 }), "slowmode_s", "wrong_type"),
        (json!({ "archived": "yes" }), "archived", "wrong_type"),
        (json!({ "visibility": "secret" }), "visibility", "wrong_type"),
        (json!({ "kind": "channel" }), "kind", "unknown_field"),
    ] {
        let refusal = problem(change(&room, body.clone())).await;
        assert_eq!(refusal, refused(422, "invalid_body", &[(field, code)]), "{body}");
    }
    for id in ["nonsense", &Uuid::nil().to_string()] {
        assert_eq!(problem(change(id, json!({}))).await, refused(404, "conversation_not_found", &[]), "{id}");
    }
    assert_eq!(scene.ann.rest.conversation(scene.room).await.unwrap().name.as_deref(), Some("room"));
}
