//! Passwords that are changed by who knows them.

use rialto_identity::{ChangePasswordStoreError, Login, NewAccount, PasswordChange, PasswordHash, Redeemed};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

pub(super) fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

pub(super) async fn hash_of(scene: &Scene, account: &NewAccount) -> PasswordHash {
    let by_id = scene.passwords.find_password_hash(account.user.id).await.unwrap().unwrap();
    let login = Login::Username(account.user.username.clone());
    let (_, by_name) = scene.identity.find_credentials(&login).await.unwrap().unwrap();
    assert_eq!(by_id.as_str(), by_name.as_str());
    by_id
}

pub(super) fn change(scene: &Scene, account: &NewAccount, to: &str) -> PasswordChange {
    PasswordChange {
        user_id: account.user.id,
        from: account.password_hash.clone().unwrap(),
        to: hash(to),
        session_id: account.session.id,
        at: scene.later(),
    }
}

/// A guest has none, and nobody has none.
pub async fn the_hash_of_a_password_is_found_by_its_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, guest) = (scene.account("ann").await, scene.guest("guest-1").await);
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "hash of ann");
    assert!(scene.passwords.find_password_hash(guest.user.id).await.unwrap().is_none());
    assert!(scene.passwords.find_password_hash(scene.ids.next()).await.unwrap().is_none());
}

/// Byte for byte; sessions go on.
pub async fn a_hash_is_replaced_if_it_is_still_the_one(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let replace = |from: &str, to: &str| scene.passwords.replace_password_hash(ann.user.id, hash(from), hash(to));
    assert!(!replace("HASH of ann", "wrong").await.unwrap());
    assert!(replace("hash of ann", "fresh").await.unwrap());
    assert!(!replace("hash of ann", "late").await.unwrap());
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "fresh");
    assert_eq!(hash_of(&scene, &bob).await.as_str(), "hash of bob");
    assert!(scene.identity.find_live_session(ann.session.id).await.unwrap().is_some());
    let nobody = scene.passwords.replace_password_hash(scene.ids.next(), hash("fresh"), hash("x"));
    assert!(!nobody.await.unwrap());
}

/// Whoever comes first: a password that was changed is never the old one again.
pub async fn a_change_and_a_replacement_at_once_keep_the_change(stores: Stores) {
    let scene = Scene::new(stores);
    for round in 0..8 {
        let ann = scene.account(&format!("ann{round}")).await;
        let (store, other, user_id) = (scene.passwords.clone(), scene.passwords.clone(), ann.user.id);
        let (change, old) = (change(&scene, &ann, "changed"), ann.password_hash.clone().unwrap());
        let (changed, replaced) = tokio::join!(
            tokio::spawn(async move { store.change_password(change).await }),
            tokio::spawn(async move { other.replace_password_hash(user_id, old, hash("fresh")).await.unwrap() }),
        );
        match (changed.unwrap(), replaced.unwrap()) {
            (Ok(_), false) => assert_eq!(hash_of(&scene, &ann).await.as_str(), "changed"),
            // Told so, and may look again.
            (Err(ChangePasswordStoreError::Outdated), true) => {
                assert_eq!(hash_of(&scene, &ann).await.as_str(), "fresh");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The session that asks goes on with its token; nobody else's session ends.
pub async fn a_change_ends_the_other_sessions_and_their_tokens(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let phone = builders::session(&scene.ids, ann.user.id, scene.now());
    let phone_token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(phone.clone(), phone_token.clone()).await.unwrap();
    let gone = builders::session(&scene.ids, ann.user.id, scene.now());
    let gone_token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(gone.clone(), gone_token).await.unwrap();
    scene.identity.revoke_session(gone.id, scene.later()).await.unwrap();

    let ended = scene.passwords.change_password(change(&scene, &ann, "changed")).await.unwrap();
    assert_eq!(ended, [phone.id], "what had ended before is not named");
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "changed");
    assert_eq!(scene.identity.find_live_session(phone.id).await.unwrap(), None);
    let redeem = |digest| {
        let next = builders::refresh_token(&scene.ids, scene.now());
        scene.identity.redeem_refresh_token(builders::redemption(digest, next, scene.later()))
    };
    assert_eq!(redeem(phone_token.digest).await.unwrap(), Redeemed::Unknown);
    for account in [&ann, &bob] {
        let outcome = redeem(account.refresh_token.digest).await.unwrap();
        assert!(matches!(outcome, Redeemed::Rotated { .. }), "{outcome:?}");
    }
}

/// Sessions go on.
pub async fn a_change_from_another_hash_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let phone = builders::session(&scene.ids, ann.user.id, scene.now());
    scene.identity.insert_session(phone.clone(), builders::refresh_token(&scene.ids, scene.now())).await.unwrap();
    let outdated = PasswordChange { from: hash("another"), ..change(&scene, &ann, "changed") };
    let refusal = scene.passwords.change_password(outdated).await;
    assert!(matches!(refusal, Err(ChangePasswordStoreError::Outdated)), "{refusal:?}");
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "hash of ann");
    assert!(scene.identity.find_live_session(phone.id).await.unwrap().is_some());
}

/// One that ended, one of somebody else, and one that never was.
pub async fn nobody_changes_a_password_through_a_session_that_is_not_live(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let gone = builders::session(&scene.ids, ann.user.id, scene.now());
    scene.identity.insert_session(gone.clone(), builders::refresh_token(&scene.ids, scene.now())).await.unwrap();
    scene.identity.revoke_session(gone.id, scene.later()).await.unwrap();
    for session_id in [gone.id, bob.session.id, scene.ids.next()] {
        let refused = PasswordChange { session_id, ..change(&scene, &ann, "changed") };
        let refusal = scene.passwords.change_password(refused).await;
        assert!(matches!(refusal, Err(ChangePasswordStoreError::SessionEnded)), "{refusal:?}");
    }
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "hash of ann");
    assert!(scene.identity.find_live_session(ann.session.id).await.unwrap().is_some());
}

/// The others are told that the hash is another by now.
pub async fn of_many_changes_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let changes: Vec<_> = (0..8).map(|number| change(&scene, &ann, &format!("changed {number}"))).collect();
    let outcomes = at_once(changes.into_iter().map(|change| {
        let store = scene.passwords.clone();
        async move {
            let to = change.to.clone();
            (to, store.change_password(change).await)
        }
    }))
    .await;
    let won: Vec<_> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert_eq!(hash_of(&scene, &ann).await.as_str(), won[0].0.as_str());
    let refused = |outcome: &&(_, Result<_, _>)| matches!(outcome.1, Err(ChangePasswordStoreError::Outdated));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}
