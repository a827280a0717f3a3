//! What every [`TotpStore`](rialto_identity::TotpStore) promises.

use rialto_identity::{SecretDigest, Totp, TotpSecret, TotpStart, TotpStep};
use rialto_kernel::UserId;

use super::concurrency::at_once;
use crate::{Scene, Stores};

/// Runs the rules of [`TotpStore`](rialto_identity::TotpStore) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! totp_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, totp_store:
            an_offered_secret_is_off_until_it_is_enabled,
            another_offer_replaces_the_one_before,
            of_many_offers_at_once_each_is_taken_and_one_stays,
            a_secret_that_is_on_is_not_replaced,
            of_many_who_enable_at_once_one_wins,
            a_step_is_used_once_and_no_earlier_one_after_it,
            of_many_who_use_a_step_at_once_one_wins,
            a_secret_that_is_not_on_has_no_steps,
            a_recovery_code_works_once_for_its_user,
            of_many_who_use_a_recovery_code_at_once_one_wins,
            new_recovery_codes_replace_the_old_ones,
            what_is_removed_is_gone,
        }
    };
}

const fn secret(number: u8) -> TotpSecret {
    TotpSecret::new([number; 20])
}

const fn code(number: u8) -> SecretDigest {
    SecretDigest([number; 32])
}

async fn somebody(scene: &Scene, name: &str) -> UserId {
    scene.account(name).await.user.id
}

fn start(scene: &Scene, user_id: UserId, number: u8) -> TotpStart {
    let recovery_codes = vec![code(1), code(2), code(3)];
    TotpStart { user_id, secret: secret(number), step: TotpStep(100), recovery_codes, at: scene.now() }
}

/// A user whose second factor is on, with secret 1, step 100 used and recovery codes 1 to 3.
async fn enabled(scene: &Scene, name: &str) -> UserId {
    let user_id = somebody(scene, name).await;
    assert!(scene.totp.offer_totp(user_id, secret(1), scene.now()).await.unwrap());
    assert!(scene.totp.enable_totp(start(scene, user_id, 1)).await.unwrap());
    user_id
}

/// Then it says since when, and how many recovery codes there are.
pub async fn an_offered_secret_is_off_until_it_is_enabled(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = somebody(&scene, "ann").await;
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), None);
    assert!(!scene.totp.enable_totp(start(&scene, ann, 1)).await.unwrap());
    assert!(scene.totp.offer_totp(ann, secret(1), scene.now()).await.unwrap());
    let offered = Totp { secret: secret(1), enabled_at: None, recovery_codes_left: 0 };
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), Some(offered.clone()));
    assert!(scene.totp.enable_totp(start(&scene, ann, 1)).await.unwrap());
    let on = Totp { enabled_at: Some(scene.now()), recovery_codes_left: 3, ..offered };
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), Some(on));
    let bob = somebody(&scene, "bob").await;
    assert_eq!(scene.totp.find_totp(bob).await.unwrap(), None);
}

/// What was offered first cannot be switched on any more.
pub async fn another_offer_replaces_the_one_before(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = somebody(&scene, "ann").await;
    for number in [1, 2] {
        assert!(scene.totp.offer_totp(ann, secret(number), scene.later()).await.unwrap());
    }
    assert!(!scene.totp.enable_totp(start(&scene, ann, 1)).await.unwrap());
    assert!(scene.totp.enable_totp(start(&scene, ann, 2)).await.unwrap());
}

/// None is refused because of another.
pub async fn of_many_offers_at_once_each_is_taken_and_one_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, at) = (somebody(&scene, "ann").await, scene.now());
    let taken = at_once((0..8).map(|number| {
        let totp = scene.totp.clone();
        async move { totp.offer_totp(ann, secret(number), at).await.unwrap() }
    }));
    assert_eq!(taken.await, [true; 8]);
    assert!(scene.totp.find_totp(ann).await.unwrap().is_some());
}

/// Neither by another offer nor by enabling it again.
pub async fn a_secret_that_is_on_is_not_replaced(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = enabled(&scene, "ann").await;
    let before = scene.totp.find_totp(ann).await.unwrap();
    assert!(!scene.totp.offer_totp(ann, secret(2), scene.later()).await.unwrap());
    assert!(!scene.totp.enable_totp(start(&scene, ann, 1)).await.unwrap());
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), before);
}

/// Only the codes of the winner are good.
pub async fn of_many_who_enable_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = somebody(&scene, "ann").await;
    assert!(scene.totp.offer_totp(ann, secret(1), scene.now()).await.unwrap());
    let won = at_once((0..8).map(|number| {
        let (totp, start) = (scene.totp.clone(), start(&scene, ann, 1));
        let start = TotpStart { recovery_codes: vec![code(number)], ..start };
        async move { totp.enable_totp(start).await.unwrap() }
    }))
    .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    for (number, won) in won.into_iter().enumerate() {
        assert_eq!(scene.totp.use_recovery_code(ann, code(number as u8)).await.unwrap(), won);
    }
}

/// The step that switched it on counts as used.
pub async fn a_step_is_used_once_and_no_earlier_one_after_it(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (enabled(&scene, "ann").await, enabled(&scene, "bob").await);
    let used = async |user, step| scene.totp.use_totp_step(user, secret(1), TotpStep(step)).await.unwrap();
    for (step, expected) in [(100, false), (102, true), (102, false), (101, false), (103, true)] {
        assert_eq!(used(ann, step).await, expected, "{step}");
    }
    assert!(used(bob, 101).await, "everybody has steps of their own");
}

/// A code that was read over a shoulder is of no use.
pub async fn of_many_who_use_a_step_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = enabled(&scene, "ann").await;
    let used = at_once((0..8).map(|_| {
        let totp = scene.totp.clone();
        async move { totp.use_totp_step(ann, secret(1), TotpStep(101)).await.unwrap() }
    }));
    assert_eq!(used.await.into_iter().filter(|used| *used).count(), 1);
}

/// Not while it is offered, and not when it is another.
pub async fn a_secret_that_is_not_on_has_no_steps(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (enabled(&scene, "ann").await, somebody(&scene, "bob").await);
    assert!(!scene.totp.use_totp_step(ann, secret(2), TotpStep(200)).await.unwrap());
    assert!(scene.totp.offer_totp(bob, secret(1), scene.now()).await.unwrap());
    assert!(!scene.totp.use_totp_step(bob, secret(1), TotpStep(200)).await.unwrap());
}

/// Others may have the same.
pub async fn a_recovery_code_works_once_for_its_user(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (enabled(&scene, "ann").await, enabled(&scene, "bob").await);
    let used = async |user, number| scene.totp.use_recovery_code(user, code(number)).await.unwrap();
    assert_eq!((used(ann, 1).await, used(ann, 1).await, used(ann, 9).await), (true, false, false));
    assert_eq!(scene.totp.find_totp(ann).await.unwrap().unwrap().recovery_codes_left, 2);
    assert!(used(bob, 1).await);
}

/// One is let in.
pub async fn of_many_who_use_a_recovery_code_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = enabled(&scene, "ann").await;
    let used = at_once((0..8).map(|_| {
        let totp = scene.totp.clone();
        async move { totp.use_recovery_code(ann, code(2)).await.unwrap() }
    }));
    assert_eq!(used.await.into_iter().filter(|used| *used).count(), 1);
}

/// Where nothing is on there are none.
pub async fn new_recovery_codes_replace_the_old_ones(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (enabled(&scene, "ann").await, somebody(&scene, "bob").await);
    assert!(scene.totp.replace_recovery_codes(ann, vec![code(3), code(4)]).await.unwrap());
    let used = async |number| scene.totp.use_recovery_code(ann, code(number)).await.unwrap();
    assert_eq!((used(1).await, used(3).await, used(4).await), (false, true, true));
    assert!(!scene.totp.replace_recovery_codes(bob, vec![code(5)]).await.unwrap());
    assert!(scene.totp.offer_totp(bob, secret(1), scene.now()).await.unwrap());
    assert!(!scene.totp.replace_recovery_codes(bob, vec![code(5)]).await.unwrap());
}

/// With its recovery codes, also if it was only offered; it can be offered again.
pub async fn what_is_removed_is_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = enabled(&scene, "ann").await;
    let removed = at_once((0..4).map(|_| {
        let totp = scene.totp.clone();
        async move { totp.remove_totp(ann).await.unwrap() }
    }));
    assert_eq!(removed.await.into_iter().filter(|removed| *removed).count(), 1);
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), None);
    assert!(!scene.totp.use_recovery_code(ann, code(1)).await.unwrap());
    assert!(scene.totp.offer_totp(ann, secret(2), scene.now()).await.unwrap());
    assert!(!scene.totp.remove_totp(ann).await.unwrap());
    assert_eq!(scene.totp.find_totp(ann).await.unwrap(), None);
}
