//! Storing accounts: all or none, one per name and per address.

use chrono::TimeDelta;
use rialto_identity::{DisplayName, InsertAccountError, NewAccount, Redeemed, Role, User};
use rialto_kernel::UserId;
use uuid::Uuid;

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// User and session are read back equal.
pub async fn an_account_comes_back_as_it_was_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let user = User {
        bio: "Reads a lot.".to_owned(),
        avatar_url: Some("/avatars/ann.png".to_owned()),
        role: Role::Admin,
        ..scene.new_user("Ann.Lee_1")
    };
    let account = builders::account(&scene.ids, user.clone());
    scene.identity.insert_account(account.clone()).await.unwrap();
    assert_eq!(scene.identity.find_user(user.id).await.unwrap(), Some(user.clone()));
    let live = scene.identity.find_live_session(account.session.id).await.unwrap();
    assert_eq!(live, Some((account.session, user)));
}

/// What a guest lacks stays lacking.
pub async fn a_guest_has_neither_password_nor_address(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = new_guest(&scene, "guest-1");
    scene.identity.insert_account(builders::account(&scene.ids, guest.clone())).await.unwrap();
    assert_eq!(scene.identity.find_user(guest.id).await.unwrap(), Some(guest));
}

/// Absence is no error.
pub async fn an_unknown_user_is_absent(stores: Stores) {
    let scene = Scene::new(stores);
    assert_eq!(scene.identity.find_user(scene.ids.next()).await.unwrap(), None);
}

/// Microseconds are neither cut nor rounded, before 1970 either.
pub async fn times_keep_their_microseconds(stores: Stores) {
    let scene = Scene::new(stores);
    let times = [TimeDelta::microseconds(1), TimeDelta::microseconds(999_999), TimeDelta::days(-25_000)];
    for (number, offset) in times.into_iter().enumerate() {
        let at = scene.now() + offset + TimeDelta::microseconds(123);
        let user = User { created_at: at, ..scene.new_user(&format!("user-{number}")) };
        let account = builders::account(&scene.ids, user);
        scene.identity.insert_account(account.clone()).await.unwrap();
        let (session, user) = scene.identity.find_live_session(account.session.id).await.unwrap().unwrap();
        assert_eq!((session.created_at, user.created_at), (at, at));
    }
}

/// Names, biographies and addresses are not normalised, trimmed or re-encoded.
pub async fn texts_come_back_character_for_character(stores: Stores) {
    let scene = Scene::new(stores);
    let user = User {
        display_name: DisplayName::parse("Ann “the Ǆ” O'Lee 🦀").unwrap(),
        email: Some(builders::email("Ann.O'Lee+ё@Exämple.ORG")),
        bio: " e\u{301} é \\ % _ ' \" ; -- 李小龙 🦀\r\n\t".to_owned(),
        avatar_url: Some(String::new()),
        ..scene.new_user("Ann_Ünïcode.李")
    };
    scene.identity.insert_account(builders::account(&scene.ids, user.clone())).await.unwrap();
    assert_eq!(scene.identity.find_user(user.id).await.unwrap(), Some(user));
}

/// An id is 128 bits, not a signed number and not a text.
pub async fn ids_keep_every_bit(stores: Stores) {
    let scene = Scene::new(stores);
    let ids = [u128::MAX, 1, 1 << 127, 0x0000_0000_0000_7000_8000_0000_0000_0000];
    for (number, id) in ids.into_iter().enumerate() {
        let id: UserId = Uuid::from_u128(id).into();
        let user = User { id, ..scene.new_user(&format!("user-{number}")) };
        scene.identity.insert_account(builders::account(&scene.ids, user.clone())).await.unwrap();
        assert_eq!(scene.identity.find_user(id).await.unwrap(), Some(user));
    }
}

/// `UsernameTaken` for letters inside and outside ASCII.
pub async fn a_username_is_taken_in_any_letter_case(stores: Stores) {
    let scene = Scene::new(stores);
    for (first, second) in [("Ann", "aNN"), ("ÉLODIE", "élodie"), ("ЮЛИЯ", "Юлия")] {
        refuses_second_name(&scene, first, second).await;
    }
}

/// `UsernameTaken` for names that Unicode's compatibility form makes equal.
pub async fn a_username_is_taken_in_any_compatibility_form(stores: Stores) {
    let scene = Scene::new(stores);
    for (first, second) in [("Ａｎｎ", "ann"), ("ﬁona", "fiona"), ("rene\u{301}e", "renée")] {
        refuses_second_name(&scene, first, second).await;
    }
}

async fn refuses_second_name(scene: &Scene, first: &str, second: &str) {
    let without_address = |name| builders::account(&scene.ids, User { email: None, ..scene.new_user(name) });
    scene.identity.insert_account(without_address(first)).await.unwrap();
    let refusal = scene.identity.insert_account(without_address(second)).await;
    assert!(matches!(refusal, Err(InsertAccountError::UsernameTaken)), "{first} {second}: {refusal:?}");
}

/// `EmailTaken` for letters inside and outside ASCII.
pub async fn an_address_is_taken_in_any_letter_case(stores: Stores) {
    let scene = Scene::new(stores);
    for (number, (first, second)) in
        [("Ann@Example.org", "ann@example.ORG"), ("Élodie@example.org", "éLODIE@example.org")].into_iter().enumerate()
    {
        let with_address = |name: String, address: &str| {
            let user = User { email: Some(builders::email(address)), ..scene.new_user(&name) };
            builders::account(&scene.ids, user)
        };
        scene.identity.insert_account(with_address(format!("first-{number}"), first)).await.unwrap();
        let refusal = scene.identity.insert_account(with_address(format!("second-{number}"), second)).await;
        assert!(matches!(refusal, Err(InsertAccountError::EmailTaken)), "{first} {second}: {refusal:?}");
    }
}

/// No address is not an address.
pub async fn guests_without_address_do_not_collide(stores: Stores) {
    let scene = Scene::new(stores);
    for name in ["guest-1", "guest-2"] {
        let guest = new_guest(&scene, name);
        scene.identity.insert_account(builders::account(&scene.ids, guest)).await.unwrap();
    }
}

/// Neither user, name, address, session nor token of a refused account exist.
pub async fn a_refused_account_leaves_nothing_behind(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    let refused_for_address = {
        let user = User { email: ann.user.email.clone(), ..scene.new_user("bob") };
        builders::account(&scene.ids, user)
    };
    let refused_for_name = {
        let user = User { email: Some(builders::email("bob@example.org")), ..scene.new_user("ann") };
        builders::account(&scene.ids, user)
    };
    for refused in [refused_for_address, refused_for_name] {
        scene.identity.insert_account(refused.clone()).await.unwrap_err();
        assert_eq!(scene.identity.find_user(refused.user.id).await.unwrap(), None);
        assert_eq!(scene.identity.find_live_session(refused.session.id).await.unwrap(), None);
        let replacement = builders::refresh_token(&scene.ids, scene.now());
        let redeemed = scene.identity.redeem_refresh_token(builders::redemption(
            refused.refresh_token.digest,
            replacement,
            scene.now(),
        ));
        assert_eq!(redeemed.await.unwrap(), Redeemed::Unknown);
    }
    // Its name and its address are free.
    scene.account("bob").await;
}

/// Others get `UsernameTaken`, never a store error.
pub async fn of_many_accounts_of_one_name_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let accounts: Vec<_> = (0..8)
        .map(|number| {
            let address = builders::email(&format!("ann-{number}@example.org"));
            builders::account(&scene.ids, User { email: Some(address), ..scene.new_user("ann") })
        })
        .collect();
    let outcomes = insert_at_once(&scene, accounts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = |outcome: &&_| matches!(outcome, Err(InsertAccountError::UsernameTaken));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}

/// Others get `EmailTaken`, never a store error.
pub async fn of_many_accounts_of_one_address_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let accounts: Vec<_> = (0..8)
        .map(|number| {
            let user = scene.new_user(&format!("ann-{number}"));
            builders::account(&scene.ids, User { email: Some(builders::email("ann@example.org")), ..user })
        })
        .collect();
    let outcomes = insert_at_once(&scene, accounts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = |outcome: &&_| matches!(outcome, Err(InsertAccountError::EmailTaken));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}

async fn insert_at_once(scene: &Scene, accounts: Vec<NewAccount>) -> Vec<Result<(), InsertAccountError>> {
    at_once(accounts.into_iter().map(|account| {
        let store = scene.identity.clone();
        async move { store.insert_account(account).await }
    }))
    .await
}

fn new_guest(scene: &Scene, name: &str) -> User {
    User { email: None, role: Role::Guest, ..scene.new_user(name) }
}
