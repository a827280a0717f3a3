//! What every [`AccountDeletions`](rialto_identity::AccountDeletions) promises.

use rialto_identity::{
    AccountDeletion, AccountFilter, AvatarChange, Bio, ChangeAccountError, ChangePasswordStoreError,
    DeleteAccountRefusal, Login, NewAccount, PasswordChange, PasswordHash, ProfileChanges, Redeemed, Role, Sought,
    UnfinishedDeletion, User,
};
use rialto_kernel::UserId;
use rialto_messaging::{AddMemberRefusal, CreateConversationRefusal, MemberRole};

use super::account_admin::{DEMOTE, DISABLE, PROMOTE};
use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`AccountDeletions`](rialto_identity::AccountDeletions) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! account_deletions_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, account_deletions:
            a_deleted_account_is_empty,
            nobody_signs_in_to_a_deleted_account,
            a_session_that_comes_too_late_is_not_live,
            name_and_address_of_a_deleted_account_are_free,
            nobody_finds_who_has_gone,
            blocks_of_a_deleted_account_go_in_both_directions,
            an_account_is_deleted_once,
            of_all_admins_at_once_one_stays,
            of_two_admins_of_whom_one_goes_and_one_is_demoted_at_once_one_stays,
            a_disabled_admin_does_not_stand_in_for_the_last_one,
            what_was_mailed_and_offered_works_no_more,
            those_who_run_the_server_neither_list_nor_change_who_has_gone,
            a_deletion_and_other_acts_on_the_account_at_once_all_end,
            unfinished_deletions_are_kept,
        }
    };
}

fn deletion(scene: &Scene, user_id: UserId) -> AccountDeletion {
    builders::deletion(&scene.ids, user_id, scene.later())
}

/// Somebody who has all that one can have.
async fn somebody(scene: &Scene, name: &str) -> NewAccount {
    let account = scene.account(name).await;
    let changes = ProfileChanges {
        bio: Bio::parse("secret").ok(),
        avatar: Some(AvatarChange::Put(builders::picture(1, 1))),
        ..Default::default()
    };
    scene.people.profiles.update_profile(account.user.id, changes, scene.later()).await.unwrap();
    account
}

/// What is left has the old id and age, and nothing else of theirs.
pub async fn a_deleted_account_is_empty(stores: Stores) {
    let scene = Scene::new(stores);
    let account = somebody(&scene, "ann").await;
    let (id, created_at) = (account.user.id, account.user.created_at);
    let deletion = deletion(&scene, id);
    let ended = scene.people.deletions.delete_account(deletion.clone()).await.unwrap();
    assert_eq!(ended, [account.session.id]);
    let left = scene.identity.find_user(id).await.unwrap().unwrap();
    assert_eq!((left.id, left.created_at, left.role), (id, created_at, Role::Member));
    assert_eq!((left.username, left.display_name), (deletion.username, deletion.display_name));
    assert_eq!((left.email, left.bio.as_str(), left.avatar_url), (None, "", None));
    assert_eq!(scene.people.profiles.find_avatar(id).await.unwrap(), None);
    assert_eq!(scene.people.sessions.list_session_records(id, None, 9).await.unwrap(), []);
}

/// Neither by what they knew nor by what they hold.
pub async fn nobody_signs_in_to_a_deleted_account(stores: Stores) {
    let scene = Scene::new(stores);
    let account = somebody(&scene, "ann").await;
    let deletion = deletion(&scene, account.user.id);
    scene.people.deletions.delete_account(deletion.clone()).await.unwrap();
    let logins = [
        Login::Username(account.user.username.clone()),
        Login::Email(account.user.email.clone().unwrap()),
        Login::Username(deletion.username),
    ];
    for login in logins {
        assert_eq!(scene.identity.find_credentials(&login).await.unwrap(), None);
    }
    assert_eq!(scene.identity.find_live_session(account.session.id).await.unwrap(), None);
    let next = builders::refresh_token(&scene.ids, scene.now());
    let outcome = scene
        .identity
        .redeem_refresh_token(builders::redemption(account.refresh_token.digest, next, scene.now()))
        .await
        .unwrap();
    assert_eq!(outcome, Redeemed::Unknown);
}

/// Of a login that began before and ends after.
pub async fn a_session_that_comes_too_late_is_not_live(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    let late = builders::session(&scene.ids, ann.id, scene.later());
    let token = builders::refresh_token(&scene.ids, scene.now());
    // Whether it is stored does not matter.
    let _ = scene.identity.insert_session(late.clone(), token.clone()).await;
    assert_eq!(scene.identity.find_live_session(late.id).await.unwrap(), None);
    let next = builders::refresh_token(&scene.ids, scene.now());
    let outcome =
        scene.identity.redeem_refresh_token(builders::redemption(token.digest, next, scene.now())).await.unwrap();
    assert_eq!(outcome, Redeemed::Unknown);
}

/// Somebody else may have them at once.
pub async fn name_and_address_of_a_deleted_account_are_free(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    let new = scene.account("ann").await.user;
    assert_ne!(new.id, ann.id);
}

/// By no name, and nobody brings them in anywhere.
pub async fn nobody_finds_who_has_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let group = scene.group(&[&bob]).await;
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    for typed in ["", "ann", "deleted", "user"] {
        let page = scene.identity.list_users(&Sought::parse(typed), None, builders::limit(5)).await.unwrap();
        assert!(page.items.iter().all(|user| user.id == bob.id), "{typed}: {page:?}");
    }
    let added = scene.messaging.add_member(scene.new_member(group, ann.id, MemberRole::Member)).await;
    assert!(matches!(added, Err(AddMemberRefusal::UnknownUser)), "{added:?}");
    let direct = scene.messaging.create_conversation(scene.new_direct(&bob, &ann)).await;
    assert!(matches!(direct, Err(CreateConversationRefusal::UnknownUser(id)) if id == ann.id), "{direct:?}");
}

/// Theirs of others, and others' of them.
pub async fn blocks_of_a_deleted_account_go_in_both_directions(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    for (by, of) in [(ann.id, bob.id), (bob.id, ann.id)] {
        scene.people.blocks.put_block(by, of, scene.later()).await.unwrap();
    }
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    for by in [ann.id, bob.id] {
        let page = scene.people.blocks.list_blocks(by, None, builders::limit(5)).await.unwrap();
        assert_eq!(page.items, []);
    }
}

/// The second of many finds nobody.
pub async fn an_account_is_deleted_once(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let outcomes = at_once((0..8).map(|_| {
        let (deletions, deletion) = (scene.people.deletions.clone(), deletion(&scene, ann.id));
        async move { deletions.delete_account(deletion).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(DeleteAccountRefusal::UnknownUser));
    assert_eq!(outcomes.iter().filter(refused).count(), 7, "{outcomes:?}");
    let outcome = scene.people.deletions.delete_account(deletion(&scene, scene.ids.next())).await;
    assert!(matches!(outcome, Err(DeleteAccountRefusal::UnknownUser)), "{outcome:?}");
}

/// Members may all go; of several admins at once one stays, with everything they have.
pub async fn of_all_admins_at_once_one_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let mut admins = Vec::new();
    for number in 0..4 {
        let user = User { role: Role::Admin, ..scene.new_user(&format!("admin-{number}")) };
        let account = builders::account(&scene.ids, user);
        scene.identity.insert_account(account.clone()).await.unwrap();
        admins.push(account);
    }
    let outcomes = at_once(admins.iter().map(|admin| {
        let (deletions, deletion) = (scene.people.deletions.clone(), deletion(&scene, admin.user.id));
        async move { deletions.delete_account(deletion).await }
    }))
    .await;
    let refused: Vec<_> =
        outcomes.iter().map(|outcome| matches!(outcome, Err(DeleteAccountRefusal::LastAdmin))).collect();
    assert_eq!(refused.iter().filter(|refused| **refused).count(), 1, "{outcomes:?}");
    let stays = &admins[refused.iter().position(|refused| *refused).unwrap()];
    let live = scene.identity.find_live_session(stays.session.id).await.unwrap();
    assert_eq!(live.map(|(_, user)| user), Some(stays.user.clone()));
}

/// However the two acts fall: each sees what the other has done.
pub async fn of_two_admins_of_whom_one_goes_and_one_is_demoted_at_once_one_stays(stores: Stores) {
    let scene = Scene::new(stores);
    let mut stayed: Option<UserId> = None;
    for round in 0..8 {
        let goes = scene.admin(&format!("goes-{round}")).await.user.id;
        let falls = scene.admin(&format!("falls-{round}")).await.user.id;
        // Whoever stayed in the round before is first to leave.
        if let Some(id) = stayed {
            scene.accounts.change_account(id, DEMOTE, scene.later()).await.unwrap();
        }
        let (deletions, deletion) = (scene.people.deletions.clone(), deletion(&scene, goes));
        let (accounts, change, at) =
            (scene.accounts.clone(), if round % 2 == 0 { DEMOTE } else { DISABLE }, scene.now());
        let deleting = tokio::spawn(async move { deletions.delete_account(deletion).await });
        let changing = tokio::spawn(async move { accounts.change_account(falls, change, at).await });
        stayed = Some(match (deleting.await.unwrap(), changing.await.unwrap()) {
            (Err(DeleteAccountRefusal::LastAdmin), Ok(_)) => goes,
            (Ok(_), Err(ChangeAccountError::LastAdmin)) => falls,
            outcomes => panic!("{outcomes:?}"),
        });
        let filter = AccountFilter { role: Some(Role::Admin), disabled: Some(false), ..AccountFilter::default() };
        let page = scene.accounts.list_accounts(filter, None, builders::limit(9)).await.unwrap();
        assert_eq!(page.items.iter().map(|user| Some(user.id)).collect::<Vec<_>>(), [stayed]);
    }
}

/// Nor is a disabled admin the last one: they may go.
pub async fn a_disabled_admin_does_not_stand_in_for_the_last_one(stores: Stores) {
    let scene = Scene::new(stores);
    let (root, ann) = (scene.admin("root").await.user.id, scene.admin("ann").await.user.id);
    scene.accounts.change_account(ann, DISABLE, scene.later()).await.unwrap();
    let outcome = scene.people.deletions.delete_account(deletion(&scene, root)).await;
    assert!(matches!(outcome, Err(DeleteAccountRefusal::LastAdmin)), "{outcome:?}");
    scene.people.deletions.delete_account(deletion(&scene, ann)).await.unwrap();
}

/// Links that set their password, and invitations they made.
pub async fn what_was_mailed_and_offered_works_no_more(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user, scene.account("bob").await.user);
    let mut offered = Vec::new();
    for user in [&ann, &bob] {
        let reset = builders::reset(&scene.ids, user, scene.now());
        assert!(scene.passwords.insert_reset(reset.clone()).await.unwrap());
        let mut new = builders::invitation(&scene.ids, scene.now());
        new.invitation.created_by = Some(user.id);
        scene.invitations.insert_invitation(new.clone()).await.unwrap();
        offered.push((reset.digest, new.digest, user.id == bob.id));
    }
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    for (reset, invitation, works) in offered {
        assert_eq!(scene.passwords.is_reset_live(reset, scene.now()).await.unwrap(), works);
        assert_eq!(scene.invitations.is_invited(invitation, scene.now()).await.unwrap(), works);
    }
    assert_eq!(scene.passwords.find_password_hash(ann.id).await.unwrap(), None);
}

/// Nothing brings a deleted account back.
pub async fn those_who_run_the_server_neither_list_nor_change_who_has_gone(stores: Stores) {
    let scene = Scene::new(stores);
    let (root, ann) = (scene.admin("root").await.user, scene.account("ann").await.user);
    scene.people.deletions.delete_account(deletion(&scene, ann.id)).await.unwrap();
    let page = scene.accounts.list_accounts(AccountFilter::default(), None, builders::limit(9)).await.unwrap();
    assert_eq!(page.items, [root]);
    let counts = scene.accounts.count_accounts(scene.now()).await.unwrap();
    assert_eq!((counts.admins, counts.members, counts.live_sessions), (1, 0, 1));
    for change in [PROMOTE, DISABLE] {
        let outcome = scene.accounts.change_account(ann.id, change, scene.later()).await;
        assert!(matches!(outcome, Err(ChangeAccountError::NoSuchUser)), "{outcome:?}");
    }
    let outcome = scene.accounts.replace_password(ann.id, PasswordHash::new("new".into()), scene.later()).await;
    assert!(matches!(outcome, Err(ChangeAccountError::NoSuchUser)), "{outcome:?}");
    assert_eq!(scene.passwords.find_password_hash(ann.id).await.unwrap(), None);
}

/// None waits for another for ever, and nothing that they do outlasts the account.
pub async fn a_deletion_and_other_acts_on_the_account_at_once_all_end(stores: Stores) {
    let scene = Scene::new(stores);
    scene.admin("root").await;
    for round in 0..8 {
        let ann = scene.admin(&format!("ann-{round}")).await;
        let (id, at) = (ann.user.id, scene.later());
        let reset = builders::reset(&scene.ids, &ann.user, at);
        assert!(scene.passwords.insert_reset(reset.clone()).await.unwrap());
        let from = scene.passwords.find_password_hash(id).await.unwrap().unwrap();
        let to = PasswordHash::new("other".into());
        let change = PasswordChange { user_id: id, from, to: to.clone(), session_id: ann.session.id, at };
        let (deletions, deletion) = (scene.people.deletions.clone(), deletion(&scene, id));
        let (accounts, passwords, again) = (scene.accounts.clone(), scene.passwords.clone(), scene.passwords.clone());
        let (replacing, replacement) = (scene.accounts.clone(), to.clone());
        let deleting = tokio::spawn(async move { deletions.delete_account(deletion).await });
        let changing = tokio::spawn(async move { passwords.change_password(change).await });
        let resetting = tokio::spawn(async move { again.reset_password(reset.digest, to, at).await });
        let demoting = tokio::spawn(async move { accounts.change_account(id, DEMOTE, at).await });
        let setting = tokio::spawn(async move { replacing.replace_password(id, replacement, at).await });
        deleting.await.unwrap().unwrap();
        let outcome = changing.await.unwrap();
        assert!(!matches!(outcome, Err(ChangePasswordStoreError::Store(_))), "{outcome:?}");
        resetting.await.unwrap().unwrap();
        let outcome = demoting.await.unwrap();
        assert!(!matches!(outcome, Err(ChangeAccountError::Store(_))), "{outcome:?}");
        let outcome = setting.await.unwrap();
        assert!(!matches!(outcome, Err(ChangeAccountError::Store(_))), "{outcome:?}");
        assert_eq!(scene.passwords.find_password_hash(id).await.unwrap(), None);
        assert_eq!(scene.identity.find_live_session(ann.session.id).await.unwrap(), None);
    }
}

/// Until they are done, the oldest first.
pub async fn unfinished_deletions_are_kept(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    for (user, erase_messages) in [(&bob, true), (&ann, false)] {
        let deletion = AccountDeletion { erase_messages, ..deletion(&scene, user.id) };
        scene.people.deletions.delete_account(deletion).await.unwrap();
    }
    let (anns, bobs) = (
        UnfinishedDeletion { user_id: ann.id, erase_messages: false },
        UnfinishedDeletion { user_id: bob.id, erase_messages: true },
    );
    assert_eq!(scene.people.deletions.list_unfinished(9).await.unwrap(), [bobs, anns]);
    assert_eq!(scene.people.deletions.list_unfinished(1).await.unwrap(), [bobs]);
    for _ in 0..2 {
        scene.people.deletions.finish(bob.id).await.unwrap();
        assert_eq!(scene.people.deletions.list_unfinished(9).await.unwrap(), [anns]);
    }
}
