//! What is unread.

use rialto_messaging::{MemberRole, ReadState};

use crate::{Scene, Stores, builders};

/// What others said after the pointer.
pub async fn unread_is_what_others_said_since(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    for sender in [&ann, &bob, &cid, &ann, &bob] {
        scene.say(id, sender, "hi").await;
    }
    assert_eq!(scene.counts(id, &ann).await, (0, 3, 0));
    assert_eq!(scene.counts(id, &bob).await, (0, 3, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 4, 0));
    scene.mark(id, &cid, 2).await;
    assert_eq!(scene.counts(id, &cid).await, (2, 2, 0));
    scene.mark(id, &ann, 5).await;
    assert_eq!(scene.counts(id, &ann).await, (5, 0, 0));
    scene.leave(id, &bob).await;
    assert_eq!(scene.counts(id, &cid).await, (2, 2, 0), "what was said by one who left is unread still");
}

/// Before it is read and after.
pub async fn a_deleted_message_is_not_unread(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(scene.say(id, &ann, "hi").await);
    }
    scene.mark(id, &bob, 1).await;
    scene.delete(&said[0], &ann).await;
    assert_eq!(scene.counts(id, &bob).await, (1, 3, 0));
    scene.delete(&said[2], &ann).await;
    assert_eq!(scene.counts(id, &bob).await, (1, 2, 0));
    scene.mark(id, &bob, 4).await;
    scene.delete(&said[3], &ann).await;
    assert_eq!(scene.counts(id, &bob).await, (4, 0, 0));
}

/// They count for who follows the thread.
pub async fn replies_are_unread_in_their_thread_alone(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &bob, "one").await;
    scene.say(id, &bob, "outside").await;
    scene.reply(&root, &bob, "two").await;
    assert_eq!(scene.counts(id, &ann).await, (0, 1, 0));
    assert_eq!(scene.counts(id, &cid).await, (0, 2, 0));
    assert_eq!(scene.thread_counts(&root, &ann).await, Some((1, 2, 0)));
    assert_eq!(scene.thread_counts(&root, &cid).await, None);
}

/// What was read once stays read, and what was not counts once.
pub async fn changes_of_a_message_make_nothing_unread(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let (read, unread) = (scene.say(id, &ann, "one").await, scene.say(id, &ann, "two").await);
    scene.mark(id, &bob, 1).await;
    for message in [&read, &unread] {
        scene.edit(message, "changed").await;
        scene.react(message, &ann, "👍").await;
        scene.pin(message, &ann).await;
    }
    assert_eq!(scene.counts(id, &bob).await, (1, 1, 0));
}

/// On connecting, in the list, alone and in the answer to marking.
pub async fn counts_are_the_same_wherever_they_are_read(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner), (&bob, MemberRole::Member)]).await;
    for text in ["one", "two @bob", "three @all", "four"] {
        scene.call(id, &ann, text).await;
    }
    let marked = scene.mark(id, &bob, 1).await.value;
    assert_eq!(marked, ReadState { ordinal: 1, unread: 3, mentions: 2 });
    assert_eq!(scene.read_state(id, &bob).await, Some(marked));
    assert_eq!(scene.messaging.find_summary(id, bob.id).await.unwrap().unwrap().read, Some(marked));
    let listed = scene.messaging.list_summaries(bob.id, None, builders::limit(5)).await.unwrap().items;
    assert_eq!(listed[0].read, Some(marked));
    let changes = scene.messaging.list_changes(bob.id, None, builders::limit(5)).await.unwrap();
    assert_eq!(changes.changed[0].read, Some(marked));
    assert_eq!(scene.messaging.find_summary(id, eve.id).await.unwrap().unwrap().read, None);
    assert_eq!(scene.read_state(id, &eve).await, None);
}

/// A course of a hundred and twenty messages of all kinds, counted from every pointer.
pub async fn counts_are_right_from_every_pointer(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let root = scene.say(id, &ann, "root").await;
    let mut counted = vec![true];
    for number in 1_u64..120 {
        let is_own = number % 5 == 0;
        let sender = if is_own { &bob } else { &ann };
        let in_thread = number % 3 == 0;
        let said = if in_thread { scene.reply(&root, sender, "re").await } else { scene.say(id, sender, "hi").await };
        let is_deleted = number % 7 == 0;
        if is_deleted {
            scene.delete(&said, sender).await;
        }
        counted.push(!is_own && !in_thread && !is_deleted);
    }
    for ordinal in 0..=120 {
        let wanted = counted[ordinal..].iter().filter(|counts| **counts).count() as u64;
        let read = scene.mark(id, &bob, ordinal as u64).await.value;
        assert_eq!((read.ordinal, read.unread), (ordinal as u64, wanted));
    }
}
