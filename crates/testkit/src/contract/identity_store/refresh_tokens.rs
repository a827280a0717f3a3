//! Refresh tokens: each works once, and using one again ends the session.

use chrono::TimeDelta;
use rialto_identity::{NewAccount, NewRefreshToken, Redeemed, RefreshDigest};
use rialto_kernel::Instant;

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

async fn redeem(scene: &Scene, digest: RefreshDigest, at: Instant) -> (Redeemed, NewRefreshToken) {
    let replacement = builders::refresh_token(&scene.ids, at);
    let redeemed =
        scene.identity.redeem_refresh_token(builders::redemption(digest, replacement.clone(), at)).await.unwrap();
    (redeemed, replacement)
}

fn rotated(account: &NewAccount) -> Redeemed {
    Redeemed::Rotated { session: account.session.clone(), user: account.user.clone() }
}

fn reused(account: &NewAccount) -> Redeemed {
    Redeemed::Reused { session_id: account.session.id, user_id: account.user.id }
}

/// The first time it gives the session and its user, the second time it is known as used.
pub async fn a_refresh_token_is_traded_once(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    assert_eq!(redeem(&scene, ann.refresh_token.digest, scene.later()).await.0, rotated(&ann));
    assert_eq!(redeem(&scene, ann.refresh_token.digest, scene.later()).await.0, reused(&ann));
}

/// The chain goes on from replacement to replacement.
pub async fn the_replacement_works(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let mut digest = ann.refresh_token.digest;
    for _ in 0..5 {
        let (redeemed, replacement) = redeem(&scene, digest, scene.later()).await;
        assert_eq!(redeemed, rotated(&ann));
        digest = replacement.digest;
    }
}

/// The session ends, and the token that was unused in it opens nothing.
pub async fn a_reused_token_revokes_its_session(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let (_, replacement) = redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    let (redeemed, never_stored) = redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    assert_eq!(redeemed, reused(&ann));
    assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
    for digest in [replacement.digest, never_stored.digest, ann.refresh_token.digest] {
        assert_eq!(redeem(&scene, digest, scene.later()).await.0, Redeemed::Unknown);
    }
}

/// The user's other devices stay signed in.
pub async fn a_reused_token_spares_other_sessions(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let other = builders::session(&scene.ids, ann.user.id, scene.later());
    let other_token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(other.clone(), other_token.clone()).await.unwrap();
    redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    let (redeemed, _) = redeem(&scene, other_token.digest, scene.later()).await;
    assert_eq!(redeemed, Redeemed::Rotated { session: other, user: ann.user });
}

/// A thief who waits is found out all the same.
pub async fn a_reused_token_revokes_even_after_it_expired(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    let long_after = ann.refresh_token.expires_at + TimeDelta::days(1);
    assert_eq!(redeem(&scene, ann.refresh_token.digest, long_after).await.0, reused(&ann));
    assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
}

/// Eight at once: one `Rotated`, and then the session has ended, for the others used it again.
pub async fn of_many_redemptions_at_once_one_rotates(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let (store, digest) = (scene.identity.clone(), ann.refresh_token.digest);
        let replacement = builders::refresh_token(&scene.ids, at);
        async move { store.redeem_refresh_token(builders::redemption(digest, replacement, at)).await.unwrap() }
    }))
    .await;
    let count = |wanted: &Redeemed| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!(count(&rotated(&ann)), 1, "{outcomes:?}");
    // Whoever comes after the session was revoked finds no live session.
    assert_eq!(count(&reused(&ann)), 1, "{outcomes:?}");
    assert_eq!(count(&Redeemed::Unknown), 6, "{outcomes:?}");
    assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
}

/// The session goes on, but this token gets nothing.
pub async fn an_expired_token_is_refused_and_replaces_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let late = ann.refresh_token.expires_at + TimeDelta::microseconds(1);
    let (redeemed, never_stored) = redeem(&scene, ann.refresh_token.digest, late).await;
    assert_eq!(redeemed, Redeemed::Expired);
    assert_eq!(redeem(&scene, never_stored.digest, late).await.0, Redeemed::Unknown);
    assert_eq!(redeem(&scene, ann.refresh_token.digest, late).await.0, Redeemed::Expired);
    assert!(scene.identity.find_live_session(ann.session.id).await.unwrap().is_some());
}

/// The last microsecond counts; the instant of expiry itself is too late.
pub async fn a_token_works_until_the_instant_it_expires(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let bob = scene.account("bob").await;
    let end = ann.refresh_token.expires_at;
    let (in_time, _) = redeem(&scene, ann.refresh_token.digest, end - TimeDelta::microseconds(1)).await;
    assert_eq!(in_time, rotated(&ann));
    assert_eq!(redeem(&scene, bob.refresh_token.digest, end).await.0, Redeemed::Expired);
}

/// Presenting a guess stores no token.
pub async fn an_unknown_token_replaces_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    for digest in [[0; 32], [7; 32], [0xff; 32]] {
        let (redeemed, never_stored) = redeem(&scene, RefreshDigest(digest), scene.later()).await;
        assert_eq!(redeemed, Redeemed::Unknown);
        assert_eq!(redeem(&scene, never_stored.digest, scene.later()).await.0, Redeemed::Unknown);
    }
}

/// Whether the token was used or not.
pub async fn a_token_of_a_revoked_session_is_unknown(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let (_, replacement) = redeem(&scene, ann.refresh_token.digest, scene.later()).await;
    scene.identity.revoke_session(ann.session.id, scene.later()).await.unwrap();
    for digest in [ann.refresh_token.digest, replacement.digest] {
        assert_eq!(redeem(&scene, digest, scene.later()).await.0, Redeemed::Unknown);
    }
}
