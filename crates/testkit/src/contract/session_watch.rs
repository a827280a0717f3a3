//! What every [`SessionWatch`](rialto_identity::SessionWatch) promises.

use rialto_identity::AccountChange;

use crate::{Scene, Stores};

/// Runs the rules of [`SessionWatch`](rialto_identity::SessionWatch) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! session_watch_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, session_watch:
            sessions_that_ended_are_found_and_no_others,
            of_no_sessions_none_has_ended,
        }
    };
}

/// By revocation, by the account's state, or because they never were.
pub async fn sessions_that_ended_are_found_and_no_others(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, carol) = (scene.account("ann").await, scene.account("bob").await, scene.guest("carol").await);
    let unknown = scene.ids.next();
    scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap();
    let disable = AccountChange { admin: None, disabled: Some(true) };
    scene.accounts.change_account(carol.user.id, disable, scene.later()).await.unwrap();
    let all = [ann.session.id, bob.session.id, carol.session.id, unknown];
    assert_eq!(scene.watch.find_ended(&all).await.unwrap(), [ann.session.id, carol.session.id, unknown]);
}

/// An empty question has an empty answer.
pub async fn of_no_sessions_none_has_ended(stores: Stores) {
    let scene = Scene::new(stores);
    assert_eq!(scene.watch.find_ended(&[]).await.unwrap(), []);
}
