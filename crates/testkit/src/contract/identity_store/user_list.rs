//! The list of users: order, prefix, pages.

use rialto_identity::{DisplayName, Role, Sought, User};
use rialto_kernel::Cursor;

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

const NAMES: [&str; 11] = ["zoe", "Ann", "a-b", "a.b", "a_b", "axb", "ann2", "Élodie", "élan", "李小龙", "a_b_c"];

async fn scene_with_names(stores: Stores) -> Scene {
    let scene = Scene::new(stores);
    for name in NAMES {
        let user = User { email: None, ..scene.new_user(name) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
    }
    scene
}

async fn names_with(scene: &Scene, prefix: &str) -> Vec<String> {
    let sought = builders::sought_name(prefix);
    let users = all_pages(|after| scene.identity.list_users(&sought, after, builders::limit(2))).await;
    users.into_iter().map(|user| user.username.as_str().to_owned()).collect()
}

/// By code point, whatever the language of the database.
pub async fn users_are_listed_in_order_of_their_key(stores: Stores) {
    let scene = scene_with_names(stores).await;
    let mut in_order = NAMES.map(builders::username);
    in_order.sort_by_key(|name| name.key());
    assert_eq!(names_with(&scene, "").await, in_order.map(|name| name.as_str().to_owned()));
}

/// Whatever the length of a page, everyone is listed once.
pub async fn users_are_paged_without_loss(stores: Stores) {
    let scene = Scene::new(stores);
    let everyone: Vec<_> = scene.users(23).await.into_iter().map(|user| user.id).collect();
    let everybody = Sought::default();
    for length in [1, 2, 7, 22, 23, 24, 100] {
        let users = all_pages(|after| scene.identity.list_users(&everybody, after, builders::limit(length))).await;
        assert_eq!(users.into_iter().map(|user| user.id).collect::<Vec<_>>(), everyone, "{length} per page");
    }
}

/// In letters inside and outside ASCII.
pub async fn users_are_found_by_prefix_in_any_letter_case(stores: Stores) {
    let scene = scene_with_names(stores).await;
    assert_eq!(names_with(&scene, "aNN").await, ["Ann", "ann2"]);
    assert_eq!(names_with(&scene, "ÉL").await, ["élan", "Élodie"]);
    assert_eq!(names_with(&scene, "李").await, ["李小龙"]);
    assert_eq!(names_with(&scene, "nn").await, [""; 0]);
}

/// `_` is a letter of names, not a placeholder.
pub async fn wildcards_in_a_prefix_stand_for_themselves(stores: Stores) {
    let scene = scene_with_names(stores).await;
    assert_eq!(names_with(&scene, "A_b").await, ["a_b", "a_b_c"]);
    assert_eq!(names_with(&scene, "a_").await, ["a_b", "a_b_c"]);
    assert_eq!(names_with(&scene, "a.").await, ["a.b"]);
}

/// An empty page, never an error.
pub async fn a_prefix_no_name_can_have_finds_nobody(stores: Stores) {
    let scene = scene_with_names(stores).await;
    for prefix in ["%", "a%", "\\", "a\\_b", "*", "?", "[a-z]", "'", "a b", "a\0", "\0", "\u{10ffff}"] {
        assert_eq!(names_with(&scene, prefix).await, [""; 0], "{prefix:?}");
    }
}

/// Guests come and go; the list is of members and admins.
pub async fn guests_are_not_listed(stores: Stores) {
    let scene = Scene::new(stores);
    for (name, role) in
        [("ann-1", Role::Member), ("ann-2", Role::Guest), ("ann-3", Role::Admin), ("ann-4", Role::Guest)]
    {
        let user = User { role, email: None, ..scene.new_user(name) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
    }
    let page = scene.identity.list_users(&builders::sought_name("ann"), None, builders::limit(2)).await.unwrap();
    assert_eq!(page.items.iter().map(|user| user.username.as_str()).collect::<Vec<_>>(), ["ann-1", "ann-3"]);
    assert_eq!(page.next_cursor, None);
}

/// As many users as a page holds are one page; no users are an empty one.
pub async fn a_full_last_page_of_users_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let nobody = scene.identity.list_users(&Sought::default(), None, builders::limit(3)).await.unwrap();
    assert_eq!((nobody.items.len(), nobody.next_cursor), (0, None));
    scene.users(3).await;
    let page = scene.identity.list_users(&Sought::default(), None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
}

/// A cursor that no store wrote never is an error.
pub async fn users_after_a_strange_cursor_are_a_page(stores: Stores) {
    let scene = scene_with_names(stores).await;
    for text in NONSENSE_CURSORS {
        let page = scene.identity.list_users(&Sought::default(), Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}

async fn scene_with_display_names(stores: Stores) -> Scene {
    let scene = Scene::new(stores);
    for (name, shown) in [
        ("ann", "Ann Lee"),
        ("bob", "Bob-Lee O'Annis"),
        ("leo", "Élodie ÖSTERREICH"),
        ("dora", "Ивáн Анна"),
        ("xiao", "李小龙"),
        ("eve", "Eve"),
    ] {
        let display_name = DisplayName::parse(shown).unwrap();
        let user = User { email: None, display_name, ..scene.new_user(name) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
    }
    scene
}

async fn found_by(scene: &Scene, typed: &str) -> Vec<String> {
    let sought = Sought::parse(typed);
    let users = all_pages(|after| scene.identity.list_users(&sought, after, builders::limit(1))).await;
    users.into_iter().map(|user| user.username.as_str().to_owned()).collect()
}

/// Each word that is typed begins a word of the name, whatever the script; in order of username.
pub async fn users_are_found_by_words_of_their_display_name(stores: Stores) {
    let scene = scene_with_display_names(stores).await;
    for (typed, names) in [
        ("lee", &["ann", "bob"][..]),
        ("LE", &["ann", "bob", "leo"]),
        ("lee bob", &["bob"]),
        ("ann", &["ann", "bob"]),
        ("annis lee o b", &["bob"]),
        ("öster", &["leo"]),
        ("АНН", &["dora"]),
        ("小", &["xiao"]),
        ("李小", &["xiao"]),
        ("小李", &[]),
        ("ee", &[]),
        ("lee eve", &[]),
        ("%", &[]),
        ("_", &[]),
    ] {
        assert_eq!(found_by(&scene, typed).await, names, "{typed:?}");
    }
}

/// A guest has no entry; whoever becomes a member has one by the name they have then.
pub async fn an_upgraded_guest_is_found_by_their_display_name(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = builders::guest(&scene.ids, "guest-1", scene.now());
    let guest =
        builders::account(&scene.ids, User { display_name: DisplayName::parse("Zara Quill").unwrap(), ..guest });
    scene.identity.insert_account(guest.clone()).await.unwrap();
    assert_eq!(found_by(&scene, "quill").await, [""; 0]);
    let upgrade = builders::upgrade(&scene.ids, guest.session.id, "zara", scene.later());
    scene.identity.upgrade_guest(upgrade).await.unwrap();
    assert_eq!(found_by(&scene, "quill").await, ["zara"]);
}
