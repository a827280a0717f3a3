//! There is always somebody who runs the server.

use rialto_identity::{AccountFilter, ChangeAccountError, User};

use super::super::concurrency::at_once;
use super::changes::{DEMOTE, DISABLE, PROMOTE, change};
use crate::{Scene, Stores, builders};

async fn in_charge(scene: &Scene) -> Vec<User> {
    let page = scene.accounts.list_accounts(AccountFilter::default(), None, builders::limit(100)).await.unwrap();
    page.items.into_iter().filter(User::runs_the_server).collect()
}

/// Neither demoted nor disabled, and still signed in.
pub async fn the_last_admin_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let root = scene.admin("root").await;
    scene.account("ann").await;
    for wanted in [DEMOTE, DISABLE] {
        assert!(matches!(change(&scene, root.user.id, wanted).await, Err(ChangeAccountError::LastAdmin)));
    }
    assert_eq!(in_charge(&scene).await, [root.user]);
    assert!(scene.identity.find_live_session(root.session.id).await.unwrap().is_some());
}

/// Somebody who cannot sign in runs nothing, and may be demoted.
pub async fn a_disabled_admin_does_not_count(stores: Stores) {
    let scene = Scene::new(stores);
    let (root, ann) = (scene.admin("root").await, scene.account("ann").await);
    change(&scene, ann.user.id, PROMOTE).await.unwrap();
    change(&scene, ann.user.id, DISABLE).await.unwrap();
    assert!(matches!(change(&scene, root.user.id, DEMOTE).await, Err(ChangeAccountError::LastAdmin)));
    change(&scene, ann.user.id, DEMOTE).await.unwrap();
    assert_eq!(in_charge(&scene).await, [root.user]);
}

/// However the two acts fall.
pub async fn of_two_admins_who_demote_each_other_at_once_one_stays(stores: Stores) {
    let scene = Scene::new(stores);
    for round in 0..5 {
        let names = [format!("ann-{round}"), format!("bob-{round}")];
        let before = in_charge(&scene).await;
        let ids = [scene.admin(&names[0]).await.user.id, scene.admin(&names[1]).await.user.id];
        // Whoever stayed in the round before goes first.
        for user in before {
            change(&scene, user.id, DEMOTE).await.unwrap();
        }
        let at = scene.later();
        let outcomes = at_once(ids.map(|id| {
            let accounts = scene.accounts.clone();
            async move { accounts.change_account(id, DEMOTE, at).await }
        }))
        .await;
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(ChangeAccountError::LastAdmin))).count();
        assert_eq!((refused, in_charge(&scene).await.len()), (1, 1), "{outcomes:?}");
    }
}

/// By being demoted or disabled, in any mixture.
pub async fn of_many_admins_who_go_at_once_one_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(scene.admin(&format!("admin-{number}")).await.user.id);
    }
    let at = scene.later();
    let outcomes = at_once(ids.into_iter().enumerate().map(|(number, id)| {
        let accounts = scene.accounts.clone();
        let wanted = if number % 2 == 0 { DEMOTE } else { DISABLE };
        async move { accounts.change_account(id, wanted, at).await }
    }))
    .await;
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(ChangeAccountError::LastAdmin))).count();
    assert_eq!((refused, in_charge(&scene).await.len()), (1, 1), "{outcomes:?}");
}

/// Neither waits for the other for ever, and whoever is disabled has no live session.
pub async fn an_upgrade_and_a_ban_at_once_both_end(stores: Stores) {
    let scene = Scene::new(stores);
    for number in 0..8 {
        let guest = scene.guest(&format!("guest-{number}")).await;
        let at = scene.later();
        let upgrade = builders::upgrade(&scene.ids, guest.session.id, &format!("ann-{number}"), at);
        let (identity, accounts, id) = (scene.identity.clone(), scene.accounts.clone(), guest.user.id);
        let upgrading = tokio::spawn(async move { identity.upgrade_guest(upgrade).await });
        let disabling = tokio::spawn(async move { accounts.change_account(id, DISABLE, at).await });
        let _either = upgrading.await.unwrap();
        disabling.await.unwrap().unwrap();
        assert_eq!(scene.identity.find_live_session(guest.session.id).await.unwrap(), None);
    }
}
