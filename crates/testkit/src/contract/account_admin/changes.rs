//! Role and state of an account.

use rialto_identity::{
    AccountChange, AccountChanged, ChangeAccountError, Login, Redeemed, Role, UpgradeGuestError, User,
};
use rialto_kernel::{SessionId, UserId};

use crate::{Scene, Stores, builders};

pub(in crate::contract) const PROMOTE: AccountChange = AccountChange { admin: Some(true), disabled: None };
pub(in crate::contract) const DEMOTE: AccountChange = AccountChange { admin: Some(false), disabled: None };
pub(in crate::contract) const DISABLE: AccountChange = AccountChange { admin: None, disabled: Some(true) };
pub(in crate::contract) const ENABLE: AccountChange = AccountChange { admin: None, disabled: Some(false) };

pub(super) async fn change(
    scene: &Scene,
    id: UserId,
    change: AccountChange,
) -> Result<AccountChanged, ChangeAccountError> {
    scene.accounts.change_account(id, change, scene.later()).await
}

async fn is_live(scene: &Scene, session: SessionId) -> bool {
    scene.identity.find_live_session(session).await.unwrap().is_some()
}

/// A new right ends nothing.
pub async fn a_member_becomes_an_admin_and_stays_signed_in(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let changed = change(&scene, ann.user.id, PROMOTE).await.unwrap();
    assert_eq!((changed.before, changed.ended), (ann.user.clone(), vec![]));
    assert_eq!(changed.after, User { role: Role::Admin, ..ann.user.clone() });
    let live = scene.identity.find_live_session(ann.session.id).await.unwrap();
    assert_eq!(live, Some((ann.session, changed.after)));
    assert_eq!(change(&scene, ann.user.id, PROMOTE).await.unwrap().acts(), []);
}

/// What is open must not go on by a right that is gone.
pub async fn a_demoted_admin_is_signed_out(stores: Stores) {
    let scene = Scene::new(stores);
    let (root, ann) = (scene.admin("root").await, scene.admin("ann").await);
    let changed = change(&scene, ann.user.id, DEMOTE).await.unwrap();
    assert_eq!((changed.after.role, changed.ended), (Role::Member, vec![ann.session.id]));
    assert!(!is_live(&scene, ann.session.id).await && is_live(&scene, root.session.id).await);
}

/// Neither a session nor its refresh token work; the credentials are found, for the same answer as ever.
pub async fn a_disabled_user_is_signed_out_everywhere(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let changed = change(&scene, ann.user.id, DISABLE).await.unwrap();
    let at = scene.now();
    assert_eq!((changed.after.disabled_at, changed.ended), (Some(at), vec![ann.session.id]));
    assert!(!is_live(&scene, ann.session.id).await && is_live(&scene, bob.session.id).await);
    let replacement = builders::refresh_token(&scene.ids, at);
    let redeemed = scene
        .identity
        .redeem_refresh_token(builders::redemption(ann.refresh_token.digest, replacement, at))
        .await
        .unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
    let login = Login::Username(ann.user.username.clone());
    let (found, _) = scene.identity.find_credentials(&login).await.unwrap().unwrap();
    assert_eq!(found.disabled_at, Some(at));
    assert_eq!(scene.identity.find_user(ann.user.id).await.unwrap(), Some(found));
}

/// Whoever proved a password just before the account was closed gets nothing that works.
pub async fn a_session_opened_while_disabled_is_not_live(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    change(&scene, ann.user.id, DISABLE).await.unwrap();
    let session = builders::session(&scene.ids, ann.user.id, scene.now());
    let token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(session.clone(), token.clone()).await.unwrap();
    assert!(!is_live(&scene, session.id).await);
    let replacement = builders::refresh_token(&scene.ids, scene.now());
    let redeemed = scene
        .identity
        .redeem_refresh_token(builders::redemption(token.digest, replacement, scene.now()))
        .await
        .unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
}

/// Opening an account again brings no session back.
pub async fn an_enabled_user_signs_in_again_but_old_sessions_stay_ended(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    change(&scene, ann.user.id, DISABLE).await.unwrap();
    assert_eq!(change(&scene, ann.user.id, ENABLE).await.unwrap().after, ann.user);
    assert!(!is_live(&scene, ann.session.id).await);
    let session = builders::session(&scene.ids, ann.user.id, scene.now());
    scene.identity.insert_session(session.clone(), builders::refresh_token(&scene.ids, scene.now())).await.unwrap();
    assert!(is_live(&scene, session.id).await);
}

/// An account that is closed is not closed anew.
pub async fn disabling_twice_keeps_the_first_instant(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let first = change(&scene, ann.user.id, DISABLE).await.unwrap().after;
    let again = change(&scene, ann.user.id, DISABLE).await.unwrap();
    assert_eq!((again.after.clone(), again.acts()), (first, vec![]));
}

/// Without a password nobody runs the server.
pub async fn a_guest_can_be_disabled_but_not_promoted(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let both = AccountChange { admin: Some(true), disabled: Some(true) };
    for wanted in [PROMOTE, both] {
        assert!(matches!(change(&scene, guest.user.id, wanted).await, Err(ChangeAccountError::IsGuest)));
        assert!(is_live(&scene, guest.session.id).await);
    }
    assert_eq!(change(&scene, guest.user.id, DISABLE).await.unwrap().ended, [guest.session.id]);
}

/// Their session has ended.
pub async fn a_disabled_guest_does_not_become_a_member(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    change(&scene, guest.user.id, DISABLE).await.unwrap();
    let upgrade = builders::upgrade(&scene.ids, guest.session.id, "ann", scene.now());
    let refusal = scene.identity.upgrade_guest(upgrade).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::SessionEnded)), "{refusal:?}");
}

/// Whatever is wanted of them.
pub async fn nobody_cannot_be_changed(stores: Stores) {
    let scene = Scene::new(stores);
    for wanted in [PROMOTE, DEMOTE, DISABLE, ENABLE, AccountChange::default()] {
        let refusal = change(&scene, scene.ids.next(), wanted).await;
        assert!(matches!(refusal, Err(ChangeAccountError::NoSuchUser)), "{refusal:?}");
    }
}
