//! Replies in threads: where they are, and what they may answer.

use rialto_kernel::MessageId;
use rialto_messaging::{
    AppendRefusal, Appended, Event, EventBody, HistoryPart, HistorySlice, Message, NewMessage, Profile, Thread,
};

use crate::{Scene, Stores};

async fn replies(scene: &Scene, root: &Message, slice: HistorySlice, limit: i64, reader: &Profile) -> Vec<Message> {
    let part = HistoryPart::Thread(root.id);
    scene.messaging.list_messages(root.conversation_id, part, slice, limit, reader.id).await.unwrap()
}

/// With its root and the thread as it is now; it is numbered like any message.
pub async fn a_reply_comes_back_as_it_was_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    let reply = scene.reply(&root, &bob, "re").await;
    let thread = Some(Thread { replies: 1, last_reply_at: reply.created_at });
    assert_eq!((reply.seq, reply.ordinal, reply.thread_root, reply.thread), (4, 2, Some(root.id), thread));
    assert_eq!(scene.message(&reply, &ann).await, reply);
    assert_eq!(scene.message(&root, &ann).await, Message { thread, ..root.clone() });
    let (stream, seq, at) = (id.into(), 4, reply.created_at);
    let event = Event { stream, seq, at, body: EventBody::MessageCreated(reply) };
    assert_eq!(scene.log(id).await[3], event);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal), (4, 2));
}

/// On its first message and on every reply, in every list and in the log.
pub async fn the_whole_thread_shows_its_newest_reply(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (root, other) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "other").await);
    for text in ["one", "two", "three"] {
        scene.reply(&root, &ann, text).await;
    }
    let last = scene.now();
    let thread = Some(Thread { replies: 3, last_reply_at: last });
    let history = scene.history(id, &ann).await;
    assert_eq!(history.iter().map(|message| message.thread).collect::<Vec<_>>(), [thread, None]);
    let listed = replies(&scene, &root, HistorySlice::After(0), 9, &ann).await;
    assert_eq!(listed.iter().map(|reply| reply.thread).collect::<Vec<_>>(), [thread; 3]);
    for event in &scene.log(id).await[1..] {
        let EventBody::MessageCreated(message) = &event.body else { panic!("{event:?}") };
        assert_eq!(message.thread, if message.id == other.id { None } else { thread });
    }
}

/// The history holds what is outside, each thread its replies, newest or oldest first, by their numbers.
pub async fn replies_are_listed_in_their_thread_alone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (root, other) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "other").await);
    let mut all = Vec::new();
    for number in 0..4 {
        all.push(scene.reply(&root, &ann, &format!("re {number}")).await.id);
        scene.reply(&other, &ann, "elsewhere").await;
        scene.say(id, &ann, "outside").await;
    }
    let outside = scene.history(id, &ann).await;
    assert_eq!(outside.len(), 6);
    assert!(outside.iter().all(|message| message.thread_root.is_none()));
    let ids = |messages: Vec<Message>| messages.into_iter().map(|message| message.id).collect::<Vec<MessageId>>();
    let newest_first: Vec<_> = all.iter().rev().copied().collect();
    let stored = replies(&scene, &root, HistorySlice::After(0), 9, &ann).await;
    let (second, third) = (stored[1].seq, stored[2].seq);
    for (slice, limit, wanted) in [
        (HistorySlice::After(0), 9, &all[..]),
        (HistorySlice::Latest, 9, &newest_first),
        (HistorySlice::Latest, 2, &newest_first[..2]),
        (HistorySlice::Before(third), 9, &newest_first[2..]),
        (HistorySlice::After(second), 1, &all[2..3]),
        (HistorySlice::Before(u64::MAX), 9, &newest_first),
        (HistorySlice::After(u64::MAX), 9, &[]),
    ] {
        assert_eq!(ids(replies(&scene, &root, slice, limit, &ann).await), wanted, "{slice:?} {limit}");
    }
}

/// Nor a thread that is in another conversation.
pub async fn an_unknown_thread_has_no_replies(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let root = scene.say(elsewhere, &ann, "root").await;
    scene.reply(&root, &ann, "re").await;
    for thread in [root.id, scene.ids.next()] {
        let (part, slice) = (HistoryPart::Thread(thread), HistorySlice::Latest);
        assert_eq!(scene.messaging.list_messages(id, part, slice, 5, ann.id).await.unwrap(), []);
    }
}

/// Also when a reply came later; the tombstone of a message outside threads counts.
pub async fn the_newest_message_of_a_summary_is_outside_threads(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &ann, "re").await;
    let newest = async || scene.messaging.find_summary(id, ann.id).await.unwrap().unwrap().last_message;
    assert_eq!(newest().await, Some(scene.message(&root, &ann).await));
    let last = scene.say(id, &ann, "last").await;
    scene.reply(&root, &ann, "re").await;
    let tombstone = scene.delete(&last, &ann).await.value;
    assert_eq!(newest().await, Some(tombstone));
}

/// `UnknownThread`: one that is not, is elsewhere, is deleted or is itself a reply.
pub async fn a_reply_needs_a_thread_to_be_in(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let (root, deleted) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "deleted").await);
    let reply = scene.reply(&root, &ann, "re").await;
    let other = scene.say(elsewhere, &ann, "elsewhere").await;
    scene.reply(&deleted, &ann, "re").await;
    scene.delete(&deleted, &ann).await;
    let before = scene.log(id).await;
    for thread_root in [scene.ids.next(), other.id, deleted.id, reply.id] {
        let new = NewMessage { thread_root: Some(thread_root), ..scene.new_message(id, &ann, "re") };
        let outcome = scene.messaging.append_message(new).await;
        assert!(matches!(outcome, Err(AppendRefusal::UnknownThread)), "{outcome:?}");
    }
    assert_eq!(scene.log(id).await, before);
}

/// In a thread the first message and other replies; outside, what is outside: `UnknownReply` for all else.
pub async fn an_answer_stays_on_its_side_of_a_thread(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (root, other) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "other").await);
    let (reply, others) = (scene.reply(&root, &ann, "re").await, scene.reply(&other, &ann, "re").await);
    let answering = |thread_root, reply_to: &Message| NewMessage {
        thread_root,
        reply_to: Some(reply_to.id),
        ..scene.new_message(id, &ann, "answer")
    };
    for new in [answering(Some(root.id), &other), answering(Some(root.id), &others), answering(None, &reply)] {
        let outcome = scene.messaging.append_message(new).await;
        assert!(matches!(outcome, Err(AppendRefusal::UnknownReply)), "{outcome:?}");
    }
    for new in [answering(Some(root.id), &root), answering(Some(root.id), &reply), answering(None, &root)] {
        assert_eq!(scene.append(new.clone()).await.reply_to, new.reply_to);
    }
}

/// The thread is part of what a nonce stands for.
pub async fn a_nonce_of_another_thread_conflicts(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let (root, other) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "other").await);
    let new = scene.new_reply(&root, &ann, "re");
    let reply = scene.append(new.clone()).await;
    for thread_root in [None, Some(other.id)] {
        let outcome = scene.messaging.append_message(NewMessage { thread_root, ..new.clone() }).await;
        assert!(matches!(outcome, Err(AppendRefusal::NonceConflict)), "{outcome:?}");
    }
    scene.reply(&root, &ann, "later").await;
    let retried = scene.messaging.append_message(new).await.unwrap();
    assert_eq!(retried, Appended::Duplicate(scene.message(&reply, &ann).await));
    assert_eq!(scene.thread(&root, &ann).await.replies, 2);
}

/// However many reply at once.
pub async fn every_reply_is_counted(stores: Stores) {
    let scene = std::sync::Arc::new(Scene::new(stores));
    let people = scene.users(20).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let root = scene.say(id, &people[0], "root").await;
    super::super::concurrency::at_once(people.iter().cloned().map(|user| {
        let (scene, root) = (scene.clone(), root.clone());
        async move { scene.reply(&root, &user, "re").await }
    }))
    .await;
    assert_eq!(scene.thread(&root, &people[0]).await.replies, 20);
    let listed = replies(&scene, &root, HistorySlice::Latest, 50, &people[0]).await;
    assert_eq!(listed.len(), 20);
    for user in &people {
        let others = listed.iter().filter(|reply| reply.sender != *user);
        let (pointer, unread, _) = scene.thread_counts(&root, user).await.unwrap();
        assert_eq!(unread, others.filter(|reply| reply.ordinal > pointer).count() as u64);
    }
}
