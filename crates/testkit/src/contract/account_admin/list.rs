//! The list of everybody.

use rialto_identity::{AccountFilter, AccountStart, Role, User};
use rialto_kernel::Cursor;

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use super::changes::{DISABLE, change};
use crate::{Scene, Stores, builders};

async fn names(scene: &Scene, filter: AccountFilter) -> Vec<String> {
    let users = all_pages(|after| scene.accounts.list_accounts(filter.clone(), after, builders::limit(2))).await;
    users.into_iter().map(|user| user.username.as_str().to_owned()).collect()
}

fn start(text: &str) -> AccountFilter {
    AccountFilter { start: AccountStart::of(text), ..AccountFilter::default() }
}

/// Guests, admins and the disabled too.
pub async fn everybody_is_listed_in_order_and_paged_without_loss(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("Élan").await;
    scene.guest("guest-1").await;
    scene.admin("ann").await;
    let zoe = scene.account("Zoe").await;
    change(&scene, zoe.user.id, DISABLE).await.unwrap();
    assert_eq!(names(&scene, AccountFilter::default()).await, ["ann", "guest-1", "Zoe", "Élan"]);
}

/// In any letter case; no character has a meaning of its own.
pub async fn accounts_are_found_by_the_start_of_name_or_address(stores: Stores) {
    let scene = Scene::new(stores);
    for (name, address) in [("ann", "x@example.org"), ("bob", "Ann.Lee@Example.org"), ("a_b", "y@example.org")] {
        let user = User { email: Some(builders::email(address)), ..scene.new_user(name) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
    }
    scene.guest("annie").await;
    assert_eq!(names(&scene, start("ANN")).await, ["ann", "annie", "bob"]);
    assert_eq!(names(&scene, start("ann.lee@EX")).await, ["bob"]);
    assert_eq!(names(&scene, start("a_")).await, ["a_b"]);
    for nobody in ["%", "nn", "example.org", "a\0", "\u{10ffff}", "'", "_"] {
        assert_eq!(names(&scene, start(nobody)).await, [""; 0], "{nobody:?}");
    }
}

/// All conditions hold at once.
pub async fn accounts_are_found_by_role_and_state(stores: Stores) {
    let scene = Scene::new(stores);
    let (_, bob) = (scene.account("ann").await, scene.account("bob").await);
    scene.admin("root").await;
    scene.guest("guest-1").await;
    change(&scene, bob.user.id, DISABLE).await.unwrap();
    let of = |role, disabled| AccountFilter { start: None, role, disabled };
    assert_eq!(names(&scene, of(Some(Role::Member), None)).await, ["ann", "bob"]);
    assert_eq!(names(&scene, of(Some(Role::Member), Some(true))).await, ["bob"]);
    assert_eq!(names(&scene, of(None, Some(false))).await, ["ann", "guest-1", "root"]);
    assert_eq!(names(&scene, of(Some(Role::Admin), Some(true))).await, [""; 0]);
}

/// A cursor that no store wrote never is an error.
pub async fn accounts_after_a_strange_cursor_are_a_page(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    for text in NONSENSE_CURSORS {
        let page =
            scene.accounts.list_accounts(AccountFilter::default(), Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}
