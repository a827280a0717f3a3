//! What every [`AccountImport`](rialto_identity::AccountImport) promises.

use rialto_identity::{DisplayName, Login, Newcomer, PasswordHash, Sought, User};

use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`AccountImport`](rialto_identity::AccountImport) on an adapter. The constructor is the absolute path
/// of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! account_import_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, account_import:
            an_account_is_stored_as_it_was,
            an_account_may_come_without_a_password_or_an_address,
            a_known_id_is_left_alone,
            who_has_gone_does_not_come_back,
            what_is_taken_is_named_and_nothing_stored,
            of_many_with_one_name_at_once_one_comes_in,
        }
    };
}

fn hash(text: &str) -> Option<PasswordHash> {
    Some(PasswordHash::new(text.into()))
}

/// And is found by name and address, with its hash, and when people are sought.
pub async fn an_account_is_stored_as_it_was(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = User {
        display_name: DisplayName::parse("Ann Lee").unwrap(),
        avatar_url: Some("https://pictures.example/ann.png".into()),
        disabled_at: Some(scene.later()),
        ..scene.new_user("ann")
    };
    assert_eq!(scene.account_imports.judge_newcomer(&ann).await.unwrap(), Newcomer::New);
    assert_eq!(scene.identity.find_user(ann.id).await.unwrap(), None, "a judgement stores nothing");
    scene.later();
    assert_eq!(scene.account_imports.import_account(ann.clone(), hash("$2a$10$x")).await.unwrap(), Newcomer::New);
    assert_eq!(scene.identity.find_user(ann.id).await.unwrap(), Some(ann.clone()));
    for login in ["ANN", "ann@example.org"] {
        let (user, hash) = scene.identity.find_credentials(&Login::parse(login).unwrap()).await.unwrap().unwrap();
        assert_eq!((user, hash.as_str()), (ann.clone(), "$2a$10$x"));
    }
    let found = scene.identity.list_users(&Sought::parse("lee"), None, builders::limit(10)).await.unwrap();
    assert_eq!(found.items, [ann]);
}

/// Then it has no credentials until a password is set.
pub async fn an_account_may_come_without_a_password_or_an_address(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.new_user("ann"), User { email: None, ..scene.new_user("bob") });
    assert_eq!(scene.account_imports.import_account(ann.clone(), None).await.unwrap(), Newcomer::New);
    assert_eq!(scene.account_imports.import_account(bob.clone(), hash("b")).await.unwrap(), Newcomer::New);
    let credentials = async |name: &str| scene.identity.find_credentials(&Login::parse(name).unwrap()).await.unwrap();
    assert!(credentials("ann").await.is_none() && credentials("bob").await.is_some());
    let password = PasswordHash::new("new".into());
    scene.accounts.replace_password(ann.id, password, scene.later()).await.unwrap();
    assert!(credentials("ann").await.is_some());
}

/// Whatever they are called by now.
pub async fn a_known_id_is_left_alone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.new_user("ann");
    scene.account_imports.import_account(ann.clone(), hash("a")).await.unwrap();
    let again = User { id: ann.id, ..scene.new_user("other") };
    for given in [&ann, &again] {
        assert_eq!(scene.account_imports.judge_newcomer(given).await.unwrap(), Newcomer::Known);
        assert_eq!(scene.account_imports.import_account(given.clone(), hash("b")).await.unwrap(), Newcomer::Known);
    }
    let (user, hash) = scene.identity.find_credentials(&Login::parse("ann").unwrap()).await.unwrap().unwrap();
    assert_eq!((user, hash.as_str()), (ann, "a"));
}

/// Their id stays known.
pub async fn who_has_gone_does_not_come_back(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.new_user("ann");
    scene.account_imports.import_account(ann.clone(), hash("a")).await.unwrap();
    let deletion = builders::deletion(&scene.ids, ann.id, scene.later());
    scene.people.deletions.delete_account(deletion).await.unwrap();
    assert_eq!(scene.account_imports.judge_newcomer(&ann).await.unwrap(), Newcomer::Known);
    assert_eq!(scene.account_imports.import_account(ann.clone(), hash("a")).await.unwrap(), Newcomer::Known);
    assert!(scene.identity.find_credentials(&Login::parse("ann").unwrap()).await.unwrap().is_none());
}

/// The address first, with who has it; in any letter case.
pub async fn what_is_taken_is_named_and_nothing_stored(stores: Stores) {
    let scene = Scene::new(stores);
    let holder = scene.account("ann").await.user.id;
    let both = User { email: Some(builders::email("ANN@example.org")), ..scene.new_user("ANN") };
    let name = User { email: Some(builders::email("other@example.org")), ..scene.new_user("Ann") };
    for (user, met) in [(both, Newcomer::EmailTaken(holder)), (name, Newcomer::UsernameTaken)] {
        assert_eq!(scene.account_imports.judge_newcomer(&user).await.unwrap(), met);
        assert_eq!(scene.account_imports.import_account(user.clone(), hash("a")).await.unwrap(), met);
        assert_eq!(scene.identity.find_user(user.id).await.unwrap(), None);
    }
}

/// The others meet whoever was first.
pub async fn of_many_with_one_name_at_once_one_comes_in(stores: Stores) {
    let scene = Scene::new(stores);
    let met = at_once((0..6).map(|number| {
        let email = Some(builders::email(&format!("ann-{number}@example.org")));
        let (imports, user) = (scene.account_imports.clone(), User { email, ..scene.new_user("ann") });
        async move { imports.import_account(user, None).await.unwrap() }
    }))
    .await;
    assert_eq!(met.iter().filter(|met| **met == Newcomer::New).count(), 1, "{met:?}");
    assert_eq!(met.iter().filter(|met| **met == Newcomer::UsernameTaken).count(), 5, "{met:?}");
}
