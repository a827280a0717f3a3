//! What every [`PresenceBoard`] promises.

use std::sync::Arc;

use rialto_kernel::{ConnectionId, Instant, UserId};
use rialto_messaging::{Presence, PresenceBoard};

use super::concurrency::at_once;
use crate::FakeIds;

/// Runs the rules of [`PresenceBoard`](rialto_messaging::PresenceBoard) on an adapter. The constructor is
/// the absolute path of an `async fn() -> Arc<dyn PresenceBoard>`.
#[macro_export]
macro_rules! presence_board_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, presence_board:
            the_first_device_brings_its_user_online,
            a_further_device_changes_nothing,
            the_last_device_takes_its_user_offline,
            a_device_counts_once,
            an_unknown_device_changes_nothing,
            who_comes_back_is_online_again,
            presences_come_in_the_order_asked_for,
            whoever_is_online_is_named_up_to_a_limit,
            of_many_devices_at_once_one_is_the_first_and_one_the_last,
        }
    };
}

type Board = Arc<dyn PresenceBoard>;

fn at(micros: i64) -> Instant {
    chrono::DateTime::from_timestamp_micros(1_700_000_000_000_000 + micros).unwrap()
}

fn online(user_id: UserId) -> Presence {
    Presence { user_id, online: true, last_seen_at: None }
}

fn gone(user_id: UserId, last_seen_at: Option<Instant>) -> Presence {
    Presence { user_id, online: false, last_seen_at }
}

/// Before that nothing is known of them.
pub async fn the_first_device_brings_its_user_online(board: Board) {
    let ids = FakeIds::new();
    let ann = ids.next();
    assert_eq!(board.presence_of(&[ann]).await, [gone(ann, None)]);
    assert_eq!(board.connect(ann, ids.next()).await, Some(online(ann)));
    assert_eq!(board.presence_of(&[ann]).await, [online(ann)]);
}

/// One phone more is no news.
pub async fn a_further_device_changes_nothing(board: Board) {
    let ids = FakeIds::new();
    let (ann, phone, laptop) = (ids.next(), ids.next(), ids.next());
    board.connect(ann, phone).await;
    assert_eq!(board.connect(ann, laptop).await, None);
    assert_eq!(board.disconnect(ann, phone, at(1)).await, None);
    assert_eq!(board.presence_of(&[ann]).await, [online(ann)]);
}

/// With the time it left.
pub async fn the_last_device_takes_its_user_offline(board: Board) {
    let ids = FakeIds::new();
    let (ann, phone, laptop) = (ids.next(), ids.next(), ids.next());
    board.connect(ann, phone).await;
    board.connect(ann, laptop).await;
    assert_eq!(board.disconnect(ann, laptop, at(1)).await, None);
    assert_eq!(board.disconnect(ann, phone, at(2)).await, Some(gone(ann, Some(at(2)))));
    assert_eq!(board.presence_of(&[ann]).await, [gone(ann, Some(at(2)))]);
}

/// Told twice that it came, the board lets it leave once.
pub async fn a_device_counts_once(board: Board) {
    let ids = FakeIds::new();
    let (ann, phone) = (ids.next(), ids.next());
    board.connect(ann, phone).await;
    assert_eq!(board.connect(ann, phone).await, None);
    assert_eq!(board.disconnect(ann, phone, at(1)).await, Some(gone(ann, Some(at(1)))));
    assert_eq!(board.disconnect(ann, phone, at(2)).await, None);
    assert_eq!(board.presence_of(&[ann]).await, [gone(ann, Some(at(1)))]);
}

/// Nor does a device of somebody else.
pub async fn an_unknown_device_changes_nothing(board: Board) {
    let ids = FakeIds::new();
    let (ann, bob, anns, bobs): (UserId, UserId, ConnectionId, ConnectionId) =
        (ids.next(), ids.next(), ids.next(), ids.next());
    assert_eq!(board.disconnect(ann, anns, at(1)).await, None);
    board.connect(ann, anns).await;
    board.connect(bob, bobs).await;
    assert_eq!(board.disconnect(ann, bobs, at(2)).await, None);
    assert_eq!(board.presence_of(&[ann, bob]).await, [online(ann), online(bob)]);
}

/// And the time of leaving is that of the last time.
pub async fn who_comes_back_is_online_again(board: Board) {
    let ids = FakeIds::new();
    let ann = ids.next();
    for round in 0..3 {
        let device = ids.next();
        assert_eq!(board.connect(ann, device).await, Some(online(ann)));
        assert_eq!(board.presence_of(&[ann]).await, [online(ann)]);
        assert_eq!(board.disconnect(ann, device, at(round)).await, Some(gone(ann, Some(at(round)))));
    }
    assert_eq!(board.presence_of(&[ann]).await, [gone(ann, Some(at(2)))]);
}

/// One answer for each question, also when the same is asked twice.
pub async fn presences_come_in_the_order_asked_for(board: Board) {
    let ids = FakeIds::new();
    let (ann, bob, cid, device): (UserId, UserId, UserId, ConnectionId) =
        (ids.next(), ids.next(), ids.next(), ids.next());
    board.connect(bob, ids.next()).await;
    board.connect(cid, device).await;
    board.disconnect(cid, device, at(1)).await;
    let wanted = [gone(cid, Some(at(1))), online(bob), gone(ann, None), online(bob)];
    assert_eq!(board.presence_of(&[cid, bob, ann, bob]).await, wanted);
    assert_eq!(board.presence_of(&[]).await, []);
}

/// Each once, whatever they are connected with; nobody who left, and nobody for a limit of none.
pub async fn whoever_is_online_is_named_up_to_a_limit(board: Board) {
    let ids = FakeIds::new();
    assert_eq!(board.online_users(5).await, []);
    let mut online: Vec<UserId> = (0..4).map(|_| ids.next()).collect();
    let (gone, device): (UserId, ConnectionId) = (ids.next(), ids.next());
    for user in online.iter().chain(&online[..2]) {
        board.connect(*user, ids.next()).await;
    }
    board.connect(gone, device).await;
    board.disconnect(gone, device, at(1)).await;
    online.sort();
    for limit in [4, 5, 1_000] {
        let mut named = board.online_users(limit).await;
        named.sort();
        assert_eq!(named, online, "at most {limit}");
    }
    for limit in 0..4 {
        let mut named = board.online_users(limit).await;
        named.sort();
        named.dedup();
        assert_eq!(named.len(), limit);
        assert!(named.iter().all(|user| online.contains(user)), "{named:?}");
    }
}

/// However many come and go together, the user comes once and goes once.
pub async fn of_many_devices_at_once_one_is_the_first_and_one_the_last(board: Board) {
    let ids = FakeIds::new();
    let ann: UserId = ids.next();
    let devices: Vec<ConnectionId> = (0..20).map(|_| ids.next()).collect();
    let came = at_once(devices.iter().map(|device| {
        let (board, device) = (board.clone(), *device);
        async move { board.connect(ann, device).await }
    }))
    .await;
    assert_eq!(came.into_iter().flatten().collect::<Vec<_>>(), [online(ann)]);
    let went = at_once(devices.iter().map(|device| {
        let (board, device) = (board.clone(), *device);
        async move { board.disconnect(ann, device, at(5)).await }
    }))
    .await;
    assert_eq!(went.into_iter().flatten().collect::<Vec<_>>(), [gone(ann, Some(at(5)))]);
}
