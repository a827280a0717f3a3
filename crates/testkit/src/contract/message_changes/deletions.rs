//! Messages that are taken back: what they said is gone for good, their place stays.

use rialto_messaging::{
    AppendRefusal, Appended, AuditAction, Event, EventBody, HistoryPart, HistorySlice, MemberRole, Message,
    MessageRefusal, NewMessage, Profile, Thread,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

fn tombstone(said: &Message, deleted_at: rialto_kernel::Instant) -> Message {
    Message {
        content: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        pinned_at: None,
        deleted_at: Some(deleted_at),
        ..said.clone()
    }
}

/// In the answer, in every list and in every event that was about it.
pub async fn a_deleted_message_is_a_tombstone_everywhere(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let first = scene.say(id, &ann, "first").await;
    let new = NewMessage { reply_to: Some(first.id), ..scene.new_call(id, &ann, "secret @bob @all") };
    let said = scene.append(new).await;
    scene.edit(&said, "secret again @bob").await;
    scene.react(&said, &bob, "👍").await;
    let before = scene.pin(&said, &ann).await.value;
    let deleted = scene.delete(&said, &ann).await;
    let at = scene.now();
    let wanted = tombstone(&before, at);
    let event = Event { stream: id.into(), seq: 8, at, body: EventBody::MessageDeleted(wanted.clone()) };
    assert_eq!((&deleted.value, &deleted.events), (&wanted, &vec![event]));
    for reader in [&ann, &bob] {
        assert_eq!(scene.message(&said, reader).await, wanted);
        assert_eq!(scene.history(id, reader).await, [first.clone(), wanted.clone()]);
        let summary = scene.messaging.find_summary(id, reader.id).await.unwrap().unwrap();
        assert_eq!(summary.last_message, Some(wanted.clone()));
    }
    for event in scene.log(id).await {
        match event.body {
            EventBody::MessageCreated(message) | EventBody::MessageEdited(message) if message.id == said.id => {
                assert_eq!(message, wanted)
            }
            EventBody::MessageDeleted(message) => assert_eq!(message, wanted),
            EventBody::ReactionAdded(change) => assert_eq!(change.count, 0),
            EventBody::PinAdded(change) => assert!(!change.pinned),
            _ => {}
        }
    }
    assert_eq!(scene.changes.list_revisions(said.id).await.unwrap(), []);
    assert_eq!(scene.changes.list_pins(id, ann.id).await.unwrap(), []);
}

/// Nothing is logged the second time, whoever asks who may.
pub async fn a_message_is_deleted_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &bob, "hi").await;
    let first = scene.delete(&said, &bob).await.value;
    let before = scene.messaging.find_conversation(id).await.unwrap();
    for by in [&bob, &ann] {
        let again = scene.delete(&said, by).await;
        assert_eq!((again.value, again.events), (first.clone(), vec![]));
    }
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), before);
    assert_eq!(scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items, []);
}

/// One is logged.
pub async fn of_many_deletions_at_once_one_is_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let said = scene.say(id, &ann, "hi").await;
    let outcomes = at_once((0..8).map(|_| {
        let (store, id, by, at) = (scene.changes.clone(), said.id, builders::actor(ann.id), scene.later());
        async move { store.delete_message(id, by, at).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|done| !done.events.is_empty()).count(), 1, "{outcomes:?}");
    assert_eq!(scene.log(id).await.len(), 3);
}

/// Senders their own, owners and admins any; `NotAllowed` to all others, and to both users of a direct
/// conversation for what the other said.
pub async fn a_message_is_deleted_by_its_sender_or_a_moderator(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (dan, eve) = (scene.user("dan").await, scene.user("eve").await);
    let group = scene.group(&[&ann, &bob, &cid]).await;
    scene.add(group, &dan, MemberRole::Admin).await;
    scene.add(group, &eve, MemberRole::Reader).await;
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let refused = async |said: &Message, by: &Profile| {
        let refusal = scene.changes.delete_message(said.id, builders::actor(by.id), scene.later()).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::NotAllowed), "{refusal:?}");
    };
    let said = scene.say(group, &ann, "hi").await;
    refused(&said, &bob).await;
    refused(&said, &eve).await;
    scene.delete(&said, &dan).await;
    for by in [&ann, &bob, &dan] {
        let said = scene.say(group, &bob, "hi").await;
        refused(&said, &cid).await;
        scene.delete(&said, by).await;
    }
    let said = scene.say(direct, &ann, "hi").await;
    refused(&said, &bob).await;
    scene.delete(&said, &ann).await;
}

/// A reader, a muted member and everybody in an archived conversation take back what they said.
pub async fn who_may_not_write_any_more_still_deletes(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let (one, two) = (scene.say(id, &bob, "one").await, scene.say(id, &bob, "two").await);
    scene.mute(id, &ann, &bob, Some(scene.now() + chrono::TimeDelta::days(1))).await;
    assert_ne!(scene.delete(&one, &bob).await.events, []);
    let archived = Some(true);
    scene
        .change(id, builders::actor(ann.id), rialto_messaging::ConversationChanges { archived, ..Default::default() })
        .await
        .unwrap();
    assert_ne!(scene.delete(&two, &bob).await.events, []);
}

/// Who decided over whose message; one's own is nobody's business.
pub async fn what_a_moderator_deletes_is_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let (own, others) = (scene.say(id, &ann, "mine").await, scene.say(id, &bob, "yours").await);
    scene.delete(&own, &ann).await;
    scene.delete(&others, &ann).await;
    let audit = scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items;
    assert_eq!(audit.len(), 1);
    assert_eq!((audit[0].action, &audit[0].actor, audit[0].at), (AuditAction::MessageDeleted, &ann, scene.now()));
    assert_eq!((audit[0].user_id, audit[0].message_id), (Some(bob.id), Some(others.id)));
}

/// As the tombstone, whatever text comes under the nonce: there is nothing left to compare it with.
pub async fn a_retry_of_a_deleted_message_gets_the_tombstone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let new = scene.new_message(id, &ann, "first");
    let said = scene.append(new.clone()).await;
    scene.edit(&said, "second").await;
    let tombstone = scene.delete(&said, &ann).await.value;
    for text in ["first", "second", "other"] {
        let retry = NewMessage { id: scene.ids.next(), content: builders::content(text), ..new.clone() };
        let outcome = scene.messaging.append_message(retry).await.unwrap();
        assert_eq!(outcome, Appended::Duplicate(tombstone.clone()));
    }
    let outcome = scene.messaging.append_message(NewMessage { conversation_id: elsewhere, ..new }).await;
    assert!(matches!(outcome, Err(AppendRefusal::NonceConflict)), "{outcome:?}");
    assert_eq!(scene.log(id).await.len(), 4);
}

/// Replies stay, and so does their count; a deleted reply stays in it.
pub async fn a_thread_outlives_its_first_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    let (one, two) = (scene.reply(&root, &bob, "one").await, scene.reply(&root, &bob, "two").await);
    let summary = Some(Thread { replies: 2, last_reply_at: two.created_at });
    assert_eq!(scene.delete(&two, &bob).await.value.thread, summary);
    assert_eq!(scene.delete(&root, &ann).await.value.thread, summary);
    assert_eq!(scene.message(&one, &ann).await.thread, summary);
    let (part, slice) = (HistoryPart::Thread(root.id), HistorySlice::After(0));
    let replies = scene.messaging.list_messages(id, part, slice, 5, ann.id).await.unwrap();
    assert_eq!(replies.iter().map(|reply| reply.content.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(replies[1].thread_root, Some(root.id));
    assert_eq!(scene.thread(&root, &ann).await.replies, 2);
}
