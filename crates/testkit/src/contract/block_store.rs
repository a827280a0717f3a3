//! What every [`BlockStore`](rialto_identity::BlockStore) promises.

use rialto_identity::{MAX_BLOCKS, PutBlockRefusal};
use rialto_kernel::{Cursor, UserId};

use super::concurrency::at_once;
use super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

/// Runs the rules of [`BlockStore`](rialto_identity::BlockStore) on an adapter. The constructor is the absolute path of an
/// `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! block_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, block_store:
            a_block_is_put_once_and_lifted_once,
            blocks_are_paged_in_order_of_user_id,
            of_many_equal_blocks_at_once_one_is_new,
            nobody_who_is_not_there_is_blocked,
            there_are_only_so_many_blocks,
        }
    };
}

async fn blocked(scene: &Scene, by: UserId) -> Vec<UserId> {
    let pages = all_pages(|after| scene.people.blocks.list_blocks(by, after, builders::limit(2))).await;
    pages.into_iter().map(|block| block.user.id).collect()
}

/// It is one's own, and goes one way.
pub async fn a_block_is_put_once_and_lifted_once(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let at = scene.later();
    assert!(scene.people.blocks.put_block(ann.id, bob.id, at).await.unwrap());
    assert!(!scene.people.blocks.put_block(ann.id, bob.id, scene.later()).await.unwrap());
    let page = scene.people.blocks.list_blocks(ann.id, None, builders::limit(5)).await.unwrap();
    assert_eq!(page.items.iter().map(|block| (block.user.id, block.at)).collect::<Vec<_>>(), [(bob.id, at)]);
    assert_eq!(blocked(&scene, bob.id).await, []);
    assert!(!scene.people.blocks.lift_block(bob.id, ann.id).await.unwrap());
    assert!(scene.people.blocks.lift_block(ann.id, bob.id).await.unwrap());
    assert!(!scene.people.blocks.lift_block(ann.id, bob.id).await.unwrap());
    assert_eq!(blocked(&scene, ann.id).await, []);
}

/// In order of user id, whatever the order in which it was done; each as they are now.
pub async fn blocks_are_paged_in_order_of_user_id(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let mut others: Vec<_> = scene.users(7).await.into_iter().map(|user| user.id).collect();
    for other in others.iter().rev() {
        scene.people.blocks.put_block(ann.id, *other, scene.later()).await.unwrap();
    }
    others.sort_unstable();
    assert_eq!(blocked(&scene, ann.id).await, others);
    for text in NONSENSE_CURSORS {
        let page = scene.people.blocks.list_blocks(ann.id, Cursor::parse(text), builders::limit(2)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}

/// One of them says that it is new.
pub async fn of_many_equal_blocks_at_once_one_is_new(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let at = scene.later();
    let outcomes = at_once((0..8).map(|_| {
        let blocks = scene.people.blocks.clone();
        async move { blocks.put_block(ann.id, bob.id, at).await.unwrap() }
    }))
    .await;
    assert_eq!(outcomes.into_iter().filter(|new| *new).count(), 1);
}

/// Neither who never was nor who has gone.
pub async fn nobody_who_is_not_there_is_blocked(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let outcome = scene.people.blocks.put_block(ann.id, scene.ids.next(), scene.now()).await;
    assert!(matches!(outcome, Err(PutBlockRefusal::UnknownUser)), "{outcome:?}");
    scene.people.deletions.delete_account(builders::deletion(&scene.ids, bob.id, scene.later())).await.unwrap();
    let outcome = scene.people.blocks.put_block(ann.id, bob.id, scene.now()).await;
    assert!(matches!(outcome, Err(PutBlockRefusal::UnknownUser)), "{outcome:?}");
}

/// One more is refused, one that is there already is not, and a lifted one makes room.
pub async fn there_are_only_so_many_blocks(stores: Stores) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let others = scene.users(MAX_BLOCKS + 1).await;
    let (last, first) = others.split_last().unwrap();
    for other in first {
        scene.people.blocks.put_block(ann.id, other.id, scene.now()).await.unwrap();
    }
    let outcome = scene.people.blocks.put_block(ann.id, last.id, scene.now()).await;
    assert!(matches!(outcome, Err(PutBlockRefusal::TooMany)), "{outcome:?}");
    assert!(!scene.people.blocks.put_block(ann.id, first[0].id, scene.now()).await.unwrap());
    scene.people.blocks.lift_block(ann.id, first[0].id).await.unwrap();
    assert!(scene.people.blocks.put_block(ann.id, last.id, scene.now()).await.unwrap());
}
