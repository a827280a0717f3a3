//! What every [`InvitationStore`](rialto_identity::InvitationStore) promises, and how accounts use invitations up.

use chrono::TimeDelta;
use rialto_identity::{
    InsertAccountError, Invitation, NewAccount, NewInvitation, SecretDigest, UpgradeGuestError, User,
};
use rialto_kernel::Cursor;

use super::concurrency::at_once;
use super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

/// Runs the rules of [`InvitationStore`](rialto_identity::InvitationStore) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! invitation_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, invitation_store:
            invitations_come_back_as_they_were_stored_the_newest_first,
            invitations_after_a_strange_cursor_are_a_page,
            an_invitation_works_until_the_instant_it_expires,
            an_invitation_that_is_taken_back_is_gone,
            an_account_uses_an_invitation_up,
            a_guest_who_becomes_a_member_uses_an_invitation_up,
            a_refused_account_uses_nothing_up,
            of_many_accounts_at_once_an_invitation_makes_no_more_than_it_may,
        }
    };
}

async fn invite(scene: &Scene, change: impl FnOnce(Invitation) -> Invitation) -> SecretDigest {
    let NewInvitation { invitation, digest } = builders::invitation(&scene.ids, scene.later());
    scene.invitations.insert_invitation(NewInvitation { invitation: change(invitation), digest }).await.unwrap();
    digest
}

async fn invitations(scene: &Scene) -> Vec<Invitation> {
    all_pages(|after| scene.invitations.list_invitations(after, builders::limit(2))).await
}

fn invited(scene: &Scene, name: &str, invitation: SecretDigest) -> NewAccount {
    NewAccount { invitation: Some(invitation), ..scene.new_account(name) }
}

/// Every field of them, those that are over too.
pub async fn invitations_come_back_as_they_were_stored_the_newest_first(stores: Stores) {
    let scene = Scene::new(stores);
    let mut stored = Vec::new();
    for number in 0..5_u32 {
        let mut new = builders::invitation(&scene.ids, scene.later());
        new.invitation.max_uses = (number > 0).then_some(number);
        new.invitation.uses = number;
        new.invitation.expires_at = (number > 1).then(|| scene.now() + TimeDelta::microseconds(i64::from(number)));
        new.invitation.created_by = new.invitation.created_by.filter(|_| number > 2);
        scene.invitations.insert_invitation(new.clone()).await.unwrap();
        stored.insert(0, new.invitation);
    }
    assert_eq!(invitations(&scene).await, stored);
}

/// A cursor that no store wrote never is an error.
pub async fn invitations_after_a_strange_cursor_are_a_page(stores: Stores) {
    let scene = Scene::new(stores);
    invite(&scene, |invitation| invitation).await;
    for text in NONSENSE_CURSORS {
        let page = scene.invitations.list_invitations(Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}

/// The instant itself is too late; an unknown one never works.
pub async fn an_invitation_works_until_the_instant_it_expires(stores: Stores) {
    let scene = Scene::new(stores);
    let end = scene.now() + TimeDelta::hours(1);
    let digest = invite(&scene, |invitation| Invitation { expires_at: Some(end), ..invitation }).await;
    let just_before = end - TimeDelta::microseconds(1);
    assert!(scene.invitations.is_invited(digest, just_before).await.unwrap());
    assert!(!scene.invitations.is_invited(digest, end).await.unwrap());
    let late = NewAccount {
        invitation: Some(digest),
        ..builders::account(&scene.ids, User { created_at: end, ..scene.new_user("ann") })
    };
    assert!(matches!(scene.identity.insert_account(late).await, Err(InsertAccountError::InvitationInvalid)));
    let unknown = builders::secret(&scene.ids);
    assert!(!scene.invitations.is_invited(unknown, scene.now()).await.unwrap());
    let refusal = scene.identity.insert_account(invited(&scene, "bob", unknown)).await;
    assert!(matches!(refusal, Err(InsertAccountError::InvitationInvalid)), "{refusal:?}");
}

/// Once, and it makes no account any more.
pub async fn an_invitation_that_is_taken_back_is_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let digest = invite(&scene, |invitation| invitation).await;
    let id = invitations(&scene).await[0].id;
    assert!(scene.invitations.delete_invitation(id).await.unwrap());
    assert!(!scene.invitations.delete_invitation(id).await.unwrap());
    assert_eq!(invitations(&scene).await, []);
    let refusal = scene.identity.insert_account(invited(&scene, "ann", digest)).await;
    assert!(matches!(refusal, Err(InsertAccountError::InvitationInvalid)), "{refusal:?}");
}

/// As often as it may be used.
pub async fn an_account_uses_an_invitation_up(stores: Stores) {
    let scene = Scene::new(stores);
    let twice = invite(&scene, |invitation| Invitation { max_uses: Some(2), ..invitation }).await;
    for (name, uses) in [("ann", 1), ("bob", 2)] {
        scene.identity.insert_account(invited(&scene, name, twice)).await.unwrap();
        assert_eq!(invitations(&scene).await[0].uses, uses);
    }
    assert!(!scene.invitations.is_invited(twice, scene.now()).await.unwrap());
    let third = invited(&scene, "carol", twice);
    let refusal = scene.identity.insert_account(third.clone()).await;
    assert!(matches!(refusal, Err(InsertAccountError::InvitationInvalid)), "{refusal:?}");
    assert_eq!(scene.identity.find_user(third.user.id).await.unwrap(), None);
    assert_eq!(invitations(&scene).await[0].uses, 2);
}

/// As an account that is new.
pub async fn a_guest_who_becomes_a_member_uses_an_invitation_up(stores: Stores) {
    let scene = Scene::new(stores);
    let once = invite(&scene, |invitation| Invitation { max_uses: Some(1), ..invitation }).await;
    for (name, works) in [("ann", true), ("bob", false)] {
        let guest = scene.guest(&format!("guest-{name}")).await;
        let mut upgrade = builders::upgrade(&scene.ids, guest.session.id, name, scene.now());
        upgrade.invitation = Some(once);
        let outcome = scene.identity.upgrade_guest(upgrade).await;
        assert_eq!(outcome.is_ok(), works, "{outcome:?}");
        assert!(works || matches!(outcome, Err(UpgradeGuestError::InvitationInvalid)));
    }
    assert_eq!(invitations(&scene).await[0].uses, 1);
}

/// A taken name is no use.
pub async fn a_refused_account_uses_nothing_up(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    let once = invite(&scene, |invitation| Invitation { max_uses: Some(1), ..invitation }).await;
    let refusal = scene.identity.insert_account(invited(&scene, "ann", once)).await;
    assert!(matches!(refusal, Err(InsertAccountError::UsernameTaken)), "{refusal:?}");
    let guest = scene.guest("guest-1").await;
    let mut upgrade = builders::upgrade(&scene.ids, guest.session.id, "ann", scene.now());
    upgrade.invitation = Some(once);
    let refusal = scene.identity.upgrade_guest(upgrade).await;
    assert!(matches!(refusal, Err(UpgradeGuestError::UsernameTaken)), "{refusal:?}");
    assert_eq!(invitations(&scene).await[0].uses, 0);
    scene.identity.insert_account(invited(&scene, "bob", once)).await.unwrap();
}

/// Others get `InvitationInvalid`, never a store error.
pub async fn of_many_accounts_at_once_an_invitation_makes_no_more_than_it_may(stores: Stores) {
    let scene = Scene::new(stores);
    let thrice = invite(&scene, |invitation| Invitation { max_uses: Some(3), ..invitation }).await;
    let accounts: Vec<_> = (0..8).map(|number| invited(&scene, &format!("user-{number}"), thrice)).collect();
    let outcomes = at_once(accounts.into_iter().map(|account| {
        let identity = scene.identity.clone();
        async move { identity.insert_account(account).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    let refused = |outcome: &&_| matches!(outcome, Err(InsertAccountError::InvitationInvalid));
    assert_eq!(outcomes.iter().filter(refused).count(), 5, "{outcomes:?}");
    assert_eq!(invitations(&scene).await[0].uses, 3);
}
