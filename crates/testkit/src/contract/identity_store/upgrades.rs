//! Guests that become members: the same user, under a name and with a password of their own.

use rialto_identity::{DisplayName, GuestUpgrade, Login, NewAccount, Redeemed, Role, Session, UpgradeGuestError, User};
use rialto_messaging::{EventBody, MemberRole, Message};

use super::super::concurrency::at_once;
use crate::{Scene, Stores, builders};

type Outcome = Result<(Session, User), UpgradeGuestError>;

fn to(scene: &Scene, guest: &NewAccount, name: &str) -> GuestUpgrade {
    builders::upgrade(&scene.ids, guest.session.id, name, scene.later())
}

fn as_member(guest: &NewAccount, name: &str) -> User {
    User {
        username: builders::username(name),
        email: Some(builders::email(&format!("{name}@example.org"))),
        role: Role::Member,
        ..guest.user.clone()
    }
}

async fn user(scene: &Scene, account: &NewAccount) -> User {
    scene.identity.find_user(account.user.id).await.unwrap().unwrap()
}

async fn upgrade_at_once(scene: &Scene, upgrades: Vec<GuestUpgrade>) -> Vec<Outcome> {
    at_once(upgrades.into_iter().map(|upgrade| {
        let store = scene.identity.clone();
        async move { store.upgrade_guest(upgrade).await }
    }))
    .await
}

/// Id, display name, age and session stay.
pub async fn a_guest_becomes_the_same_user_as_a_member(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let member = as_member(&guest, "ann");
    let upgraded = scene.identity.upgrade_guest(to(&scene, &guest, "ann")).await.unwrap();
    assert_eq!(upgraded, (guest.session.clone(), member.clone()));
    assert_eq!(user(&scene, &guest).await, member);
    let live = scene.identity.find_live_session(guest.session.id).await.unwrap();
    assert_eq!(live, Some((guest.session, member)));
}

/// When one is given.
pub async fn a_guest_may_show_another_name_as_a_member(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let shown = DisplayName::parse("Ann “the Ǆ” O'Lee 🦀").unwrap();
    let upgrade = GuestUpgrade { display_name: Some(shown.clone()), ..to(&scene, &guest, "ann") };
    let (_, member) = scene.identity.upgrade_guest(upgrade).await.unwrap();
    assert_eq!(member.display_name, shown);
    assert_eq!(user(&scene, &guest).await, member);
}

/// Which no guest does or is.
pub async fn an_upgraded_guest_signs_in_by_name_and_address_and_is_listed(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    scene.identity.upgrade_guest(to(&scene, &guest, "Élodie")).await.unwrap();
    for text in ["éLODIE", "Élodie@example.ORG"] {
        let login = Login::parse(text).unwrap();
        let (found, hash) = scene.identity.find_credentials(&login).await.unwrap().expect(text);
        assert_eq!((found.id, hash.as_str()), (guest.user.id, "hash of Élodie"));
    }
    let listed = scene.identity.list_users(&builders::sought_name("é"), None, builders::limit(10)).await.unwrap().items;
    assert_eq!(listed, [as_member(&guest, "Élodie")]);
}

/// For others.
pub async fn the_username_of_a_guest_is_free_once_it_is_a_member(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    scene.identity.upgrade_guest(to(&scene, &guest, "ann")).await.unwrap();
    scene.account("guest-1").await;
}

/// One's own name is not taken by somebody else, in whatever letter case.
pub async fn a_guest_may_keep_its_username(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let (_, member) = scene.identity.upgrade_guest(to(&scene, &guest, "Guest-1")).await.unwrap();
    assert_eq!(member, as_member(&guest, "Guest-1"));
}

/// Signed in as the member.
pub async fn the_session_of_an_upgraded_guest_goes_on_with_the_new_token(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let upgrade = to(&scene, &guest, "ann");
    let token = upgrade.refresh_token.digest;
    scene.identity.upgrade_guest(upgrade).await.unwrap();
    let next = builders::refresh_token(&scene.ids, scene.now());
    let redeemed = scene.identity.redeem_refresh_token(builders::redemption(token, next, scene.later())).await.unwrap();
    assert_eq!(redeemed, Redeemed::Rotated { session: guest.session.clone(), user: as_member(&guest, "ann") });
}

/// One token of a session is unused at a time: whoever has the older one is a stranger, or is too late.
pub async fn a_refresh_token_from_before_an_upgrade_counts_as_used(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    scene.identity.upgrade_guest(to(&scene, &guest, "ann")).await.unwrap();
    let never_stored = builders::refresh_token(&scene.ids, scene.now());
    let redeemed = scene.identity.redeem_refresh_token(builders::redemption(
        guest.refresh_token.digest,
        never_stored,
        scene.later(),
    ));
    let reused = Redeemed::Reused { session_id: guest.session.id, user_id: guest.user.id };
    assert_eq!(redeemed.await.unwrap(), reused);
    assert_eq!(scene.identity.find_live_session(guest.session.id).await.unwrap(), None);
}

/// Membership, messages and events are the user's, and a profile is looked up when it is read.
pub async fn what_an_upgraded_guest_said_and_joined_stays_under_the_new_name(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let as_guest = builders::profile(&guest.user);
    let friends = scene.group(&[&as_guest]).await;
    let said = scene.say(friends, &as_guest, "hi").await;
    let (_, member) = scene.identity.upgrade_guest(to(&scene, &guest, "ann")).await.unwrap();
    let now_known_as = builders::profile(&member);
    let place = scene.messaging.find_member(friends, guest.user.id).await.unwrap().unwrap();
    assert_eq!((&place.user, place.role), (&now_known_as, MemberRole::Owner));
    let log = scene.log(friends).await;
    let told: Vec<_> = log.into_iter().map(|event| event.body).collect();
    let said = Message { sender: now_known_as, ..said };
    assert_eq!(told, [EventBody::MemberAdded(place), EventBody::MessageCreated(said)]);
}

/// Neither those who were never guests nor those who were.
pub async fn a_member_cannot_be_upgraded(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, guest) = (scene.account("ann").await, scene.guest("guest-1").await);
    scene.identity.upgrade_guest(to(&scene, &guest, "bob")).await.unwrap();
    for (member, name) in [(&ann, "ann"), (&guest, "bob")] {
        let refusal = scene.identity.upgrade_guest(to(&scene, member, "cid")).await;
        assert!(matches!(refusal, Err(UpgradeGuestError::NotAGuest)), "{refusal:?}");
        assert_eq!(user(&scene, member).await.username.as_str(), name);
    }
    // Not even to a name that is taken: that is not for them to find out this way.
    let refusal = scene.identity.upgrade_guest(to(&scene, &ann, "bob")).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::NotAGuest)), "{refusal:?}");
}

/// Unknown or revoked; the guest stays one.
pub async fn nobody_is_upgraded_through_a_session_that_is_not_live(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let unknown = GuestUpgrade { session_id: scene.ids.next(), ..to(&scene, &guest, "ann") };
    let refusal = scene.identity.upgrade_guest(unknown).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::SessionEnded)), "{refusal:?}");
    scene.identity.revoke_session(guest.session.id, scene.later()).await.unwrap();
    let refusal = scene.identity.upgrade_guest(to(&scene, &guest, "ann")).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::SessionEnded)), "{refusal:?}");
    assert_eq!(user(&scene, &guest).await, guest.user);
    scene.account("ann").await;
}

/// User, password and tokens stay as they were, and the free one of name and address stays free.
pub async fn an_upgrade_to_a_taken_name_or_address_changes_nothing(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("Ann").await;
    let guest = scene.guest("guest-1").await;
    let with_taken_name = GuestUpgrade { email: builders::email("bob@example.org"), ..to(&scene, &guest, "aNN") };
    let with_taken_address = GuestUpgrade { username: builders::username("bob"), ..to(&scene, &guest, "ANN") };
    let refusal = scene.identity.upgrade_guest(with_taken_name).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::UsernameTaken)), "{refusal:?}");
    let refusal = scene.identity.upgrade_guest(with_taken_address).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::EmailTaken)), "{refusal:?}");
    assert_eq!(user(&scene, &guest).await, guest.user);
    let next = builders::refresh_token(&scene.ids, scene.now());
    let redeemed = scene
        .identity
        .redeem_refresh_token(builders::redemption(guest.refresh_token.digest, next, scene.later()))
        .await
        .unwrap();
    assert!(matches!(redeemed, Redeemed::Rotated { .. }), "{redeemed:?}");
    scene.account("bob").await;
}

/// From one device or from two; the others get `NotAGuest`, never a store error.
pub async fn of_many_upgrades_of_one_guest_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("guest-1").await;
    let second = builders::session(&scene.ids, guest.user.id, scene.now());
    let token = builders::refresh_token(&scene.ids, scene.now());
    scene.identity.insert_session(second.clone(), token).await.unwrap();
    let upgrades = (0..8).map(|number| {
        let session_id = if number % 2 == 0 { guest.session.id } else { second.id };
        GuestUpgrade { session_id, ..to(&scene, &guest, &format!("ann-{number}")) }
    });
    let outcomes = upgrade_at_once(&scene, upgrades.collect()).await;
    let won: Vec<_> = outcomes.iter().flatten().map(|(_, member)| member).collect();
    assert_eq!(won, [&user(&scene, &guest).await]);
    let refused = |outcome: &&Outcome| matches!(outcome, Err(UpgradeGuestError::NotAGuest));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
}

/// The others stay guests, and get `UsernameTaken` or `EmailTaken`, never a store error.
pub async fn of_many_upgrades_to_one_name_or_address_at_once_one_wins(stores: Stores) {
    let scene = Scene::new(stores);
    let mut guests = Vec::new();
    for number in 0..8 {
        guests.push(scene.guest(&format!("guest-{number}")).await);
    }
    let upgrades = guests.iter().enumerate().map(|(number, guest)| match number % 2 {
        0 => to(&scene, guest, "ann"),
        _ => GuestUpgrade { username: builders::username(&format!("ann-{number}")), ..to(&scene, guest, "ann") },
    });
    let outcomes = upgrade_at_once(&scene, upgrades.collect()).await;
    let refused =
        |outcome: &&Outcome| matches!(outcome, Err(UpgradeGuestError::UsernameTaken | UpgradeGuestError::EmailTaken));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
    for (guest, outcome) in guests.iter().zip(&outcomes) {
        assert_eq!(user(&scene, guest).await.role == Role::Member, outcome.is_ok());
    }
}

/// Whatever the order, none waits for ever, and never are two tokens of the session good.
pub async fn an_upgrade_and_refreshes_at_once_leave_one_token_that_works(stores: Stores) {
    let scene = Scene::new(stores);
    for round in 0..10 {
        let guest = scene.guest(&format!("guest-{round}")).await;
        let upgrade = to(&scene, &guest, &format!("ann-{round}"));
        let next = builders::refresh_token(&scene.ids, scene.now());
        let (upgraded_with, refreshed_with) = (upgrade.refresh_token.digest, next.digest);
        let (store, other, old, at) =
            (scene.identity.clone(), scene.identity.clone(), guest.refresh_token.digest, scene.later());
        let (upgraded, refreshed) = tokio::join!(
            tokio::spawn(async move { store.upgrade_guest(upgrade).await }),
            tokio::spawn(async move { other.redeem_refresh_token(builders::redemption(old, next, at)).await }),
        );
        match (upgraded.unwrap(), refreshed.unwrap().unwrap()) {
            // The refresh came first: what it gave is used up by the upgrade.
            (Ok(_), Redeemed::Rotated { .. }) => {
                let never = builders::refresh_token(&scene.ids, at);
                let late = scene
                    .identity
                    .redeem_refresh_token(builders::redemption(refreshed_with, never, scene.later()))
                    .await
                    .unwrap();
                assert!(matches!(late, Redeemed::Reused { .. }), "{late:?}");
            }
            // The upgrade came first: the old token was used again.
            (Ok(_), Redeemed::Reused { .. }) => {
                let never = builders::refresh_token(&scene.ids, at);
                let late = scene
                    .identity
                    .redeem_refresh_token(builders::redemption(upgraded_with, never, scene.later()))
                    .await
                    .unwrap();
                assert_eq!(late, Redeemed::Unknown);
            }
            other => panic!("{other:?}"),
        }
    }
}
