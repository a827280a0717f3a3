//! The list of members: order, pages.

use rialto_identity::User;
use rialto_kernel::{ConversationId, Cursor, UserId};
use rialto_messaging::{Member, MemberRole, NewMember, Visibility};
use uuid::Uuid;

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn members(scene: &Scene, id: ConversationId, per_page: u64) -> Vec<Member> {
    all_pages(|after| scene.messaging.list_members(id, after, builders::limit(per_page))).await
}

/// Not by name, id or role.
pub async fn members_are_listed_in_order_of_joining(stores: Stores) {
    let scene = Scene::new(stores);
    let mut people = scene.users(5).await;
    people.reverse();
    people.swap(1, 3);
    let id = scene.group(&[&people[0]]).await;
    for (user, role) in
        people[1..].iter().zip([MemberRole::Reader, MemberRole::Owner, MemberRole::Member, MemberRole::Admin])
    {
        scene.add(id, user, role).await;
    }
    let listed = members(&scene, id, 2).await;
    assert_eq!(
        listed.iter().map(|member| member.user.id).collect::<Vec<_>>(),
        people.iter().map(|user| user.id).collect::<Vec<_>>()
    );
    for member in listed {
        assert_eq!(scene.messaging.find_member(id, member.user.id).await.unwrap(), Some(member));
    }
}

/// Ids compare as unsigned numbers, and a page may end between equal times.
pub async fn members_who_joined_at_once_are_listed_by_id(stores: Stores) {
    let scene = Scene::new(stores);
    let id = scene.create(scene.new_channel("news", Visibility::Public)).await.0.id;
    let at = scene.later();
    let mut ids: Vec<UserId> =
        [u128::MAX, 1, 1 << 127, (1 << 127) - 1, 1 << 64, 255].map(Uuid::from_u128).map(UserId::from).to_vec();
    for (number, user_id) in ids.iter().enumerate() {
        let user = User { id: *user_id, ..scene.new_user(&format!("user-{number}")) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
        let new = NewMember { conversation_id: id, user_id: *user_id, role: MemberRole::Member, invited_by: None, at };
        scene.messaging.add_member(new).await.unwrap();
    }
    ids.sort();
    for per_page in 1..=7 {
        let listed: Vec<_> = members(&scene, id, per_page).await.into_iter().map(|member| member.user.id).collect();
        assert_eq!(listed, ids, "{per_page} per page");
    }
}

/// As many members as a page holds are one page.
pub async fn a_full_last_page_of_members_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(3).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let page = scene.messaging.list_members(id, None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
}

/// A cursor that no store wrote leads nowhere.
pub async fn members_after_a_strange_cursor_are_none(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(3).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    for text in NONSENSE_CURSORS {
        let page = scene.messaging.list_members(id, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}
