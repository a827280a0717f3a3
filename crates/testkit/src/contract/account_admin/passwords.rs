//! Accounts that others make, passwords that others set, and how many there are.

use chrono::TimeDelta;
use rialto_identity::{AccountCounts, ChangeAccountError, InsertAccountError, Login, PasswordHash, Redeemed, User};

use super::changes::{DISABLE, change};
use crate::{Scene, Stores, builders};

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

/// They sign in like everybody else.
pub async fn a_created_account_has_a_password_and_no_session(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.new_user("ann");
    scene.accounts.create_account(ann.clone(), hash("hash of ann")).await.unwrap();
    let found = scene.identity.find_credentials(&Login::Username(ann.username.clone())).await.unwrap();
    assert_eq!(found, Some((ann.clone(), hash("hash of ann"))));
    assert_eq!(scene.identity.revoke_sessions_of(ann.id, scene.now()).await.unwrap(), []);
}

/// Nothing of a refused one is stored.
pub async fn a_created_account_must_have_a_free_name_and_address(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let same_name = User { email: None, ..scene.new_user("ANN") };
    let same_address = User { email: ann.email.clone(), ..scene.new_user("bob") };
    let refusal = scene.accounts.create_account(same_name.clone(), hash("x")).await;
    assert!(matches!(refusal, Err(InsertAccountError::UsernameTaken)), "{refusal:?}");
    let refusal = scene.accounts.create_account(same_address.clone(), hash("x")).await;
    assert!(matches!(refusal, Err(InsertAccountError::EmailTaken)), "{refusal:?}");
    for refused in [same_name, same_address] {
        assert_eq!(scene.identity.find_user(refused.id).await.unwrap(), None);
    }
}

/// Whoever knew the old one is out.
pub async fn a_replaced_password_ends_every_session(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let ended = scene.accounts.replace_password(ann.user.id, hash("new"), scene.later()).await.unwrap();
    assert_eq!(ended, [ann.session.id]);
    assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
    assert!(scene.identity.find_live_session(bob.session.id).await.unwrap().is_some());
    let found = scene.identity.find_credentials(&Login::Username(ann.user.username.clone())).await.unwrap();
    assert_eq!(found, Some((ann.user, hash("new"))));
    let replacement = builders::refresh_token(&scene.ids, scene.now());
    let redeemed = scene
        .identity
        .redeem_refresh_token(builders::redemption(ann.refresh_token.digest, replacement, scene.now()))
        .await;
    assert_eq!(redeemed.unwrap(), Redeemed::Unknown);
}

/// A guest with a password would be a member without an address.
pub async fn guests_and_nobody_have_no_password_to_replace(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let refusal = scene.accounts.replace_password(guest.user.id, hash("new"), scene.now()).await;
    assert!(matches!(refusal, Err(ChangeAccountError::IsGuest)), "{refusal:?}");
    assert!(scene.identity.find_live_session(guest.session.id).await.unwrap().is_some());
    let refusal = scene.accounts.replace_password(scene.ids.next(), hash("new"), scene.now()).await;
    assert!(matches!(refusal, Err(ChangeAccountError::NoSuchUser)), "{refusal:?}");
}

/// A session that can refresh no more is no live one.
pub async fn accounts_and_live_sessions_are_counted(stores: Stores) {
    let scene = Scene::new(stores);
    assert_eq!(scene.accounts.count_accounts(scene.now()).await.unwrap(), AccountCounts::default());
    scene.admin("root").await;
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    scene.guest("guest-1").await;
    change(&scene, bob.user.id, DISABLE).await.unwrap();
    // A refreshed session is still one.
    let replacement = builders::refresh_token(&scene.ids, scene.now());
    scene
        .identity
        .redeem_refresh_token(builders::redemption(ann.refresh_token.digest, replacement, scene.now()))
        .await
        .unwrap();
    let counts = AccountCounts { admins: 1, members: 2, guests: 1, disabled: 1, live_sessions: 3 };
    assert_eq!(scene.accounts.count_accounts(scene.now()).await.unwrap(), counts);
    let much_later = scene.now() + TimeDelta::days(8);
    let counts = AccountCounts { live_sessions: 0, ..counts };
    assert_eq!(scene.accounts.count_accounts(much_later).await.unwrap(), counts);
}
