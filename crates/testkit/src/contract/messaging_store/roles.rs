//! Roles, and the handing over of ownership.

use std::sync::Arc;

use rialto_kernel::ConversationId;
use rialto_messaging::{AuditAction, ChangeRefusal, Done, Event, EventBody, Member, MemberRole, Profile};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

async fn give(
    scene: &Scene,
    id: ConversationId,
    by: &Profile,
    user: &Profile,
    role: MemberRole,
) -> Result<Done<Member>, ChangeRefusal> {
    scene.messaging.change_role(id, by.id, user.id, role, scene.later()).await
}

async fn role_of(scene: &Scene, id: ConversationId, user: &Profile) -> MemberRole {
    scene.messaging.find_member(id, user.id).await.unwrap().unwrap().role
}

/// As the member that is stored; the time of joining stays.
pub async fn a_new_role_is_logged_and_kept(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let before = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    let done = give(&scene, id, &ann, &bob, MemberRole::Admin).await.unwrap();
    let member = Member { role: MemberRole::Admin, ..before };
    let body = EventBody::MemberRoleChanged(member.clone());
    let event = Event { stream: id.into(), seq: 3, at: scene.now(), body };
    assert_eq!((&done.value, &done.events[..]), (&member, std::slice::from_ref(&event)));
    assert_eq!(scene.messaging.find_member(id, bob.id).await.unwrap(), Some(member));
    assert_eq!(scene.log(id).await[2], event);
    assert_eq!(scene.messaging.find_summary(id, bob.id).await.unwrap().unwrap().role, Some(MemberRole::Admin));
}

/// Neither logged nor written down.
pub async fn a_role_that_stays_is_not_logged(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let done = give(&scene, id, &ann, &bob, MemberRole::Member).await.unwrap();
    assert_eq!((done.value.role, done.events), (MemberRole::Member, vec![]));
    assert_eq!(scene.log(id).await.len(), 2);
    assert_eq!(scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items, []);
}

/// What is below oneself, to who is below oneself; nobody changes their own.
pub async fn roles_are_given_below_ones_own(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let (dan, eve) = (scene.user("dan").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob, &eve]).await;
    for admin in [&cid, &dan] {
        scene.add(id, admin, MemberRole::Admin).await;
    }
    for (by, user, role) in [
        (&bob, &eve, MemberRole::Reader),
        (&cid, &bob, MemberRole::Admin),
        (&cid, &dan, MemberRole::Member),
        (&cid, &ann, MemberRole::Member),
        (&cid, &cid, MemberRole::Member),
        (&ann, &ann, MemberRole::Member),
        (&cid, &bob, MemberRole::Owner),
        (&cid, &cid, MemberRole::Owner),
        (&bob, &bob, MemberRole::Owner),
    ] {
        let refusal = give(&scene, id, by, user, role).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?} {role:?}");
    }
    assert_eq!(scene.log(id).await.len(), 5);
    for (by, user, role) in [
        (&cid, &bob, MemberRole::Reader),
        (&cid, &bob, MemberRole::Member),
        (&ann, &bob, MemberRole::Admin),
        (&ann, &cid, MemberRole::Reader),
    ] {
        assert_eq!(give(&scene, id, by, user, role).await.unwrap().value.role, role);
    }
}

/// `NotFound`, `NoSuchMember`; between two users nobody decides over the other.
pub async fn roles_are_given_among_members(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, eve) = (scene.user("ann").await, scene.user("bob").await, scene.user("eve").await);
    let id = scene.group(&[&ann, &bob]).await;
    for (id, by) in [(id, &eve), (scene.ids.next(), &ann)] {
        let refusal = give(&scene, id, by, &bob, MemberRole::Reader).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotFound), "{refusal:?}");
    }
    for role in [MemberRole::Reader, MemberRole::Owner] {
        let refusal = give(&scene, id, &ann, &eve, role).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NoSuchMember), "{refusal:?}");
    }
    let direct = scene.create(scene.new_direct(&ann, &bob)).await.0.id;
    for role in [MemberRole::Reader, MemberRole::Owner] {
        let refusal = give(&scene, direct, &ann, &bob, role).await.unwrap_err();
        assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    }
}

/// Two events in one act, the old owner's first; one entry in the audit log, for the new owner.
pub async fn ownership_is_handed_over_in_one_act(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    let done = give(&scene, id, &ann, &bob, MemberRole::Owner).await.unwrap();
    let member = async |user: &Profile| scene.messaging.find_member(id, user.id).await.unwrap().unwrap();
    assert_eq!(done.value, member(&bob).await);
    assert_eq!((member(&ann).await.role, member(&bob).await.role), (MemberRole::Admin, MemberRole::Owner));
    let bodies: Vec<_> = done.events.iter().map(|event| event.body.clone()).collect();
    let wanted = [EventBody::MemberRoleChanged(member(&ann).await), EventBody::MemberRoleChanged(member(&bob).await)];
    assert_eq!(bodies, wanted);
    assert_eq!(scene.log(id).await[2..], done.events);
    let audit = scene.moderation.list_audit(id, None, builders::limit(5)).await.unwrap().items;
    assert_eq!(audit.len(), 1);
    assert_eq!(
        (audit[0].action, audit[0].user_id, &*audit[0].detail),
        (AuditAction::RoleChanged, Some(bob.id), "owner")
    );
    let refusal = give(&scene, id, &ann, &bob, MemberRole::Owner).await.unwrap_err();
    assert!(matches!(refusal, ChangeRefusal::NotAllowed), "{refusal:?}");
    scene.leave(id, &ann).await;
}

/// As they are now; after they left, as they were made.
pub async fn a_replay_shows_the_role_of_now(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    give(&scene, id, &ann, &bob, MemberRole::Admin).await.unwrap();
    let at = scene.now();
    give(&scene, id, &ann, &bob, MemberRole::Reader).await.unwrap();
    let now = scene.messaging.find_member(id, bob.id).await.unwrap().unwrap();
    for event in &scene.log(id).await[2..] {
        assert_eq!(event.body, EventBody::MemberRoleChanged(now.clone()));
    }
    scene.leave(id, &bob).await;
    let then = Member { user: bob, role: MemberRole::Admin, joined_at: at, muted_until: None };
    assert_eq!(scene.log(id).await[2].body, EventBody::MemberRoleChanged(then));
}

/// However many the owner hands it to at once.
pub async fn of_many_hand_overs_at_once_one_is_done(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let people = scene.users(9).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let outcomes = at_once(people[1..].iter().cloned().map(|user| {
        let (scene, owner) = (scene.clone(), people[0].clone());
        async move { give(&scene, id, &owner, &user, MemberRole::Owner).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let mut owners = 0;
    for user in &people {
        owners += usize::from(role_of(&scene, id, user).await == MemberRole::Owner);
    }
    assert_eq!(owners, 1);
    assert_eq!(role_of(&scene, id, &people[0]).await, MemberRole::Admin);
    assert_eq!(scene.log(id).await.len(), 11);
}

/// A hand-over to one who leaves, or a leaving owner: there is an owner while anybody is in.
pub async fn a_group_is_never_left_without_an_owner(stores: Stores) {
    let scene = Arc::new(Scene::new(stores));
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    for _ in 0..10 {
        let id = scene.group(&[&ann, &bob]).await;
        let handing = {
            let (scene, ann, bob) = (scene.clone(), ann.clone(), bob.clone());
            tokio::spawn(async move { give(&scene, id, &ann, &bob, MemberRole::Owner).await })
        };
        let leaving = {
            let (scene, bob) = (scene.clone(), bob.clone());
            tokio::spawn(async move { scene.messaging.leave_conversation(id, bob.id, scene.later()).await })
        };
        let (handed, left) = (handing.await.unwrap(), leaving.await.unwrap());
        assert_ne!(handed.is_ok(), left.is_ok(), "one of the two must come first");
        let members = scene.messaging.list_members(id, None, builders::limit(5)).await.unwrap().items;
        assert_eq!(members.iter().filter(|member| member.role == MemberRole::Owner).count(), 1);
    }
}
