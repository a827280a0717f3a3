//! How far others have read.

use rialto_identity::User;
use rialto_kernel::{ConversationId, Cursor, UserId};
use rialto_messaging::{MemberRole, Receipt};
use uuid::Uuid;

use super::super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

async fn receipts(scene: &Scene, id: ConversationId, per_page: u64) -> Vec<Receipt> {
    all_pages(|after| scene.reads.list_receipts(id, after, builders::limit(per_page))).await
}

/// One for each member, none for who left; what is read of threads says nothing.
pub async fn receipts_tell_how_far_each_member_has_read(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob, cid) = (scene.user("ann").await, scene.user("bob").await, scene.user("cid").await);
    let id = scene.group(&[&ann, &bob, &cid]).await;
    let root = scene.say(id, &ann, "root").await;
    scene.reply(&root, &ann, "re").await;
    scene.mark(id, &bob, 1).await;
    scene.mark_thread(&root, &cid, 2).await;
    let receipt = |user: &rialto_messaging::Profile, ordinal| Receipt { user_id: user.id, ordinal };
    assert_eq!(receipts(&scene, id, 10).await, [receipt(&ann, 0), receipt(&bob, 1), receipt(&cid, 0)]);
    scene.leave(id, &bob).await;
    assert_eq!(receipts(&scene, id, 10).await, [receipt(&ann, 0), receipt(&cid, 0)]);
}

/// Ids compare as unsigned numbers, in pages of any length.
pub async fn receipts_come_in_order_of_user_id(stores: Stores) {
    let scene = Scene::new(stores);
    let id = scene.channel("news", &[]).await;
    let mut ids: Vec<UserId> =
        [u128::MAX, 1, 1 << 127, (1 << 127) - 1, 1 << 64, 255].map(Uuid::from_u128).map(UserId::from).to_vec();
    for (number, user_id) in ids.iter().enumerate() {
        let user = User { id: *user_id, ..scene.new_user(&format!("user-{number}")) };
        scene.identity.insert_account(builders::account(&scene.ids, user)).await.unwrap();
        scene.admit(id, *user_id, MemberRole::Member).await;
    }
    ids.sort();
    for per_page in 1..=7 {
        let listed: Vec<_> = receipts(&scene, id, per_page).await.into_iter().map(|receipt| receipt.user_id).collect();
        assert_eq!(listed, ids, "{per_page} per page");
    }
}

/// As many as a page holds are one page; those of a conversation that is not are none.
pub async fn a_full_last_page_of_receipts_has_no_cursor(stores: Stores) {
    let scene = Scene::new(stores);
    let people = scene.users(3).await;
    let id = scene.group(&people.iter().collect::<Vec<_>>()).await;
    let page = scene.reads.list_receipts(id, None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor), (3, None));
    let page = scene.reads.list_receipts(scene.ids.next(), None, builders::limit(3)).await.unwrap();
    assert_eq!((page.items, page.next_cursor), (vec![], None));
}

/// A cursor that no store wrote leads nowhere.
pub async fn receipts_after_a_strange_cursor_are_none(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for text in NONSENSE_CURSORS {
        let page = scene.reads.list_receipts(id, Cursor::parse(text), builders::limit(5)).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![], None), "{text:?}");
    }
}
