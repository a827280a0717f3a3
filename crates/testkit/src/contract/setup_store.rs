//! What every [`SetupStore`](rialto_identity::SetupStore) promises.

use chrono::TimeDelta;
use rialto_identity::{NewAccount, Role, SecretDigest, SetUpRefusal, User};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`SetupStore`](rialto_identity::SetupStore) on an adapter. The constructor is the absolute path
/// of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! setup_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, setup_store:
            the_first_admin_is_made_and_signed_in,
            a_setup_token_works_once,
            a_new_setup_token_replaces_the_one_before,
            a_setup_token_works_until_the_instant_it_expires,
            nothing_is_offered_where_there_is_an_admin,
            a_refused_setup_leaves_the_token_as_it_is,
            of_many_who_set_up_at_once_one_wins,
        }
    };
}

async fn offer(scene: &Scene) -> SecretDigest {
    let digest = builders::secret(&scene.ids);
    assert!(scene.setup.offer_setup(digest, scene.now() + TimeDelta::hours(1)).await.unwrap());
    digest
}

fn admin(scene: &Scene, name: &str) -> NewAccount {
    builders::account(&scene.ids, User { role: Role::Admin, ..scene.new_user(name) })
}

/// Members and guests are no admins.
pub async fn the_first_admin_is_made_and_signed_in(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    scene.guest("guest-1").await;
    let digest = offer(&scene).await;
    scene.setup.check_setup(digest, scene.now()).await.unwrap();
    let root = admin(&scene, "root");
    scene.setup.set_up(digest, root.clone(), scene.now()).await.unwrap();
    let live = scene.identity.find_live_session(root.session.id).await.unwrap();
    assert_eq!(live, Some((root.session, root.user)));
}

/// Then there is an admin.
pub async fn a_setup_token_works_once(stores: Stores) {
    let scene = Scene::new(stores);
    let digest = offer(&scene).await;
    scene.setup.set_up(digest, admin(&scene, "root"), scene.now()).await.unwrap();
    let refusal = scene.setup.set_up(digest, admin(&scene, "eve"), scene.now()).await;
    assert!(matches!(refusal, Err(SetUpRefusal::AlreadySetUp)), "{refusal:?}");
    let refusal = scene.setup.check_setup(digest, scene.now()).await;
    assert!(matches!(refusal, Err(SetUpRefusal::AlreadySetUp)), "{refusal:?}");
}

/// Only the newest link works.
pub async fn a_new_setup_token_replaces_the_one_before(stores: Stores) {
    let scene = Scene::new(stores);
    let (old, new) = (offer(&scene).await, offer(&scene).await);
    let refusal = scene.setup.set_up(old, admin(&scene, "eve"), scene.now()).await;
    assert!(matches!(refusal, Err(SetUpRefusal::InvalidToken)), "{refusal:?}");
    scene.setup.set_up(new, admin(&scene, "root"), scene.now()).await.unwrap();
}

/// The instant itself is too late; an unknown one never works.
pub async fn a_setup_token_works_until_the_instant_it_expires(stores: Stores) {
    let scene = Scene::new(stores);
    let digest = offer(&scene).await;
    let end = scene.now() + TimeDelta::hours(1);
    for (digest, at) in [(digest, end), (builders::secret(&scene.ids), scene.now())] {
        let refusal = scene.setup.check_setup(digest, at).await;
        assert!(matches!(refusal, Err(SetUpRefusal::InvalidToken)), "{refusal:?}");
        let refusal = scene.setup.set_up(digest, admin(&scene, "eve"), at).await;
        assert!(matches!(refusal, Err(SetUpRefusal::InvalidToken)), "{refusal:?}");
    }
    scene.setup.set_up(digest, admin(&scene, "root"), end - TimeDelta::microseconds(1)).await.unwrap();
}

/// And a token from before works no more.
pub async fn nothing_is_offered_where_there_is_an_admin(stores: Stores) {
    let scene = Scene::new(stores);
    let before = offer(&scene).await;
    scene.admin("root").await;
    let late = builders::secret(&scene.ids);
    assert!(!scene.setup.offer_setup(late, scene.now() + TimeDelta::hours(1)).await.unwrap());
    for digest in [before, late] {
        let refusal = scene.setup.set_up(digest, admin(&scene, "eve"), scene.now()).await;
        assert!(matches!(refusal, Err(SetUpRefusal::AlreadySetUp)), "{refusal:?}");
    }
}

/// Another name may be tried.
pub async fn a_refused_setup_leaves_the_token_as_it_is(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let digest = offer(&scene).await;
    let refusal = scene.setup.set_up(digest, admin(&scene, "ANN"), scene.now()).await;
    assert!(matches!(refusal, Err(SetUpRefusal::UsernameTaken)), "{refusal:?}");
    let same_address = User { role: Role::Admin, email: ann.email, ..scene.new_user("root") };
    let refusal = scene.setup.set_up(digest, builders::account(&scene.ids, same_address), scene.now()).await;
    assert!(matches!(refusal, Err(SetUpRefusal::EmailTaken)), "{refusal:?}");
    scene.setup.set_up(digest, admin(&scene, "root"), scene.now()).await.unwrap();
}

/// Others are told that it is done.
pub async fn of_many_who_set_up_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let (digest, at) = (offer(&scene).await, scene.now());
    let accounts: Vec<_> = (0..8).map(|number| admin(&scene, &format!("root-{number}"))).collect();
    let outcomes = at_once(accounts.into_iter().map(|account| {
        let setup = scene.setup.clone();
        async move { setup.set_up(digest, account, at).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = |outcome: &&_| matches!(outcome, Err(SetUpRefusal::AlreadySetUp));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}
