//! Who may write is decided when the message is committed.

use std::sync::Arc;

use chrono::TimeDelta;
use rialto_messaging::{
    Actor, AppendRefusal, Appended, ConversationChanges, MemberRole, NewMessage, Profile, WriteRefusal,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

async fn refused(scene: &Scene, new: NewMessage) -> WriteRefusal {
    match scene.messaging.append_message(new).await {
        Err(AppendRefusal::Write(refusal)) => refusal,
        outcome => panic!("{outcome:?}"),
    }
}

fn as_guest(new: NewMessage) -> NewMessage {
    NewMessage { sender: Actor { is_guest: true, ..new.sender }, ..new }
}

/// `Archived`, to owners too; once it is taken out again, it goes on.
pub async fn nobody_writes_in_an_archived_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let archived = |archived| ConversationChanges { archived: Some(archived), ..ConversationChanges::default() };
    scene.change(id, builders::actor(ann.id), archived(true)).await.unwrap();
    for sender in [&ann, &bob] {
        assert_eq!(refused(&scene, scene.new_message(id, sender, "hi")).await, WriteRefusal::Archived);
    }
    scene.change(id, builders::actor(ann.id), archived(false)).await.unwrap();
    scene.say(id, &bob, "hi").await;
}

/// `GuestsReadOnly`, unless the channel lets them; in groups and between two users guests write.
pub async fn guests_write_where_they_may(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, gus) = (scene.user("ann").await, scene.user("gus").await);
    let channel = scene.channel("news", &[(&ann, MemberRole::Owner), (&gus, MemberRole::Member)]).await;
    let group = scene.group(&[&ann, &gus]).await;
    let direct = scene.create(scene.new_direct(&ann, &gus)).await.0.id;
    for id in [group, direct] {
        scene.append(as_guest(scene.new_message(id, &gus, "hi"))).await;
    }
    let refusal = refused(&scene, as_guest(scene.new_message(channel, &gus, "hi"))).await;
    assert_eq!(refusal, WriteRefusal::GuestsReadOnly);
    scene.say(channel, &gus, "a guest no more").await;
    let changes = ConversationChanges { guests_may_write: Some(true), ..ConversationChanges::default() };
    scene.change(channel, builders::actor(ann.id), changes).await.unwrap();
    scene.append(as_guest(scene.new_message(channel, &gus, "hi"))).await;
}

/// An admin of the server writes where they are a member, like anybody.
pub async fn admins_of_the_server_write_as_members(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, root) = (scene.user("ann").await, scene.user("root").await);
    let id = scene.group(&[&ann]).await;
    let new = || {
        let new = scene.new_message(id, &root, "hi");
        NewMessage { sender: Actor { is_admin: true, ..new.sender }, ..new }
    };
    assert_eq!(refused(&scene, new()).await, WriteRefusal::NotAMember);
    scene.add(id, &root, MemberRole::Reader).await;
    assert_eq!(refused(&scene, new()).await, WriteRefusal::ReadOnly);
}

/// Of all that is wrong at once, the first in the order of the contract; then slow mode, the thread, the answered.
pub async fn every_refusal_has_its_place(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, gus) = (scene.user("ann").await, scene.user("gus").await);
    let id = scene.channel("news", &[(&ann, MemberRole::Owner)]).await;
    let wrong_in_all = || {
        let new = as_guest(scene.new_message(id, &gus, "hi"));
        NewMessage { thread_root: Some(scene.ids.next()), reply_to: Some(scene.ids.next()), ..new }
    };
    let change = async |changes| scene.change(id, builders::actor(ann.id), changes).await.unwrap();
    let until = scene.now() + TimeDelta::days(1);
    assert_eq!(refused(&scene, wrong_in_all()).await, WriteRefusal::NotAMember);
    scene.add(id, &gus, MemberRole::Member).await;
    scene.say(id, &gus, "as a member").await;
    scene.messaging.change_role(id, ann.id, gus.id, MemberRole::Reader, scene.later()).await.unwrap();
    scene.mute(id, &ann, &gus, Some(until)).await;
    change(ConversationChanges { archived: Some(true), slowmode_s: Some(21_600), ..Default::default() }).await;
    assert_eq!(refused(&scene, wrong_in_all()).await, WriteRefusal::Archived);
    change(ConversationChanges { archived: Some(false), ..Default::default() }).await;
    assert_eq!(refused(&scene, wrong_in_all()).await, WriteRefusal::ReadOnly);
    scene.messaging.change_role(id, ann.id, gus.id, MemberRole::Member, scene.later()).await.unwrap();
    assert_eq!(refused(&scene, wrong_in_all()).await, WriteRefusal::GuestsReadOnly);
    change(ConversationChanges { guests_may_write: Some(true), ..Default::default() }).await;
    assert_eq!(refused(&scene, wrong_in_all()).await, WriteRefusal::Muted { until });
    scene.mute(id, &ann, &gus, None).await;
    let outcome = scene.messaging.append_message(wrong_in_all()).await;
    assert!(matches!(outcome, Err(AppendRefusal::SlowMode { .. })), "{outcome:?}");
    change(ConversationChanges { slowmode_s: Some(0), ..Default::default() }).await;
    let outcome = scene.messaging.append_message(wrong_in_all()).await;
    assert!(matches!(outcome, Err(AppendRefusal::UnknownThread)), "{outcome:?}");
    let outcome = scene.messaging.append_message(NewMessage { thread_root: None, ..wrong_in_all() }).await;
    assert!(matches!(outcome, Err(AppendRefusal::UnknownReply)), "{outcome:?}");
}

/// Whatever was true when it was sent off: nothing is said after the removal was logged.
pub async fn nobody_writes_after_they_were_removed(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let removing = {
        let (scene, by, user) = (scene.clone(), ann.id, bob.id);
        async move { drop(scene.messaging.remove_member(id, by, user, scene.later()).await.unwrap()) }
    };
    let acts = (0..12).map(|_| {
        let (scene, bob) = (scene.clone(), bob.clone());
        tokio::spawn(async move { say_if_one_may(&scene, id, &bob).await })
    });
    let acts: Vec<_> = acts.collect();
    at_once([removing]).await;
    for act in acts {
        act.await.unwrap();
    }
    let names: Vec<_> = scene.log(id).await.iter().map(|event| event.body.name()).collect();
    assert_eq!(names.last(), Some(&"member.removed"), "{names:?}");
}

async fn say_if_one_may(scene: &Scene, id: rialto_kernel::ConversationId, sender: &Profile) {
    match scene.messaging.append_message(scene.new_message(id, sender, "hi")).await {
        Ok(Appended::New(_)) | Err(AppendRefusal::Write(WriteRefusal::NotAMember)) => {}
        outcome => panic!("{outcome:?}"),
    }
}
