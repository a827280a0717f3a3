//! Those who have an account: listed by number, found, and under another name.

use rialto_identity::{ChangeLoginRefusal, DisplayName, Login, LoginChange, Sought, User};
use rialto_kernel::UserId;

use crate::{Scene, Stores, builders};

fn renamed(name: &str) -> LoginChange {
    LoginChange { username: Some(builders::username(name)), ..LoginChange::default() }
}

fn moved(address: &str) -> LoginChange {
    LoginChange { email: rialto_identity::Email::parse(address).ok(), ..LoginChange::default() }
}

/// The oldest first, guests left out, whatever the length of a page; and how many there are.
pub async fn members_are_listed_by_age_and_counted(stores: Stores) {
    let scene = Scene::new(stores);
    let everyone: Vec<UserId> = scene.users(7).await.into_iter().map(|user| user.id).collect();
    scene.guest("passer-by").await;
    for length in [1, 3, 7, 100] {
        let mut seen = Vec::new();
        loop {
            let page = scene.identity.list_members(seen.len() as u64, builders::limit(length)).await.unwrap();
            assert_eq!(page.total, 7);
            if page.members.is_empty() {
                break;
            }
            seen.extend(page.members.into_iter().map(|member| member.id));
        }
        assert_eq!(seen, everyone, "{length} per page");
    }
    let beyond = scene.identity.list_members(u64::MAX, builders::limit(1)).await.unwrap();
    assert_eq!((beyond.members, beyond.total), (Vec::new(), 7));
}

/// And nobody else is.
pub async fn a_member_is_found_and_a_guest_is_none(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, guest) = (scene.account("ann").await.user, scene.guest("passer-by").await.user);
    assert_eq!(scene.identity.find_member(ann.id).await.unwrap(), Some(ann));
    assert_eq!(scene.identity.find_member(guest.id).await.unwrap(), None);
    assert_eq!(scene.identity.find_member(scene.new_user("nobody").id).await.unwrap(), None);
}

/// By the new name and address, and not by the old ones any more, which are free.
pub async fn a_member_signs_in_by_another_name_and_address(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let change = LoginChange { display_name: DisplayName::parse("Zara Quill").ok(), ..renamed("zara") };
    let change = LoginChange { email: moved("zara@example.org").email, ..change };
    let changed = scene.identity.change_login(ann.id, change.clone()).await.unwrap();
    let wanted = User {
        username: change.username.unwrap(),
        email: change.email,
        display_name: change.display_name.unwrap(),
        ..ann.clone()
    };
    assert_eq!(changed, wanted);
    assert_eq!(scene.identity.find_member(ann.id).await.unwrap(), Some(wanted.clone()));
    for login in ["zara", "zara@example.org"] {
        let found = scene.identity.find_credentials(&Login::parse(login).unwrap()).await.unwrap();
        assert_eq!(found.map(|(user, _)| user), Some(wanted.clone()), "{login}");
    }
    for login in [Login::Username(ann.username.clone()), Login::Email(ann.email.clone().unwrap())] {
        assert_eq!(scene.identity.find_credentials(&login).await.unwrap(), None);
    }
    let page = scene.identity.list_users(&Sought::parse("quill"), None, builders::limit(5)).await.unwrap();
    assert_eq!(page.items, [wanted]);
    scene.account("ann").await;
}

/// Nothing changes then; one's own in another letter case is free.
pub async fn a_name_or_address_of_another_is_refused(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.account("ann").await.user, scene.account("bob").await.user);
    let refusal = scene.identity.change_login(ann.id, renamed("BOB")).await.unwrap_err();
    assert!(matches!(refusal, ChangeLoginRefusal::UsernameTaken), "{refusal:?}");
    let address = bob.email.unwrap().as_str().to_uppercase();
    let change = LoginChange { email: moved(&address).email, ..renamed("fresh") };
    let refusal = scene.identity.change_login(ann.id, change).await.unwrap_err();
    assert!(matches!(refusal, ChangeLoginRefusal::EmailTaken), "{refusal:?}");
    assert_eq!(scene.identity.find_member(ann.id).await.unwrap(), Some(ann.clone()));
    let changed = scene.identity.change_login(ann.id, renamed("ANN")).await.unwrap();
    assert_eq!(changed.username.as_str(), "ANN");
}

/// What has no account keeps the name it has.
pub async fn guests_and_nobody_get_no_other_name(stores: Stores) {
    let scene = Scene::new(stores);
    let guest = scene.guest("passer-by").await.user;
    for id in [guest.id, scene.new_user("nobody").id] {
        let refusal = scene.identity.change_login(id, renamed("fresh")).await.unwrap_err();
        assert!(matches!(refusal, ChangeLoginRefusal::UnknownUser), "{refusal:?}");
    }
    assert_eq!(scene.identity.find_user(guest.id).await.unwrap(), Some(guest));
}
