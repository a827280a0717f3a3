//! Finding the account that somebody claims to be.

use rialto_identity::{Login, PasswordHash, Role, User};

use crate::{Scene, Stores, builders};

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

/// Both ways lead to the same account and hash.
pub async fn credentials_are_found_by_name_and_by_address(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await;
    scene.account("bob").await;
    for text in ["ann", "ann@example.org"] {
        let (user, hash) = scene.identity.find_credentials(&login(text)).await.unwrap().unwrap();
        assert_eq!((user, hash.as_str()), (ann.user.clone(), "hash of ann"));
    }
}

/// In letters inside and outside ASCII.
pub async fn credentials_are_found_in_any_letter_case(stores: Stores) {
    let scene = Scene::new(stores);
    let elodie = scene.account("Élodie").await.user;
    for text in ["éLODIE", "ÉLODIE", "éLODIE@EXAMPLE.org"] {
        let (user, _) = scene.identity.find_credentials(&login(text)).await.unwrap().expect(text);
        assert_eq!(user, elodie);
    }
}

/// A name without a password opens nothing.
pub async fn a_guest_has_no_credentials(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = User { role: Role::Guest, email: None, ..scene.new_user("guest-1") };
    scene.identity.insert_account(builders::account(&scene.ids, guest)).await.unwrap();
    assert_eq!(scene.identity.find_credentials(&login("guest-1")).await.unwrap(), None::<(User, PasswordHash)>);
}

/// Nor do wildcards match, nor is a name taken for an address.
pub async fn unknown_logins_have_no_credentials(stores: Stores) {
    let scene = Scene::new(stores);
    scene.account("ann").await;
    for text in ["an_", "a__", "annn", "bob", "%@example.org", "ann@example.com"] {
        assert_eq!(scene.identity.find_credentials(&login(text)).await.unwrap(), None, "{text}");
    }
}
