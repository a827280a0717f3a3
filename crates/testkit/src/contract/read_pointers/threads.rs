//! Threads: who follows them, and what they have read.

use rialto_messaging::{
    EventBody, MarkRead, MarkReadRefusal, MemberRole, NewMessage, ReadChange, ReadState, ThreadState,
};

use crate::{Scene, Stores, builders};

/// Before anybody replies, after, and when the last reply was taken back.
pub async fn a_thread_tells_its_replies(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    assert_eq!(scene.thread(&root, &cid).await, ThreadState { replies: 0, last_reply_at: None, read: None });
    scene.reply(&root, &bob, "one").await;
    let last = scene.reply(&root, &bob, "two").await;
    let wanted = ThreadState { replies: 2, last_reply_at: Some(last.created_at), read: None };
    assert_eq!(scene.thread(&root, &cid).await, wanted);
    scene.delete(&last, &bob).await;
    assert_eq!(scene.thread(&root, &cid).await, wanted);
    scene.delete(&root, &ann).await;
    assert_eq!(scene.thread(&root, &cid).await, wanted);
}

/// `None`: a message that is not, and one that is in a thread itself.
pub async fn only_messages_outside_threads_have_threads(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let root = scene.say(id, &ann, "root").await;
    let reply = scene.reply(&root, &ann, "re").await;
    for message in [reply.id, scene.ids.next()] {
        assert_eq!(scene.reads.find_thread(message, ann.id).await.unwrap(), None);
    }
}

/// Whoever starts it, replies in it or is mentioned in it; nobody else.
pub async fn those_whom_a_thread_concerns_follow_it(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid, dan) =
        (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await, scene.user("dan").await);
    let id = scene.group(&[&ann, &bob, &cid, &dan]).await;
    let root = scene.call(id, &ann, "root @dan").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, None, "there is nothing to follow yet");
    scene.reply(&root, &bob, "one").await;
    scene.reply(&root, &bob, "two @cid").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((1, 2, 0)));
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((2, 0, 0)));
    assert_eq!(scene.thread_counts(&root, &cid).await, Some((2, 1, 1)), "what was said before is read");
    assert_eq!(scene.thread_counts(&root, &dan).await, None);
}

/// By `@here` too, and by the new text of an edited reply.
pub async fn whoever_comes_to_be_mentioned_follows(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    let mut new = scene.new_reply(&root, &ann, "@here");
    new.mentions.here = Some(vec![bob.id]);
    let reply = scene.append(new).await;
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((1, 1, 1)));
    scene.edit(&reply, "@cid").await;
    assert_eq!(scene.thread_counts(&root, &cid).await, Some((1, 1, 1)));
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((1, 1, 0)), "who follows goes on following");
    assert_eq!(scene.counts(id, &cid).await, (0, 1, 1));
}

/// They have read their own reply and nothing more.
pub async fn a_starter_who_replies_first_follows_from_there(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &ann, "and").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((2, 0, 0)));
    scene.reply(&root, &bob, "so").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((2, 1, 0)));
}

/// What they had not read before they spoke stays unread.
pub async fn replying_moves_no_pointer_of_who_follows(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &bob, "one").await;
    scene.reply(&root, &ann, "two").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((1, 1, 0)));
}

/// Logged with the thread it is about; the conversation's pointer stays.
pub async fn a_thread_is_read_by_itself(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    let (one, _two) = (scene.reply(&root, &bob, "one").await, scene.reply(&root, &bob, "two").await);
    let done = scene.mark_thread(&root, &ann, one.ordinal).await;
    let read = ReadState { ordinal: 2, unread: 1, mentions: 0 };
    let change = ReadChange { conversation_id: id, thread_root: Some(root.id), last_ordinal: 3, read };
    assert_eq!(done.value, read);
    assert_eq!(done.events.iter().map(|event| &event.body).collect::<Vec<_>>(), [&EventBody::ReadChanged(change)]);
    assert_eq!(scene.personal_log(&ann).await.last(), done.events.last());
    assert_eq!(scene.counts(id, &ann).await.0, 0);
    for ordinal in [2, 1] {
        let again = scene.mark_thread(&root, &ann, ordinal).await;
        assert_eq!((again.value, again.events), (read, vec![]));
    }
    scene.mark(id, &ann, 3).await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((2, 1, 0)), "nor does the thread's pointer follow");
}

/// Not past the last message, so that the next reply is unread.
pub async fn a_threads_pointer_stops_at_the_last_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &bob, "one").await;
    for beyond in [3, i64::MAX as u64 + 1, u64::MAX] {
        let done = scene.mark_thread(&root, &ann, beyond).await;
        assert_eq!((done.value.ordinal, done.value.unread), (2, 0));
        assert_eq!(done.events.len(), usize::from(beyond == 3));
    }
    scene.reply(&root, &bob, "two").await;
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((2, 1, 0)));
}

/// From where they marked it on, also before anybody replied.
pub async fn whoever_marks_a_thread_follows_it(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    assert_eq!(scene.mark_thread(&root, &cid, 1).await.events.len(), 1);
    assert_eq!(scene.message(&root, &cid).await.thread, None, "to follow is not to reply");
    scene.reply(&root, &bob, "one").await;
    assert_eq!(scene.thread_counts(&root, &cid).await, Some((1, 1, 0)));
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((1, 1, 0)), "the first reply is for the starter");
    let late = scene.say(id, &bob, "other root").await;
    scene.reply(&late, &ann, "one").await;
    assert_eq!(scene.mark_thread(&late, &cid, 4).await.value, ReadState { ordinal: 4, unread: 0, mentions: 0 });
}

/// `UnknownThread` for what is not, is elsewhere or is in a thread; `NotAMember` to strangers.
pub async fn only_threads_of_the_conversation_are_marked(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, eve) = (scene.user("ann").await, scene.user("eve").await);
    let (id, elsewhere) = (scene.group(&[&ann]).await, scene.group(&[&ann]).await);
    let root = scene.say(id, &ann, "root").await;
    let reply = scene.reply(&root, &ann, "re").await;
    let other = scene.say(elsewhere, &ann, "elsewhere").await;
    for thread_root in [reply.id, other.id, scene.ids.next()] {
        let mark = MarkRead { thread_root: Some(thread_root), ..scene.new_mark(id, &ann, 2) };
        let outcome = scene.reads.mark_read(mark).await;
        assert!(matches!(outcome, Err(MarkReadRefusal::UnknownThread)), "{outcome:?}");
    }
    let mark = MarkRead { thread_root: Some(root.id), ..scene.new_mark(id, &eve, 2) };
    let outcome = scene.reads.mark_read(mark).await;
    assert!(matches!(outcome, Err(MarkReadRefusal::NotAMember)), "{outcome:?}");
    assert_eq!(scene.thread_counts(&root, &eve).await, None);
}

/// Own replies and deleted ones do not count.
pub async fn what_is_unread_of_a_thread_is_what_others_said(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let (root, other) = (scene.say(id, &ann, "root").await, scene.say(id, &ann, "other").await);
    let mut replies = Vec::new();
    for sender in [&bob, &ann, &bob, &bob] {
        replies.push(scene.reply(&root, sender, "re").await);
        scene.reply(&other, &bob, "elsewhere").await;
        scene.say(id, &bob, "outside").await;
    }
    assert_eq!(scene.thread_counts(&root, &ann).await.map(|counts| counts.1), Some(3));
    scene.delete(&replies[2], &bob).await;
    assert_eq!(scene.thread_counts(&root, &ann).await.map(|counts| counts.1), Some(2));
    scene.delete(&root, &ann).await;
    assert_eq!(scene.mark_thread(&root, &ann, replies[0].ordinal).await.value.unread, 1);
}

/// A thread goes on without its starter, and others follow as before.
pub async fn a_thread_outlives_its_starters_membership(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &bob, "root").await;
    scene.leave(id, &bob).await;
    let reply = scene.append(NewMessage { reply_to: Some(root.id), ..scene.new_reply(&root, &ann, "one") }).await;
    scene.reply(&root, &cid, "two").await;
    assert_eq!(reply.thread_root, Some(root.id));
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((2, 1, 0)));
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(scene.counts(id, &bob).await.1, 0);
    assert_eq!(scene.reads.list_receipts(id, None, builders::limit(5)).await.unwrap().items.len(), 3);
}

/// Of every thread of this conversation that they follow, mentions included; elsewhere nothing moves.
pub async fn who_comes_back_has_read_the_threads_they_follow(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (id, elsewhere) = (scene.group(&[&ann, &bob, &cid]).await, scene.group(&[&ann, &bob]).await);
    let (root, other) = (scene.say(id, &bob, "root").await, scene.say(elsewhere, &bob, "root").await);
    for root in [&root, &other] {
        scene.reply(root, &ann, "one @bob").await;
    }
    scene.reply(&root, &cid, "two").await;
    scene.leave(id, &bob).await;
    scene.reply(&root, &ann, "three").await;
    let last = scene.say(id, &ann, "outside").await.ordinal;
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((last, 0, 0)));
    assert_eq!(scene.counts(id, &bob).await, (last, 0, 0));
    assert_eq!(scene.thread_counts(&root, &cid).await.map(|counts| counts.1), Some(1));
    assert_eq!(scene.thread_counts(&other, &bob).await, Some((1, 1, 1)));
    scene.reply(&root, &ann, "four").await;
    assert_eq!(scene.thread_counts(&root, &bob).await, Some((last, 1, 0)), "they go on following");
}
