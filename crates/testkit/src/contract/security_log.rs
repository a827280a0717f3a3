//! What every [`SecurityLog`](rialto_identity::SecurityLog) promises.

use chrono::TimeDelta;
use rialto_identity::{SecurityAct, SecurityEntry, SecurityFilter};
use rialto_kernel::Cursor;

use super::concurrency::at_once;
use super::pages::{NONSENSE_CURSORS, all_pages};
use crate::{Scene, Stores, builders};

/// Runs the rules of [`SecurityLog`](rialto_identity::SecurityLog) on an adapter. The constructor is the absolute
/// path of an `async fn() -> `[`Stores`](crate::Stores).
#[macro_export]
macro_rules! security_log_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, security_log:
            entries_come_back_as_they_were_written_the_newest_first,
            every_act_can_be_written_down,
            entries_are_found_by_user_and_by_act,
            entries_of_one_instant_are_paged_without_loss,
            entries_after_a_strange_cursor_are_a_page,
            of_many_entries_at_once_none_is_lost,
            the_oldest_entries_are_forgotten_and_no_more_than_asked,
        }
    };
}

fn entry(scene: &Scene, act: SecurityAct) -> SecurityEntry {
    SecurityEntry::own(scene.later(), act, scene.ids.next())
}

async fn entries(scene: &Scene, filter: SecurityFilter) -> Vec<SecurityEntry> {
    all_pages(|after| scene.log.list(filter, after, builders::limit(2))).await
}

/// Every field of them, of users and sessions that are not stored too.
pub async fn entries_come_back_as_they_were_written_the_newest_first(stores: Stores) {
    let scene = Scene::new(stores);
    let bare = SecurityEntry { actor: None, user_id: None, ..entry(&scene, SecurityAct::LogInFailed) };
    let full = SecurityEntry {
        at: scene.later() + TimeDelta::microseconds(123_457),
        session_id: Some(scene.ids.next()),
        address: Some("2001:db8::1".to_owned()),
        detail: "“quoted”; 世界 ' \\".to_owned(),
        ..entry(&scene, SecurityAct::RoleChanged)
    };
    for entry in [&bare, &full] {
        scene.log.record(entry.clone()).await;
    }
    assert_eq!(entries(&scene, SecurityFilter::default()).await, [full, bare]);
}

/// No store has a list of its own.
pub async fn every_act_can_be_written_down(stores: Stores) {
    let scene = Scene::new(stores);
    for act in SecurityAct::ALL {
        scene.log.record(entry(&scene, *act)).await;
    }
    let found = entries(&scene, SecurityFilter::default()).await;
    assert!(found.iter().rev().map(|entry| entry.act).eq(SecurityAct::ALL.iter().copied()));
}

/// Both conditions hold at once; who acted is not whom it is about.
pub async fn entries_are_found_by_user_and_by_act(stores: Stores) {
    let scene = Scene::new(stores);
    let (ann, bob) = (scene.ids.next(), scene.ids.next());
    let about = |user_id, act| SecurityEntry { user_id: Some(user_id), actor: Some(ann), ..entry(&scene, act) };
    let (in_, out) = (about(ann, SecurityAct::LoggedIn), about(ann, SecurityAct::LoggedOut));
    let disabled = about(bob, SecurityAct::UserDisabled);
    let bob_in = about(bob, SecurityAct::LoggedIn);
    for entry in [&in_, &disabled, &out, &bob_in] {
        scene.log.record(entry.clone()).await;
    }
    let of = |user_id, act| SecurityFilter { user_id, act };
    assert_eq!(entries(&scene, of(Some(ann), None)).await, [out, in_.clone()]);
    assert_eq!(entries(&scene, of(None, Some(SecurityAct::LoggedIn))).await, [bob_in.clone(), in_]);
    assert_eq!(entries(&scene, of(Some(bob), Some(SecurityAct::LoggedIn))).await, [bob_in]);
    assert_eq!(entries(&scene, of(Some(scene.ids.next()), None)).await, []);
}

/// In the order they were written down.
pub async fn entries_of_one_instant_are_paged_without_loss(stores: Stores) {
    let scene = Scene::new(stores);
    let at = scene.now();
    let mut written = Vec::new();
    for number in 0..7 {
        let one = SecurityEntry { at, detail: number.to_string(), ..entry(&scene, SecurityAct::LoggedIn) };
        scene.log.record(one.clone()).await;
        written.insert(0, one);
    }
    assert_eq!(entries(&scene, SecurityFilter::default()).await, written);
}

/// A cursor that no store wrote never is an error.
pub async fn entries_after_a_strange_cursor_are_a_page(stores: Stores) {
    let scene = Scene::new(stores);
    scene.log.record(entry(&scene, SecurityAct::LoggedIn)).await;
    for text in NONSENSE_CURSORS {
        let page = scene.log.list(SecurityFilter::default(), Cursor::parse(text), builders::limit(5)).await;
        assert!(page.is_ok(), "{text:?}: {page:?}");
    }
}

/// Each writer's own.
pub async fn of_many_entries_at_once_none_is_lost(stores: Stores) {
    let scene = Scene::new(stores);
    let wanted: Vec<_> = (0..50).map(|_| entry(&scene, SecurityAct::LoggedIn)).collect();
    at_once(wanted.iter().cloned().map(|entry| {
        let log = scene.log.clone();
        async move { log.record(entry).await }
    }))
    .await;
    let mut found = entries(&scene, SecurityFilter::default()).await;
    found.sort_by_key(|entry| entry.at);
    assert_eq!(found, wanted);
}

/// What is as old as the bound stays.
pub async fn the_oldest_entries_are_forgotten_and_no_more_than_asked(stores: Stores) {
    let scene = Scene::new(stores);
    let mut written: Vec<_> = (0..5).map(|_| entry(&scene, SecurityAct::LoggedIn)).collect();
    let bound = written[3].at;
    // Written down in another order than they happened.
    for entry in written.iter().rev() {
        scene.log.record(entry.clone()).await;
    }
    assert_eq!(scene.log.forget_before(bound, 2).await.unwrap(), 2);
    assert_eq!(entries(&scene, SecurityFilter::default()).await, written.split_off(2));
    assert_eq!(scene.log.forget_before(bound, 100).await.unwrap(), 1);
    assert_eq!(scene.log.forget_before(bound, 100).await.unwrap(), 0);
    assert_eq!(entries(&scene, SecurityFilter::default()).await.len(), 2);
}
