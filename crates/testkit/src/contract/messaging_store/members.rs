//! Memberships begin and end once, and each change is logged.

use chrono::TimeDelta;
use rialto_messaging::{
    AddMemberRefusal, Added, ChangeRefusal, Event, EventBody, LeaveRefusal, Member, MemberRole, NewMember, Profile,
};

use super::super::concurrency::at_once;
use crate::{Scene, Stores};

/// The event carries the membership that is stored, to the microsecond.
pub async fn a_new_member_is_logged_and_found(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let at = scene.clock.advance(TimeDelta::microseconds(1_234_567));
    let new = NewMember { conversation_id: id, user_id: bob.id, role: MemberRole::Admin, invited_by: None, at };
    let member = Member { user: bob.clone(), role: MemberRole::Admin, joined_at: at, muted_until: None };
    let event = Event { stream: id.into(), seq: 2, at, body: EventBody::MemberAdded(member.clone()) };
    match scene.messaging.add_member(new).await.unwrap() {
        Added::New { member: added, events } => assert_eq!((added, &events[0]), (member.clone(), &event)),
        Added::Already(member) => panic!("{member:?} was in already"),
    }
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), Some(member));
    assert_eq!(scene.log(id).await[1], event);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_ordinal, conversation.last_event_at), (2, 0, at));
}

/// Neither role nor time changes, and nothing is logged.
pub async fn a_member_who_is_in_stays_as_they_are(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let before = scene.messaging.find_conversation(id).await.unwrap();
    let member = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    for role in [MemberRole::Owner, MemberRole::Reader] {
        let outcome = scene.messaging.add_member(scene.new_member(id, bob.id, role)).await.unwrap();
        assert_eq!(outcome, Added::Already(member.clone()));
    }
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), before);
}

/// `UnknownUser`, and nothing is logged.
pub async fn an_unknown_user_is_not_added(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    let new = scene.new_member(id, scene.ids.next(), MemberRole::Member);
    let outcome = scene.messaging.add_member(new).await;
    assert!(matches!(outcome, Err(AddMemberRefusal::UnknownUser)), "{outcome:?}");
    assert_eq!(scene.log(id).await.len(), 1);
}

/// `UnknownConversation`.
pub async fn nobody_is_added_to_an_unknown_conversation(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let new = scene.new_member(scene.ids.next(), ann.id, MemberRole::Member);
    let outcome = scene.messaging.add_member(new).await;
    assert!(matches!(outcome, Err(AddMemberRefusal::UnknownConversation)), "{outcome:?}");
}

/// The others are told that the user is in already.
pub async fn of_many_additions_at_once_one_is_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let outcomes = at_once((0..8).map(|_| {
        let (store, new) = (scene.messaging.clone(), scene.new_member(id, bob.id, MemberRole::Member));
        async move { store.add_member(new).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Added::New { .. })).count(), 1, "{outcomes:?}");
    assert_eq!(scene.log(id).await.len(), 2);
}

/// The event names who left; the membership is gone, the rest of the conversation stays.
pub async fn a_removed_member_is_logged_and_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let said = scene.say(id, &bob, "bye").await;
    let event = scene.leave(id, &bob).await;
    let at = scene.now();
    assert_eq!(event, Event { stream: id.into(), seq: 4, at, body: EventBody::MemberRemoved(bob.clone()) });
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), None);
    assert!(scene.messaging.find_member(id, ann.id).await.unwrap().is_some());
    let log = scene.log(id).await;
    assert_eq!(log[2].body, EventBody::MessageCreated(said));
    assert_eq!(log[3], event);
    let conversation = scene.messaging.find_conversation(id).await.unwrap().unwrap();
    assert_eq!((conversation.last_seq, conversation.last_event_at), (4, at));
}

/// The second time there is nothing to end, and nothing is logged.
pub async fn a_member_is_removed_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.leave(id, &bob).await;
    let before = scene.messaging.find_conversation(id).await.unwrap();
    for gone in [bob.id, scene.ids.next()] {
        assert_eq!(scene.messaging.leave_conversation(id, gone, scene.later()).await.unwrap(), []);
        let again = scene.messaging.remove_member(id, ann.id, gone, scene.later()).await;
        assert!(matches!(again, Err(ChangeRefusal::NoSuchMember)), "{again:?}");
    }
    assert_eq!(scene.messaging.find_conversation(id).await.unwrap(), before);
}

/// Exactly one caller gets the event.
pub async fn of_many_removals_at_once_one_is_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let outcomes = at_once((0..8).map(|_| {
        let (store, by, user_id, at) = (scene.messaging.clone(), ann.id, bob.id, scene.later());
        async move { store.remove_member(id, by, user_id, at).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let late = |outcome: &&_| matches!(outcome, Err(ChangeRefusal::NoSuchMember));
    assert_eq!(outcomes.iter().filter(late).count(), 7, "{outcomes:?}");
    assert_eq!(scene.log(id).await.len(), 3);
}

/// As a new member, with a new role and a new time; the log keeps both memberships as they were.
pub async fn a_removed_member_may_come_back(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann]).await;
    let mut wanted = scene.log(id).await;
    wanted.push(scene.add(id, &bob, MemberRole::Admin).await);
    wanted.push(scene.leave(id, &bob).await);
    wanted.push(scene.add(id, &bob, MemberRole::Reader).await);
    let member = scene.messaging.find_member(id, bob.id).await.unwrap();
    assert_eq!(member, Some(Member { user: bob, role: MemberRole::Reader, joined_at: scene.now(), muted_until: None }));
    assert_eq!(scene.log(id).await, wanted);
}

/// `InviterMayNot` for a plain member and for one who is not in; owners and admins bring people in.
pub async fn whoever_may_not_invite_brings_nobody_in(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, carol) = (scene.user("ann").await, scene.user("bob").await, scene.user("carol").await);
    let (dora, eve) = (scene.user("dora").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    scene.add(id, &carol, MemberRole::Admin).await;
    let invited = |user: &Profile, inviter: &Profile| NewMember {
        invited_by: Some(inviter.id),
        ..scene.new_member(id, user.id, MemberRole::Member)
    };
    for inviter in [&bob, &eve] {
        let outcome = scene.messaging.add_member(invited(&dora, inviter)).await;
        assert!(matches!(outcome, Err(AddMemberRefusal::InviterMayNot)), "{outcome:?}");
    }
    assert_eq!(scene.messaging.find_member(id, dora.id).await.unwrap(), None);
    assert!(matches!(scene.messaging.add_member(invited(&dora, &carol)).await.unwrap(), Added::New { .. }));
    assert!(matches!(scene.messaging.add_member(invited(&eve, &ann)).await.unwrap(), Added::New { .. }));
}

/// Members go when they like; an owner only when nobody else is in.
pub async fn an_owner_leaves_last(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let refusal = scene.messaging.leave_conversation(id, ann.id, scene.later()).await;
    assert!(matches!(refusal, Err(LeaveRefusal::OwnerMustStay)), "{refusal:?}");
    let left = scene.messaging.leave_conversation(id, bob.id, scene.later()).await.unwrap();
    assert_eq!(left[0].body, EventBody::MemberRemoved(bob.clone()));
    assert_eq!(scene.messaging.leave_conversation(id, bob.id, scene.later()).await.unwrap(), []);
    assert_ne!(scene.messaging.leave_conversation(id, ann.id, scene.later()).await.unwrap(), []);
    assert_eq!(scene.log(id).await.len(), 4);
}

/// Either the owner is still in when somebody comes, or nobody came.
pub async fn nobody_is_brought_into_a_group_whose_owner_leaves(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    for _ in 0..20 {
        let id = scene.group(&[&ann]).await;
        let new = NewMember { invited_by: Some(ann.id), ..scene.new_member(id, bob.id, MemberRole::Member) };
        let at = scene.later();
        let (adding, leaving) = (scene.messaging.clone(), scene.messaging.clone());
        let added = tokio::spawn(async move { adding.add_member(new).await.is_ok() });
        let left = tokio::spawn(async move { leaving.leave_conversation(id, ann.id, at).await.is_ok() });
        let (added, left) = (added.await.unwrap(), left.await.unwrap());
        assert_ne!(added, left, "one of the two must come first");
    }
}
