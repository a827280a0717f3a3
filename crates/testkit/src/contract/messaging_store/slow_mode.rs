//! Slow mode: a pause between two messages of a member.

use chrono::TimeDelta;
use rialto_kernel::{ConversationId, Instant};
use rialto_messaging::{AppendRefusal, Appended, ConversationChanges, MemberRole, NewMessage, Profile};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

async fn scene_with_pause(stores: Stores, seconds: u32) -> (Scene, ConversationId, Profile, Profile) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let changes = ConversationChanges { slowmode_s: Some(seconds), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), changes).await.unwrap();
    (scene, id, ann, bob)
}

async fn say_at(scene: &Scene, id: ConversationId, sender: &Profile, at: Instant) -> Result<Appended, AppendRefusal> {
    scene.messaging.append_message(NewMessage { at, ..scene.new_message(id, sender, "hi") }).await
}

/// `SlowMode` with the time from which on it may be said; at that very moment it may.
pub async fn a_member_waits_between_two_messages(stores: Stores) {
    let (scene, id, _ann, bob) = scene_with_pause(stores, 30).await;
    let first = scene.say(id, &bob, "hi").await.created_at;
    let wanted = first + TimeDelta::seconds(30);
    for at in [first, first + TimeDelta::seconds(1), wanted - TimeDelta::microseconds(1)] {
        match say_at(&scene, id, &bob, at).await {
            Err(AppendRefusal::SlowMode { until }) => assert_eq!(until, wanted),
            outcome => panic!("{outcome:?}"),
        }
    }
    assert!(matches!(say_at(&scene, id, &bob, wanted).await, Ok(Appended::New(_))));
    assert!(matches!(say_at(&scene, id, &bob, wanted).await, Err(AppendRefusal::SlowMode { .. })));
    assert_eq!(scene.log(id).await.len(), 5);
}

/// Each member for themselves, replies in threads included; a retry is no second message.
pub async fn the_pause_is_each_members_own(stores: Stores) {
    let (scene, id, ann, bob) = scene_with_pause(stores, 30).await;
    let cid = scene.user("cid").await;
    scene.add(id, &cid, MemberRole::Member).await;
    let root = scene.say(id, &ann, "root").await;
    let new = scene.new_reply(&root, &bob, "re");
    let reply = scene.append(new.clone()).await;
    let outcome = scene.messaging.append_message(scene.new_message(id, &bob, "hi")).await;
    assert!(matches!(outcome, Err(AppendRefusal::SlowMode { .. })), "{outcome:?}");
    assert_eq!(scene.messaging.append_message(new).await.unwrap(), Appended::Duplicate(reply));
    scene.say(id, &cid, "hi").await;
    let elsewhere = scene.group(&[&ann, &bob]).await;
    scene.say(elsewhere, &bob, "hi").await;
}

/// Nor does anybody where there is none, or once it is gone.
pub async fn moderators_do_not_wait(stores: Stores) {
    let (scene, id, ann, bob) = scene_with_pause(stores, 21_600).await;
    let cid = scene.user("cid").await;
    scene.add(id, &cid, MemberRole::Admin).await;
    for _ in 0..3 {
        scene.say(id, &ann, "hi").await;
        scene.say(id, &cid, "hi").await;
    }
    scene.say(id, &bob, "hi").await;
    let changes = ConversationChanges { slowmode_s: Some(0), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), changes).await.unwrap();
    scene.say(id, &bob, "hi").await;
}

/// Said before slow mode was set, it counts all the same.
pub async fn the_pause_begins_with_the_last_message(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let last = scene.say(id, &bob, "hi").await.created_at;
    let changes = ConversationChanges { slowmode_s: Some(60), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), changes).await.unwrap();
    let early = say_at(&scene, id, &bob, last + TimeDelta::seconds(59)).await;
    assert!(matches!(early, Err(AppendRefusal::SlowMode { .. })), "{early:?}");
    assert!(say_at(&scene, id, &bob, last + TimeDelta::seconds(60)).await.is_ok());
}

/// Nor does coming back begin one; who has said nothing does not wait.
pub async fn going_and_coming_back_does_not_shorten_the_pause(stores: Stores) {
    let (scene, id, _ann, bob) = scene_with_pause(stores, 600).await;
    let last = scene.say(id, &bob, "hi").await;
    let wanted = last.created_at + TimeDelta::seconds(600);
    scene.delete(&last, &bob).await;
    scene.leave(id, &bob).await;
    scene.add(id, &bob, MemberRole::Member).await;
    match say_at(&scene, id, &bob, wanted - TimeDelta::microseconds(1)).await {
        Err(AppendRefusal::SlowMode { until }) => assert_eq!(until, wanted),
        outcome => panic!("{outcome:?}"),
    }
    assert!(matches!(say_at(&scene, id, &bob, wanted).await, Ok(Appended::New(_))));
    let cid = scene.user("cid").await;
    scene.add(id, &cid, MemberRole::Member).await;
    scene.leave(id, &cid).await;
    scene.add(id, &cid, MemberRole::Member).await;
    scene.say(id, &cid, "hi").await;
}

/// One is stored.
pub async fn of_many_messages_at_once_slow_mode_lets_one_through(stores: Stores) {
    let (scene, id, _ann, bob) = scene_with_pause(stores, 600).await;
    let outcomes = at_once((0..8).map(|_| {
        let (store, new) = (scene.messaging.clone(), scene.new_message(id, &bob, "hi"));
        async move { store.append_message(new).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(Appended::New(_)))).count(), 1, "{outcomes:?}");
    let waiting = |outcome: &&_| matches!(outcome, Err(AppendRefusal::SlowMode { .. }));
    assert_eq!(outcomes.iter().filter(waiting).count(), 7, "{outcomes:?}");
}
