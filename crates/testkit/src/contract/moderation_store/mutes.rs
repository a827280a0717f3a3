//! Members who are silenced for a while.

use chrono::TimeDelta;
use rialto_kernel::{ConversationId, Instant};
use rialto_messaging::{
    Added, AppendRefusal, Appended, AuditAction, ChangeRefusal, Done, Event, EventBody, Member, MemberRole, Message,
    NewMessage, Profile, WriteRefusal,
};

use crate::{Scene, Stores, builders};

async fn try_mute(
    scene: &Scene,
    id: ConversationId,
    by: &Profile,
    user: &Profile,
    until: Option<Instant>,
) -> Result<Done<Member>, ChangeRefusal> {
    scene.moderation.mute_member(id, by.id, user.id, until, scene.later()).await
}

fn message_of(appended: Appended) -> Message {
    match appended {
        Appended::New(message) | Appended::Duplicate(message) => message,
    }
}

/// As the member that is stored, until when told.
pub async fn a_mute_is_logged_and_kept(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let before = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    let until = scene.now() + TimeDelta::microseconds(3_600_000_007);
    let done = try_mute(&scene, id, &ann, &bob, Some(until)).await.unwrap();
    let member = Member { muted_until: Some(until), ..before };
    let body = EventBody::MemberMuteChanged(member.clone());
    let event = Event { stream: id.into(), seq: 3, at: scene.now(), body };
    assert_eq!((&done.value, &done.events[..]), (&member, std::slice::from_ref(&event)));
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), Some(member.clone()));
    let listed = scene.messaging.list_members(id, None, builders::limit(5)).await.unwrap().items;
    assert!(listed.contains(&member));
    assert_eq!(scene.log(id).await[2], event);
}

/// `Muted`, with the time it ends; others write on.
pub async fn a_muted_member_does_not_write(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let (id, elsewhere) = (scene.group(&[&ann, &bob]).await, scene.group(&[&ann, &bob]).await);
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    let refusal = scene.messaging.append_message(scene.new_message(id, &bob, "hi")).await.unwrap_err();
    let wanted = WriteRefusal::Muted { until };
    assert!(matches!(&refusal, AppendRefusal::Write(refusal) if *refusal == wanted), "{refusal:?}");
    scene.say(id, &ann, "hi").await;
    scene.say(elsewhere, &bob, "hi").await;
}

/// At the very moment it was to end.
pub async fn a_mute_ends_by_itself(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    let said_at = |at| NewMessage { at, ..scene.new_message(id, &bob, "hi") };
    let early = scene.messaging.append_message(said_at(until - TimeDelta::microseconds(1))).await;
    assert!(matches!(early, Err(AppendRefusal::Write(WriteRefusal::Muted { .. }))), "{early:?}");
    let in_time = scene.messaging.append_message(said_at(until)).await.unwrap();
    assert_eq!(message_of(in_time).created_at, until);
}

/// And that is logged too.
pub async fn a_lifted_mute_lets_write_again(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.mute(id, &ann, &bob, Some(scene.now() + TimeDelta::hours(1))).await;
    let done = try_mute(&scene, id, &ann, &bob, None).await.unwrap();
    assert_eq!(done.value.muted_until, None);
    assert_eq!(done.events[0].body, EventBody::MemberMuteChanged(done.value));
    scene.say(id, &bob, "hi").await;
}

/// Whether they went, were taken out or were banned.
pub async fn a_mute_outlasts_the_membership(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    for way_out in 0..3 {
        match way_out {
            0 => drop(scene.leave(id, &bob).await),
            1 => drop(scene.messaging.remove_member(id, ann.id, bob.id, scene.later()).await.unwrap()),
            _ => {
                scene.ban(id, &ann, &bob).await;
                assert!(scene.moderation.lift_ban(id, ann.id, bob.id, scene.later()).await.unwrap());
            }
        }
        let new = scene.new_member(id, bob.id, MemberRole::Member);
        let muted = Member { user: bob.clone(), role: new.role, joined_at: new.at, muted_until: Some(until) };
        let Added::New { member, events } = scene.messaging.add_member(new).await.unwrap() else {
            panic!("they were out")
        };
        assert_eq!(member, muted);
        assert_eq!(events[0].body, EventBody::MemberAdded(muted.clone()));
        assert_eq!(scene.log(id).await.last(), events.first());
        assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), Some(muted));
        let refusal = scene.messaging.append_message(scene.new_message(id, &bob, "hi")).await.unwrap_err();
        let wanted = WriteRefusal::Muted { until };
        assert!(matches!(&refusal, AppendRefusal::Write(refusal) if *refusal == wanted), "{refusal:?}");
    }
    scene.mute(id, &ann, &bob, None).await;
    scene.leave(id, &bob).await;
    scene.add(id, &bob, MemberRole::Member).await;
    scene.say(id, &bob, "hi").await;
}

/// To whoever follows the events, live or later, as to whoever looks afresh; and as free once the mute was lifted.
pub async fn who_comes_back_muted_is_shown_as_muted(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    scene.leave(id, &bob).await;
    let Added::New { events, .. } =
        scene.messaging.add_member(scene.new_member(id, bob.id, MemberRole::Member)).await.unwrap()
    else {
        panic!("they were out")
    };
    let fresh = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    assert_eq!(fresh.muted_until, Some(until));
    assert!(scene.messaging.list_members(id, None, builders::limit(5)).await.unwrap().items.contains(&fresh));
    assert_eq!(events[0].body, EventBody::MemberAdded(fresh.clone()));
    assert_eq!(scene.log(id).await.last(), events.first());
    scene.mute(id, &ann, &bob, None).await;
    let free = Member { muted_until: None, ..fresh };
    let bodies: Vec<_> = scene.log(id).await.into_iter().rev().take(2).map(|event| event.body).collect();
    assert_eq!(bodies, [EventBody::MemberMuteChanged(free.clone()), EventBody::MemberAdded(free)]);
}

/// `NoSuchMember`, and they are as silent as before when they come back.
pub async fn a_mute_of_who_is_out_stays_as_it_is(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = Some(scene.now() + TimeDelta::hours(1));
    scene.mute(id, &ann, &bob, until).await;
    scene.leave(id, &bob).await;
    for other in [None, until.map(|until| until + TimeDelta::hours(1))] {
        let refusal = try_mute(&scene, id, &ann, &bob, other).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NoSuchMember), "{refusal:?}");
    }
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap().unwrap().muted_until, until);
}

/// A new end is logged, the same again is not.
pub async fn a_mute_that_changes_nothing_is_not_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    assert_eq!(try_mute(&scene, id, &ann, &bob, None).await.unwrap().events, []);
    let (one, other) = (scene.now() + TimeDelta::hours(1), scene.now() + TimeDelta::hours(2));
    for (until, logged) in [(Some(one), 1), (Some(one), 0), (Some(other), 1), (None, 1), (None, 0)] {
        let done = try_mute(&scene, id, &ann, &bob, until).await.unwrap();
        assert_eq!((done.value.muted_until, done.events.len()), (until, logged));
    }
    assert_eq!(scene.log(id).await.len(), 5);
    let audit = scene.moderation.list_audit(id, None, builders::limit(9)).await.unwrap().items;
    assert_eq!(audit.len(), 3);
}

/// Whoever is below them: `NotAllowed` over equals, over themselves and between two users, `NotFound` to strangers.
pub async fn moderators_mute_whoever_is_below_them(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (dan, eve) = (scene.user("dan").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.add(id, &cid, MemberRole::Admin).await;
    scene.add(id, &dan, MemberRole::Admin).await;
    let until = Some(scene.now() + TimeDelta::hours(1));
    for (by, user) in [(&bob, &bob), (&bob, &ann), (&cid, &ann), (&cid, &dan), (&cid, &cid), (&ann, &ann)] {
        let refusal = try_mute(&scene, id, by, user, until).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
    for (by, user) in [(&cid, &bob), (&ann, &cid)] {
        assert_eq!(try_mute(&scene, id, by, user, until).await.unwrap().events.len(), 1);
    }
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    let refusal = try_mute(&scene, direct, &ann, &bob, until).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    for (id, by) in [(id, &eve), (scene.ids.next(), &ann)] {
        let refusal = try_mute(&scene, id, by, &bob, until).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    let refusal = try_mute(&scene, id, &ann, &eve, until).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NoSuchMember), "{refusal:?}");
}

/// As the member is; after they left, with the role that the event knows and the mute that awaits them.
pub async fn a_replay_shows_the_mute_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    let at = scene.now();
    scene.mute(id, &ann, &bob, None).await;
    let now = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    for event in &scene.log(id).await[2..] {
        assert_eq!(event.body, EventBody::MemberMuteChanged(now.clone()));
    }
    scene.leave(id, &bob).await;
    let then = Member { user: bob.clone(), role: MemberRole::Member, joined_at: at, muted_until: None };
    assert_eq!(scene.log(id).await[2].body, EventBody::MemberMuteChanged(then));
    scene.add(id, &bob, MemberRole::Member).await;
    scene.mute(id, &ann, &bob, Some(until)).await;
    scene.leave(id, &bob).await;
    for event in scene.log(id).await {
        if let EventBody::MemberAdded(member) | EventBody::MemberMuteChanged(member) = event.body
            && member.user.id == bob.id
        {
            assert_eq!(member.muted_until, Some(until));
        }
    }
}

/// By whom, whom, and until when.
pub async fn mutes_are_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let until = scene.now() + TimeDelta::hours(1);
    scene.mute(id, &ann, &bob, Some(until)).await;
    scene.mute(id, &ann, &bob, None).await;
    let audit = scene.moderation.list_audit(id, None, builders::limit(9)).await.unwrap().items;
    let actions: Vec<_> = audit.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [AuditAction::MemberUnmuted, AuditAction::MemberMuted]);
    assert!(audit.iter().all(|entry| entry.actor == ann && entry.user_id == Some(bob.id)));
    assert_eq!(audit[1].detail.parse::<Instant>().unwrap(), until);
    assert_eq!(audit[0].at, scene.now());
}
