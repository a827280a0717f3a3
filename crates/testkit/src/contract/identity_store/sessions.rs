//! Sessions live until they are revoked.

use rialto_identity::{Device, Session};
use rialto_kernel::{Instant, SessionId, UserId};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

async fn sign_in_again(scene: &Scene, user_id: UserId, at: Instant) -> Session {
    let session = builders::session(&scene.ids, user_id, at);
    let token = builders::refresh_token(&scene.ids, at);
    scene.identity.insert_session(session.clone(), token).await.unwrap();
    session
}

async fn is_live(scene: &Scene, id: SessionId) -> bool {
    scene.identity.find_live_session(id).await.unwrap().is_some()
}

/// A second device does not end the first.
pub async fn a_new_session_is_live_beside_the_first(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let session = Session { device: Device::default(), ..builders::session(&scene.ids, ann.user.id, scene.later()) };
    let token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(session.clone(), token).await.unwrap();
    let live = scene.identity.find_live_session(session.id).await.unwrap();
    assert_eq!(live, Some((session, ann.user)));
    assert!(is_live(&scene, ann.session.id).await);
}

/// Absence is no error.
pub async fn an_unknown_session_is_absent(stores: Stores) {
    let scene = Scene::new(stores);
    assert!(!is_live(&scene, scene.ids.next()).await);
    assert!(!scene.identity.revoke_session(scene.ids.next(), scene.now()).await.unwrap());
    assert_eq!(scene.identity.revoke_sessions_of(scene.ids.next(), scene.now()).await.unwrap(), []);
}

/// One session ends, the user's others go on.
pub async fn a_revoked_session_is_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let other = sign_in_again(&scene, ann.user.id, scene.now()).await;
    assert!(scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap());
    assert!(!is_live(&scene, ann.session.id).await);
    assert!(is_live(&scene, other.id).await);
}

/// The second time tells that it had ended.
pub async fn a_session_is_revoked_once(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    assert!(scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap());
    assert!(!scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap());
}

/// Exactly one caller is told that it ended the session.
pub async fn of_many_revocations_at_once_one_counts(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let (store, id) = (scene.identity.clone(), ann.session.id);
        async move { store.revoke_session(id, at).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|ended| **ended).count(), 1);
}

/// What had ended before is not named, and a second time names none.
pub async fn revoking_all_sessions_names_the_live_ones(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let second = sign_in_again(&scene, ann.user.id, scene.now()).await;
    let third = sign_in_again(&scene, ann.user.id, scene.now()).await;
    scene.identity.revoke_session(second.id, scene.later()).await.unwrap();
    let mut ended = scene.identity.revoke_sessions_of(ann.user.id, scene.later()).await.unwrap();
    ended.sort();
    assert_eq!(ended, [ann.session.id, third.id]);
    for id in [ann.session.id, second.id, third.id] {
        assert!(!is_live(&scene, id).await);
    }
    assert_eq!(scene.identity.revoke_sessions_of(ann.user.id, scene.later()).await.unwrap(), []);
}

/// Nobody else is signed out.
pub async fn revoking_all_sessions_spares_other_users(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let bob = scene.account("bob").await;
    scene.identity.revoke_sessions_of(ann.user.id, scene.later()).await.unwrap();
    assert!(is_live(&scene, bob.session.id).await);
}
