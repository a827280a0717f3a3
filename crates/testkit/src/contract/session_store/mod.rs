//! What every [`SessionStore`](rialto_identity::SessionStore) promises.

use chrono::TimeDelta;
use rialto_identity::{Redemption, Session, SessionInUse};
use rialto_kernel::{Instant, SessionId, UserId};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`SessionStore`](rialto_identity::SessionStore) on an adapter. The constructor is the absolute path
/// of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! session_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, session_store:
            a_new_session_is_listed_as_it_was_stored,
            the_session_used_last_comes_first,
            sessions_of_others_are_not_listed,
            a_session_that_cannot_go_on_is_not_listed,
            a_list_holds_no_more_than_asked_for,
            use_is_noted_with_its_address,
            time_does_not_go_back,
            an_ended_session_is_not_used,
            a_refresh_counts_as_use,
            a_user_ends_a_session_of_their_own,
            nobody_ends_a_session_of_somebody_else,
            of_many_who_end_a_session_one_does,
        }
    };
}

async fn list(scene: &Scene, user: UserId) -> Vec<SessionInUse> {
    scene.sessions.list_sessions(user, scene.now(), 100).await.unwrap()
}

async fn listed(scene: &Scene, user: UserId) -> Vec<SessionId> {
    list(scene, user).await.into_iter().map(|in_use| in_use.session.id).collect()
}

async fn sign_in(scene: &Scene, user: UserId, at: Instant) -> Session {
    let session = builders::session(&scene.ids, user, at);
    let token = builders::refresh_token(&scene.ids, at);
    scene.identity.insert_session(session.clone(), token).await.unwrap();
    session
}

/// Last used when it was made.
pub async fn a_new_session_is_listed_as_it_was_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let in_use = SessionInUse { last_used_at: ann.session.created_at, session: ann.session };
    assert_eq!(list(&scene, ann.user.id).await, [in_use]);
}

/// And not the one that was made last.
pub async fn the_session_used_last_comes_first(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let second = sign_in(&scene, ann.user.id, scene.later()).await;
    let third = sign_in(&scene, ann.user.id, scene.later()).await;
    assert_eq!(listed(&scene, ann.user.id).await, [third.id, second.id, ann.session.id]);
    scene.sessions.note_use(ann.session.id, None, scene.later()).await.unwrap();
    assert_eq!(listed(&scene, ann.user.id).await, [ann.session.id, third.id, second.id]);
}

/// Nor does an unknown user have any.
pub async fn sessions_of_others_are_not_listed(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    assert_eq!(listed(&scene, bob.user.id).await, [bob.session.id]);
    assert_eq!(listed(&scene, ann.user.id).await, [ann.session.id]);
    assert_eq!(listed(&scene, scene.ids.next()).await, []);
}

/// One that was ended, and one whose last token is too old.
pub async fn a_session_that_cannot_go_on_is_not_listed(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let second = sign_in(&scene, ann.user.id, scene.now()).await;
    scene.identity.revoke_session(second.id, scene.later()).await.unwrap();
    assert_eq!(listed(&scene, ann.user.id).await, [ann.session.id]);
    let end = ann.refresh_token.expires_at;
    let at = |now| scene.sessions.list_sessions(ann.user.id, now, 100);
    assert_eq!(at(end - TimeDelta::microseconds(1)).await.unwrap().len(), 1);
    assert_eq!(at(end).await.unwrap(), []);
}

/// Those that were used last.
pub async fn a_list_holds_no_more_than_asked_for(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let mut newest = ann.session.id;
    for _ in 0..3 {
        newest = sign_in(&scene, ann.user.id, scene.later()).await.id;
    }
    let one = scene.sessions.list_sessions(ann.user.id, scene.now(), 1).await.unwrap();
    assert_eq!(one.iter().map(|in_use| in_use.session.id).collect::<Vec<_>>(), [newest]);
}

/// The address it is used from takes the place of the one before; an unknown one does not.
pub async fn use_is_noted_with_its_address(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let moved = Some("198.51.100.7".to_owned());
    let first = scene.later();
    scene.sessions.note_use(ann.session.id, moved.clone(), first).await.unwrap();
    let at = scene.later();
    scene.sessions.note_use(ann.session.id, None, at).await.unwrap();
    let noted = list(&scene, ann.user.id).await.remove(0);
    assert_eq!((noted.last_used_at, &noted.session.device.address), (at, &moved));
    assert_eq!(noted.session.device.user_agent, ann.session.device.user_agent);
    assert_eq!(noted.session.created_at, ann.session.created_at);
    let (live, _) = scene.identity.find_live_session(ann.session.id).await.unwrap().unwrap();
    assert_eq!(live.device.address, moved);
}

/// A note that comes late, or for a second time, changes nothing.
pub async fn time_does_not_go_back(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let (early, late) = (scene.later(), scene.later());
    let home = Some("192.0.2.1".to_owned());
    scene.sessions.note_use(ann.session.id, home.clone(), late).await.unwrap();
    for at in [early, late, ann.session.created_at - TimeDelta::hours(1)] {
        scene.sessions.note_use(ann.session.id, Some("198.51.100.7".into()), at).await.unwrap();
    }
    let noted = list(&scene, ann.user.id).await.remove(0);
    assert_eq!((noted.last_used_at, noted.session.device.address), (late, home));
}

/// Nor is one that never was, and neither is an error.
pub async fn an_ended_session_is_not_used(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap();
    for id in [ann.session.id, scene.ids.next()] {
        scene.sessions.note_use(id, None, scene.later()).await.unwrap();
    }
    assert_eq!(list(&scene, ann.user.id).await, []);
}

/// From the address it came from.
pub async fn a_refresh_counts_as_use(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let address = Some("198.51.100.7".to_owned());
    let next = builders::refresh_token(&scene.ids, at);
    let redemption =
        Redemption { address: address.clone(), ..builders::redemption(ann.refresh_token.digest, next.clone(), at) };
    scene.identity.redeem_refresh_token(redemption).await.unwrap();
    let noted = list(&scene, ann.user.id).await.remove(0);
    assert_eq!((noted.last_used_at, &noted.session.device.address), (at, &address));
    let at = scene.later();
    let never = builders::refresh_token(&scene.ids, at);
    scene.identity.redeem_refresh_token(builders::redemption(next.digest, never, at)).await.unwrap();
    let noted = list(&scene, ann.user.id).await.remove(0);
    assert_eq!((noted.last_used_at, noted.session.device.address), (at, address), "an unknown address is kept");
}

/// Its tokens with it, and no other session.
pub async fn a_user_ends_a_session_of_their_own(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let second = sign_in(&scene, ann.user.id, scene.later()).await;
    assert!(scene.sessions.revoke_own_session(ann.user.id, ann.session.id, scene.later()).await.unwrap());
    assert!(!scene.sessions.revoke_own_session(ann.user.id, ann.session.id, scene.later()).await.unwrap());
    assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
    assert_eq!(listed(&scene, ann.user.id).await, [second.id]);
}

/// It is as if it did not exist.
pub async fn nobody_ends_a_session_of_somebody_else(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    for id in [ann.session.id, scene.ids.next()] {
        assert!(!scene.sessions.revoke_own_session(bob.user.id, id, scene.later()).await.unwrap());
    }
    assert!(scene.identity.find_live_session(ann.session.id).await.unwrap().is_some());
}

/// Exactly one is told that it did.
pub async fn of_many_who_end_a_session_one_does(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let (store, user, id) = (scene.sessions.clone(), ann.user.id, ann.session.id);
        async move { store.revoke_own_session(user, id, at).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|ended| **ended).count(), 1);
}
