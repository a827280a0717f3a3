//! Messages that are said differently.

use reqwest::Method;
use rialto_client::wire::messaging::EventBodyView;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::{next_event, next_message, text};
use crate::support::problem::{problem, refused};
use crate::support::scene::seen;
use crate::support::{Backend, Scene, code, on_every_database};

on_every_database!(an_edit_is_what_everyone_sees_and_what_it_said_before_is_kept, async |backend| {
    let scene = Scene::start(backend).await;
    let (mut ann_socket, _) = scene.ann.connect().await;
    let said = scene.bob.say(scene.room, "helo").await;
    assert_eq!(next_message(&mut ann_socket, scene.room).await.id, said.id);

    let edited = scene.bob.rest.edit(said.id, "hello").await.unwrap();
    assert_eq!((edited.seq, edited.ordinal, edited.created_at), (said.seq, said.ordinal, said.created_at));
    assert!(edited.edited_at.is_some());
    let heard = next_event(&mut ann_socket, scene.room).await;
    assert_eq!(heard.seq, said.seq + 1);
    assert!(matches!(heard.body, EventBodyView::MessageEdited(message) if text(&message) == "hello"));
    let again = scene.bob.rest.edit(said.id, "hello!").await.unwrap();
    assert_eq!(text(&seen(&scene.ann.rest, said.id).await), "hello!");
    assert_eq!(text(&scene.ann.rest.messages(scene.room, "").await.unwrap().items[0]), "hello!");

    let revisions = scene.carol.rest.revisions(said.id).await.unwrap().items;
    let kept: Vec<_> = revisions.iter().map(|revision| (revision.content.as_str(), revision.at)).collect();
    assert_eq!(kept, [("helo", said.created_at), ("hello", edited.edited_at.unwrap())]);
    assert!(again.edited_at >= edited.edited_at);
});

on_every_database!(a_replay_never_shows_what_was_edited_away, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "my password is swordfish").await;
    scene.bob.rest.edit(said.id, "nothing").await.unwrap();
    let log = scene.carol.rest.events(scene.room, 0, 100).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains("swordfish"));
    assert_eq!(scene.events_after(said.seq - 1).await, ["message.created", "message.edited"]);
});

on_every_database!(only_who_said_it_edits_it, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "mine").await;
    assert_eq!(code(scene.ann.rest.edit(said.id, "yours").await), "not_allowed", "not even the owner");
    assert_eq!(code(scene.eve.rest.edit(said.id, "ours").await), "message_not_found");
    assert_eq!(code(scene.bob.rest.edit(Uuid::nil(), "nobody's").await), "message_not_found");
    scene.ann.rest.remove_member(scene.room, scene.bob.id()).await.unwrap();
    assert_eq!(code(scene.bob.rest.edit(said.id, "still mine?").await), "message_not_found");
    assert_eq!(text(&seen(&scene.ann.rest, said.id).await), "mine");
});

on_every_database!(an_edit_that_changes_nothing_is_no_event, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "same").await;
    assert_eq!(scene.bob.rest.edit(said.id, "same").await.unwrap().edited_at, None);
    assert_eq!(scene.last_seq().await, said.seq);
});

on_every_database!(what_is_deleted_is_not_edited, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "gone").await;
    scene.bob.rest.delete(said.id).await.unwrap();
    assert_eq!(code(scene.bob.rest.edit(said.id, "back").await), "message_deleted");
});

on_every_database!(a_message_is_edited_a_hundred_times_at_most, async |backend| {
    let scene = Scene::start(backend).await;
    let said = scene.bob.say(scene.room, "0").await;
    for n in 1..=100 {
        scene.bob.rest.edit(said.id, &n.to_string()).await.unwrap();
    }
    assert_eq!(code(scene.bob.rest.edit(said.id, "101").await), "too_many");
    let seen = seen(&scene.ann.rest, said.id).await;
    assert_eq!((text(&seen), scene.ann.rest.revisions(said.id).await.unwrap().items.len()), ("100", 100));
});

#[tokio::test]
async fn bad_edits_are_refused_by_field_and_change_nothing() {
    let scene = Scene::start(Backend::Sqlite).await;
    let said = scene.bob.say(scene.room, "as it was").await;
    let edit = |id: String, body: Value| scene.bob.rest.request(Method::PATCH, &format!("messages/{id}")).json(&body);
    for (body, field, code) in [
        (json!({ "content": "" }), "content", "too_short"),
        (json!({ "content": " \n" }), "content", "too_short"),
        (json!({ "content": "x".repeat(8_001) }), "content", "too_long"),
        (json!({ "content": "a\u{0}b" }), "content", "invalid_character"),
        (json!({ "content": null }), "content", "wrong_type"),
        (json!({}), "content", "missing_field"),
        (json!({ "content": "x", "edited_at": null }), "edited_at", "unknown_field"),
    ] {
        let refusal = problem(edit(said.id.to_string(), body.clone())).await;
        assert_eq!(refusal, refused(422, "invalid_body", &[(field, code)]), "{body}");
    }
    for id in ["nonsense", "%00", &said.id.simple().to_string()] {
        let refusal = problem(edit(id.to_owned(), json!({ "content": "x" }))).await;
        assert_eq!(refusal, refused(404, "message_not_found", &[]), "{id}");
    }
    assert_eq!(seen(&scene.bob.rest, said.id).await, said);
}
