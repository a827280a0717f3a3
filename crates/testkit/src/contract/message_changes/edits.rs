//! Messages that are said differently.

use rialto_messaging::{
    AppendRefusal, Appended, Event, EventBody, MAX_REVISIONS, Message, MessageRefusal, NewMessage, Revision,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// In the answer, to every reader and in the event; number, ordinal and time of sending stay.
pub async fn an_edited_message_says_the_new_thing_in_the_old_place(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &ann, "helo").await;
    scene.say(id, &bob, "?").await;
    let edited = scene.edit(&said, " Hello\n").await;
    let at = scene.now();
    let wanted = Message { content: Some(builders::content(" Hello\n")), edited_at: Some(at), ..said.clone() };
    let event = Event { stream: id.into(), seq: 5, at, body: EventBody::MessageEdited(wanted.clone()) };
    assert_eq!((&edited.value, &edited.events), (&wanted, &vec![event.clone()]));
    assert_eq!(scene.message(&said, &bob).await, wanted);
    assert_eq!(scene.history(id, &bob).await[0], wanted);
    assert_eq!(scene.log(id).await[4], event);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal, conversation.last_event_at), (5, 2, at));
}

/// Oldest first, each with the time from which the message said so.
pub async fn what_a_message_said_before_is_kept(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "one").await;
    assert_eq!(scene.changes.list_revisions(said.id).await.unwrap(), []);
    let mut wanted = vec![Revision { content: builders::content("one"), at: said.created_at }];
    for text in ["two", "three", "one"] {
        let edited = scene.edit(&said, text).await.value;
        assert_eq!(scene.changes.list_revisions(said.id).await.unwrap(), wanted);
        wanted.push(Revision { content: builders::content(text), at: edited.edited_at.unwrap() });
    }
}

/// Nothing is logged, kept or changed.
pub async fn an_edit_to_the_same_content_is_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let before = scene.messaging.find_conversation(id).await.unwrap();
    let done = scene.edit(&said, "hi").await;
    assert_eq!((done.value, done.events), (said.clone(), vec![]));
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), before);
    assert_eq!(scene.changes.list_revisions(said.id).await.unwrap(), []);
    assert_ne!(scene.edit(&said, "hi ").await.events, [], "every character counts");
}

/// Whatever the event was: a replay never reveals what was said before.
pub async fn a_replay_shows_the_message_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "one").await;
    scene.edit(&said, "two").await;
    let now = scene.edit(&said, "three").await.value;
    let bodies: Vec<_> = scene.log(id).await.into_iter().skip(1).map(|event| event.body).collect();
    let wanted =
        [EventBody::MessageCreated(now.clone()), EventBody::MessageEdited(now.clone()), EventBody::MessageEdited(now)];
    assert_eq!(bodies, wanted);
}

/// A retry is told by what the message said first; what it says now does not count.
pub async fn a_retry_of_an_edited_message_gets_it_as_it_is_now(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let new = scene.new_message(id, &ann, "first");
    let said = scene.append(new.clone()).await;
    scene.edit(&said, "second").await;
    let now = scene.edit(&said, "third").await.value;
    let retry = NewMessage { id: scene.ids.next(), ..new.clone() };
    assert_eq!(scene.messaging.append_message(retry.clone()).await.unwrap(), Appended::Duplicate(now));
    for other in ["second", "third"] {
        let outcome = scene.messaging.append_message(NewMessage { content: builders::content(other), ..retry.clone() });
        assert!(matches!(outcome.await, Err(AppendRefusal::NonceConflict)));
    }
}

/// `Deleted`.
pub async fn a_deleted_message_is_not_edited(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let tombstone = scene.delete(&said, &ann).await.value;
    let refusal = scene.try_edit(said.id, &ann, "again").await.unwrap_err();
    assert!(matches!(refusal, MessageRefusal::Deleted), "{refusal:?}");
    assert_eq!(scene.message(&said, &ann).await, tombstone);
}

/// `TooMany` after that.
pub async fn a_message_is_edited_a_hundred_times(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "0").await;
    for number in 1..=MAX_REVISIONS {
        scene.edit(&said, &number.to_string()).await;
    }
    let refusal = scene.try_edit(said.id, &ann, "more").await.unwrap_err();
    assert!(matches!(refusal, MessageRefusal::TooMany), "{refusal:?}");
    let revisions = scene.changes.list_revisions(said.id).await.unwrap();
    let wanted: Vec<_> = (0..MAX_REVISIONS).map(|number| builders::content(&number.to_string())).collect();
    assert_eq!(revisions.into_iter().map(|revision| revision.content).collect::<Vec<_>>(), wanted);
    assert_eq!(scene.log(id).await.len(), 2 + MAX_REVISIONS);
}

/// Messages of threads, and those with an answer, reactions and a pin, keep all of it.
pub async fn an_edit_leaves_all_else_as_it_is(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    let reply = scene.append(NewMessage { reply_to: Some(root.id), ..scene.new_reply(&root, &ann, "re") }).await;
    scene.react(&reply, &bob, "👍").await;
    scene.pin(&reply, &ann).await;
    let before = scene.message(&reply, &ann).await;
    let after = scene.edit(&reply, "changed").await.value;
    let (content, edited_at) = (after.content.clone(), after.edited_at);
    assert_eq!(after, Message { content, edited_at, ..before });
}

/// One after the other: no revision is lost, and the log has no hole.
pub async fn of_many_edits_at_once_none_is_lost(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "first").await;
    let edits = at_once((0..20).map(|number| {
        let (store, at, by) = (scene.changes.clone(), scene.later(), builders::actor(ann.id));
        let (id, content) = (said.id, builders::content(&format!("text {number}")));
        async move { store.edit_message(id, by, content, Default::default(), at).await.unwrap() }
    }))
    .await;
    assert!(edits.iter().all(|done| done.events.len() == 1));
    let mut texts: Vec<String> =
        scene.changes.list_revisions(said.id).await.unwrap().into_iter().map(text_of).collect();
    texts.push(scene.message(&said, &ann).await.content.unwrap().as_str().to_owned());
    texts.sort();
    let mut wanted: Vec<_> = (0..20).map(|number| format!("text {number}")).chain(["first".to_owned()]).collect();
    wanted.sort();
    assert_eq!(texts, wanted);
    let numbers: Vec<u64> = scene.log(id).await.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=22).collect::<Vec<_>>());
}

fn text_of(revision: Revision) -> String {
    revision.content.as_str().to_owned()
}
