//! What every [`KnownAddresses`](rialto_identity::KnownAddresses) promises.

use chrono::TimeDelta;
use rialto_identity::{Device, Session};
use rialto_kernel::{Instant, UserId};

use crate::{Scene, Stores, builders};

/// Runs the rules of [`KnownAddresses`](rialto_identity::KnownAddresses) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! known_addresses_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, known_addresses:
            every_place_of_a_user_is_known_once,
            nobody_was_anywhere,
            a_place_is_forgotten_when_its_sessions_ended_and_are_old,
        }
    };
}

async fn sign_in_from(scene: &Scene, user_id: UserId, address: Option<&str>, at: Instant) -> Session {
    let device = Device::new("test", address.map(str::to_owned));
    let session = Session { device, ..builders::session(&scene.ids, user_id, at) };
    scene.identity.insert_session(session.clone(), builders::refresh_token(&scene.ids, at)).await.unwrap();
    session
}

async fn known(scene: &Scene, user_id: UserId, since: Instant) -> Vec<String> {
    let mut known = scene.known_addresses.list_addresses_of(user_id, since).await.unwrap();
    known.sort();
    known
}

/// And others' places are not. An account is made somewhere too.
pub async fn every_place_of_a_user_is_known_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user.id, scene.account("bob").await.user.id);
    for address in [Some("192.0.2.1"), Some("192.0.2.1"), Some("192.0.2.2"), None] {
        sign_in_from(&scene, ann, address, scene.now()).await;
    }
    sign_in_from(&scene, bob, Some("192.0.2.3"), scene.now()).await;
    assert_eq!(known(&scene, ann, scene.now()).await, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
}

/// Absence is no error.
pub async fn nobody_was_anywhere(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    assert_eq!(known(&scene, scene.ids.next(), scene.now()).await, Vec::<String>::new());
}

/// A session that goes on is never old.
pub async fn a_place_is_forgotten_when_its_sessions_ended_and_are_old(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user.id;
    let since = scene.now() + TimeDelta::days(1);
    sign_in_from(&scene, ann, Some("192.0.2.1"), scene.now()).await;
    let old = sign_in_from(&scene, ann, Some("192.0.2.2"), since - TimeDelta::microseconds(1)).await;
    let recent = sign_in_from(&scene, ann, Some("192.0.2.3"), since).await;
    for session in [old, recent] {
        scene.identity.revoke_session(session.id, since).await.unwrap();
    }
    assert_eq!(known(&scene, ann, since).await, ["192.0.2.1", "192.0.2.3", "2001:db8::1"]);
}
