//! What every [`DeliveryBook`] promises.

use std::sync::Arc;

use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{Delivered, DeliveryBook, MemberRole};

use super::concurrency::at_once;
use crate::{Scene, Stores};

/// A fresh book, over the same database as the stores.
pub struct Deliveries {
    /// The book.
    pub book: Arc<dyn DeliveryBook>,
    /// Where the users and conversations are.
    pub stores: Stores,
}

impl std::fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deliveries").finish_non_exhaustive()
    }
}

/// Runs the rules of [`DeliveryBook`](rialto_messaging::DeliveryBook) on an adapter. The constructor is the absolute path
/// of an `async fn() -> `[`Deliveries`](crate::contract::delivery_book::Deliveries).
#[macro_export]
macro_rules! delivery_book_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, delivery_book:
            a_position_is_known_once_it_was_recorded,
            a_position_never_moves_back,
            ways_users_and_conversations_are_kept_apart,
            who_is_not_in_has_no_position,
            a_position_goes_with_the_membership,
            of_many_records_at_once_the_furthest_wins,
        }
    };
}

fn told(user_id: UserId, conversation_id: ConversationId, seq: u64) -> Delivered {
    Delivered { user_id, conversation_id, seq }
}

async fn positions(book: &dyn DeliveryBook, way: &str, user: UserId) -> Vec<Delivered> {
    let mut positions = book.list_deliveries(way, user).await.unwrap();
    positions.sort_by_key(|delivered| delivered.conversation_id);
    positions
}

/// Before that, none is.
pub async fn a_position_is_known_once_it_was_recorded(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    assert_eq!(positions(&*book, "a", ann.id).await, []);
    book.record_deliveries("a", &[]).await.unwrap();
    book.record_deliveries("a", &[told(ann.id, id, 3)]).await.unwrap();
    assert_eq!(positions(&*book, "a", ann.id).await, [told(ann.id, id, 3)]);
}

/// Whatever comes later, and in whatever order it is listed.
pub async fn a_position_never_moves_back(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let ann = scene.user("ann").await;
    let id = scene.group(&[&ann]).await;
    for (recorded, expected) in [(&[3][..], 3), (&[2], 3), (&[3], 3), (&[1, 7, 5], 7), (&[6, 4], 7)] {
        let recorded: Vec<_> = recorded.iter().map(|seq| told(ann.id, id, *seq)).collect();
        book.record_deliveries("a", &recorded).await.unwrap();
        assert_eq!(positions(&*book, "a", ann.id).await, [told(ann.id, id, expected)]);
    }
}

/// All that is recorded in one act, too.
pub async fn ways_users_and_conversations_are_kept_apart(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let one = scene.group(&[&ann, &bob]).await;
    let two = scene.group(&[&ann, &bob]).await;
    book.record_deliveries("a", &[told(ann.id, two, 2), told(ann.id, one, 1), told(bob.id, one, 3)]).await.unwrap();
    book.record_deliveries("b", &[told(ann.id, one, 9)]).await.unwrap();
    let mut of_ann = vec![told(ann.id, one, 1), told(ann.id, two, 2)];
    of_ann.sort_by_key(|delivered| delivered.conversation_id);
    assert_eq!(positions(&*book, "a", ann.id).await, of_ann);
    assert_eq!(positions(&*book, "a", bob.id).await, [told(bob.id, one, 3)]);
    assert_eq!(positions(&*book, "b", ann.id).await, [told(ann.id, one, 9)]);
    assert_eq!(positions(&*book, "b", bob.id).await, []);
}

/// Nor has anybody one in a conversation that is not; the others of the same act are recorded.
pub async fn who_is_not_in_has_no_position(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let (ann, eve) = (scene.user("ann").await, scene.user("eve").await);
    let id = scene.group(&[&ann]).await;
    let nowhere = ConversationId::from_uuid(eve.id.uuid());
    let recorded = [told(eve.id, id, 1), told(ann.id, nowhere, 1), told(ann.id, id, 2)];
    book.record_deliveries("a", &recorded).await.unwrap();
    assert_eq!(positions(&*book, "a", eve.id).await, []);
    assert_eq!(positions(&*book, "a", ann.id).await, [told(ann.id, id, 2)]);
}

/// Who comes back begins anew.
pub async fn a_position_goes_with_the_membership(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let id = scene.group(&[&ann, &bob]).await;
    book.record_deliveries("a", &[told(ann.id, id, 4), told(bob.id, id, 5)]).await.unwrap();
    scene.leave(id, &bob).await;
    assert_eq!(positions(&*book, "a", bob.id).await, []);
    scene.add(id, &bob, MemberRole::Member).await;
    assert_eq!(positions(&*book, "a", bob.id).await, []);
    book.record_deliveries("a", &[told(bob.id, id, 2)]).await.unwrap();
    assert_eq!(positions(&*book, "a", bob.id).await, [told(bob.id, id, 2)]);
    assert_eq!(positions(&*book, "a", ann.id).await, [told(ann.id, id, 4)]);
}

/// And none fails because of another.
pub async fn of_many_records_at_once_the_furthest_wins(Deliveries { book, stores }: Deliveries) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.user("ann").await, scene.user("bob").await);
    let one = scene.group(&[&ann, &bob]).await;
    let two = scene.group(&[&ann, &bob]).await;
    let acts = (1..=20_u64).map(|n| {
        let book = book.clone();
        let mut recorded = vec![told(ann.id, one, n), told(bob.id, two, n), told(ann.id, two, 100 - n)];
        // Each in another order.
        recorded.rotate_left(usize::try_from(n % 3).unwrap_or_default());
        async move { book.record_deliveries("a", &recorded).await }
    });
    for outcome in at_once(acts).await {
        outcome.unwrap();
    }
    let mut of_ann = vec![told(ann.id, one, 20), told(ann.id, two, 99)];
    of_ann.sort_by_key(|delivered| delivered.conversation_id);
    assert_eq!(positions(&*book, "a", ann.id).await, of_ann);
    assert_eq!(positions(&*book, "a", bob.id).await, [told(bob.id, two, 20)]);
}
