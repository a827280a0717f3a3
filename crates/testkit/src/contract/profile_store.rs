//! What every [`ProfileStore`](rialto_identity::ProfileStore) promises.

use rialto_identity::{AvatarChange, Bio, DisplayName, PresenceSetting, ProfileChanges, Sought, User, avatar_url};
use rialto_kernel::UserId;

use crate::{Scene, Stores, builders};

/// Runs the rules of [`ProfileStore`](rialto_identity::ProfileStore) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! profile_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, profile_store:
            a_profile_changes_in_what_is_given_alone,
            a_new_display_name_is_what_one_is_found_by,
            a_picture_comes_back_and_takes_the_place_of_the_last,
            nobody_else_is_changed,
        }
    };
}

async fn change(scene: &Scene, user_id: UserId, changes: ProfileChanges) -> Option<User> {
    scene.people.profiles.update_profile(user_id, changes, scene.later()).await.unwrap()
}

/// The answer is what everybody sees from then on, in conversations too.
pub async fn a_profile_changes_in_what_is_given_alone(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    let name = DisplayName::parse("Ann Lee").unwrap();
    let changed =
        change(&scene, ann.id, ProfileChanges { display_name: Some(name.clone()), ..Default::default() }).await;
    let wanted = User { display_name: name, ..ann.clone() };
    assert_eq!(changed, Some(wanted.clone()));
    let bio = Bio::parse("Climber.\nLikes “quotes” 世界").unwrap();
    let changes =
        ProfileChanges { bio: Some(bio.clone()), presence: Some(PresenceSetting::Hidden), ..Default::default() };
    let wanted = User { bio: bio.as_str().to_owned(), presence: PresenceSetting::Hidden, ..wanted };
    assert_eq!(change(&scene, ann.id, changes).await, Some(wanted.clone()));
    assert_eq!(change(&scene, ann.id, ProfileChanges::default()).await, Some(wanted.clone()));
    assert_eq!(scene.identity.find_user(ann.id).await.unwrap(), Some(wanted.clone()));
    let group = scene.group(&[&builders::profile(&ann)]).await;
    let member = scene.messaging.find_member(group, ann.id).await.unwrap().unwrap();
    assert_eq!(member.user, builders::profile(&wanted));
}

/// By the new one, and not by the old one any more.
pub async fn a_new_display_name_is_what_one_is_found_by(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.account("ann").await.user;
    for name in ["Zara Quill", "Zara Kwill"] {
        let display_name = DisplayName::parse(name).ok();
        change(&scene, ann.id, ProfileChanges { display_name, ..Default::default() }).await;
    }
    for (typed, count) in [("kwill", 1), ("quill", 0), ("zara", 1), ("ann", 1)] {
        let page = scene.identity.list_users(&Sought::parse(typed), None, builders::limit(5)).await.unwrap();
        assert_eq!(page.items.len(), count, "{typed}");
    }
}

/// Byte for byte, the newest only, under an address of its own.
pub async fn a_picture_comes_back_and_takes_the_place_of_the_last(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    assert_eq!(scene.people.profiles.find_avatar(ann.id).await.unwrap(), None);
    for picture in [builders::picture(1, 2), builders::picture(3, 4)] {
        let avatar = Some(AvatarChange::Put(picture.clone()));
        let user = change(&scene, ann.id, ProfileChanges { avatar, ..Default::default() }).await.unwrap();
        assert_eq!(user.avatar_url, Some(avatar_url(ann.id, &picture)));
        assert_eq!(scene.people.profiles.find_avatar(ann.id).await.unwrap(), Some(picture));
    }
    assert_eq!(scene.people.profiles.find_avatar(bob.id).await.unwrap(), None);
    for _ in 0..2 {
        let avatar = Some(AvatarChange::Removed);
        let user = change(&scene, ann.id, ProfileChanges { avatar, ..Default::default() }).await.unwrap();
        assert_eq!(user.avatar_url, None);
        assert_eq!(scene.people.profiles.find_avatar(ann.id).await.unwrap(), None);
    }
}

/// Whoever is not there, or not any more, is not changed.
pub async fn nobody_else_is_changed(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let changes = ProfileChanges { bio: Bio::parse("x").ok(), ..Default::default() };
    assert_eq!(change(&scene, scene.ids.next(), changes.clone()).await, None);
    scene.people.deletions.delete_account(builders::deletion(&scene.ids, ann.id, scene.later())).await.unwrap();
    assert_eq!(change(&scene, ann.id, changes).await, None);
    assert_eq!(scene.identity.find_user(ann.id).await.unwrap().unwrap().bio, "");
}
