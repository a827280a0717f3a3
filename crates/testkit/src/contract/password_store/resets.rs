//! Passwords that are set anew by a token.

use chrono::TimeDelta;
use rialto_identity::{NewReset, Redeemed, ResetDigest, User};
use rialto_kernel::{Instant, SessionId, UserId};

use super::super::concurrency::at_once;
use super::changes::{change, hash, hash_of};
use crate::{Scene, Stores, builders};

async fn stored(scene: &Scene, user: &User, at: Instant) -> NewReset {
    let reset = builders::reset(&scene.ids, user, at);
    assert!(scene.passwords.insert_reset(reset.clone()).await.unwrap());
    reset
}

async fn is_live(scene: &Scene, reset: &NewReset, at: Instant) -> bool {
    scene.passwords.is_reset_live(reset.digest, at).await.unwrap()
}

async fn redeem(scene: &Scene, reset: &NewReset, to: &str, at: Instant) -> Option<(UserId, Vec<SessionId>)> {
    scene.passwords.reset_password(reset.digest, hash(to), at).await.unwrap()
}

/// With their tokens; nobody else's.
pub async fn a_reset_sets_the_password_and_ends_every_session(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let phone = builders::session(&scene.ids, ann.user.id, scene.now());
    scene.identity.insert_session(phone.clone(), builders::refresh_token(&scene.ids, scene.now())).await.unwrap();
    let reset = stored(&scene, &ann.user, scene.now()).await;
    assert!(is_live(&scene, &reset, scene.now()).await);
    let (user_id, mut ended) = redeem(&scene, &reset, "reset", scene.later()).await.unwrap();
    ended.sort();
    assert_eq!((user_id, ended), (ann.user.id, vec![ann.session.id, phone.id]));
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "reset");
    assert_eq!(hash_of(&scene, &bob).await.as_str(), "hash of bob");
    let next = builders::refresh_token(&scene.ids, scene.now());
    let redemption = builders::redemption(ann.refresh_token.digest, next, scene.later());
    assert_eq!(scene.identity.redeem_refresh_token(redemption).await.unwrap(), Redeemed::Unknown);
    assert!(scene.identity.find_live_session(bob.session.id).await.unwrap().is_some());
}

/// The second time it changes nothing and ends nothing.
pub async fn a_reset_token_works_once(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let reset = stored(&scene, &ann.user, scene.now()).await;
    assert!(redeem(&scene, &reset, "reset", scene.later()).await.is_some());
    let again = builders::session(&scene.ids, ann.user.id, scene.now());
    scene.identity.insert_session(again.clone(), builders::refresh_token(&scene.ids, scene.now())).await.unwrap();
    assert!(!is_live(&scene, &reset, scene.now()).await);
    assert_eq!(redeem(&scene, &reset, "again", scene.later()).await, None);
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "reset");
    assert!(scene.identity.find_live_session(again.id).await.unwrap().is_some());
}

/// The last microsecond counts; the instant of expiry itself is too late.
pub async fn a_reset_token_expires(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let reset = stored(&scene, &ann.user, scene.now()).await;
    assert!(!is_live(&scene, &reset, reset.expires_at).await);
    assert_eq!(redeem(&scene, &reset, "late", reset.expires_at).await, None);
    let in_time = reset.expires_at - TimeDelta::microseconds(1);
    assert!(is_live(&scene, &reset, in_time).await);
    assert!(redeem(&scene, &reset, "reset", in_time).await.is_some());
}

/// Whatever its bytes are.
pub async fn an_unknown_reset_token_is_good_for_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    stored(&scene, &ann.user, scene.now()).await;
    for digest in [[0; 32], [7; 32], [0xff; 32]] {
        let guess = NewReset { digest: ResetDigest(digest), ..builders::reset(&scene.ids, &ann.user, scene.now()) };
        assert!(!is_live(&scene, &guess, scene.now()).await);
        assert_eq!(redeem(&scene, &guess, "guessed", scene.now()).await, None);
    }
    assert_eq!(hash_of(&scene, &ann).await.as_str(), "hash of ann");
}

/// The password is the one of who won.
pub async fn of_many_resets_with_one_token_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let reset = stored(&scene, &ann.user, scene.now()).await;
    let at = scene.later();
    let outcomes = at_once((0..8).map(|number| {
        let (store, digest, to) = (scene.passwords.clone(), reset.digest, hash(&format!("reset {number}")));
        async move { store.reset_password(digest, to, at).await.unwrap() }
    }))
    .await;
    let won: Vec<_> = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_some()).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert_eq!(hash_of(&scene, &ann).await.as_str(), format!("reset {}", won[0].0));
}

/// A second mail that is still on its way sets nothing any more; those of others do.
pub async fn a_reset_voids_the_other_tokens_of_its_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let first = stored(&scene, &ann.user, scene.now()).await;
    let second = stored(&scene, &ann.user, scene.now() + TimeDelta::minutes(2)).await;
    let bobs = stored(&scene, &bob.user, scene.now()).await;
    let at = second.at + TimeDelta::seconds(1);
    assert!(redeem(&scene, &first, "reset", at).await.is_some());
    assert!(!is_live(&scene, &second, at).await);
    assert!(is_live(&scene, &bobs, at).await);
}

/// Whoever knows the password has no use for them.
pub async fn a_change_voids_the_reset_tokens_of_its_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    let (anns, bobs) = (stored(&scene, &ann.user, scene.now()).await, stored(&scene, &bob.user, scene.now()).await);
    scene.passwords.change_password(change(&scene, &ann, "changed")).await.unwrap();
    assert_eq!(redeem(&scene, &anns, "reset", scene.later()).await, None);
    assert!(is_live(&scene, &bobs, scene.now()).await);
}

/// It is the same password.
pub async fn a_fresh_hash_voids_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let reset = stored(&scene, &ann.user, scene.now()).await;
    assert!(scene.passwords.replace_password_hash(ann.user.id, hash("hash of ann"), hash("fresh")).await.unwrap());
    assert!(is_live(&scene, &reset, scene.now()).await);
}

/// Counted back from each; what was refused does not count, what was used does.
pub async fn one_mail_a_minute_and_five_an_hour(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let start = scene.now();
    let ask = |seconds| {
        let reset = builders::reset(&scene.ids, &ann.user, start + TimeDelta::seconds(seconds));
        scene.passwords.insert_reset(reset)
    };
    assert!(ask(0).await.unwrap());
    assert!(!ask(1).await.unwrap());
    assert!(!ask(59).await.unwrap());
    for minute in 1..5 {
        assert!(ask(minute * 60).await.unwrap(), "{minute}");
    }
    for seconds in [5 * 60, 30 * 60, 3_599] {
        assert!(!ask(seconds).await.unwrap(), "{seconds}");
    }
    assert!(ask(3_600).await.unwrap(), "the first is an hour ago");
    assert!(!ask(3_659).await.unwrap());
    assert!(ask(3_660).await.unwrap());
    assert!(ask(100_000).await.unwrap());
}

/// Nobody is kept from it by what others ask.
pub async fn mails_are_counted_for_each_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await, scene.account("bob").await);
    stored(&scene, &ann.user, scene.now()).await;
    stored(&scene, &bob.user, scene.now()).await;
}

/// Whoever asks from many places at once is sent one.
pub async fn of_many_mails_at_once_one_is_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let (store, reset) = (scene.passwords.clone(), builders::reset(&scene.ids, &ann.user, at));
        async move { store.insert_reset(reset).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|stored| **stored).count(), 1);
}

/// Letter case is no other address.
pub async fn whoever_has_no_password_or_another_address_gets_no_token(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, guest) = (scene.account("ann").await, scene.guest("guest-1").await);
    let now = scene.now();
    let elsewhere =
        NewReset { email: builders::email("eve@example.org"), ..builders::reset(&scene.ids, &ann.user, now) };
    assert!(!scene.passwords.insert_reset(elsewhere).await.unwrap());
    let to_a_guest = NewReset { user_id: guest.user.id, ..builders::reset(&scene.ids, &ann.user, now) };
    assert!(!scene.passwords.insert_reset(to_a_guest).await.unwrap());
    let to_nobody = NewReset { user_id: scene.ids.next(), ..builders::reset(&scene.ids, &ann.user, now) };
    assert!(!scene.passwords.insert_reset(to_nobody).await.unwrap());
    let shouted = NewReset { email: builders::email("ANN@example.org"), ..builders::reset(&scene.ids, &ann.user, now) };
    assert!(scene.passwords.insert_reset(shouted.clone()).await.unwrap());
    assert!(is_live(&scene, &shouted, now).await);
}
