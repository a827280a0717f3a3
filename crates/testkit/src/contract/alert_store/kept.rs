//! Alerts as their owners keep them.

use rialto_kernel::Cursor;
use rialto_portfolio::{
    Alert, AlertChanges, AlertNote, AlertState, Cooldown, CreateAlertRefusal, Currency, FireOutcome,
};

use super::super::account_admin::{DISABLE, ENABLE};
use super::super::concurrency::at_once;
use super::{Alerts, Watch, above, below, delete_account, moves};
use crate::builders;

/// Every rule, every digit, every field.
pub async fn an_alert_is_kept_as_it_was_made(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    for rule in [above("0.000000000000000001"), below("1000000000000000000"), moves()] {
        let plain = watch.new_alert(&ann, rule);
        let full = Alert {
            id: watch.scene.ids.next(),
            currency: Currency::parse("eur").unwrap(),
            repeat: false,
            deliver_to: Some(watch.scene.ids.next()),
            note: Some(AlertNote::parse("sell “half”;\n世界").unwrap()),
            ..plain.clone()
        };
        for alert in [plain, full] {
            let kept = watch.keep(alert.clone()).await;
            assert_eq!(watch.find(&kept).await, Some(alert));
        }
    }
}

/// Neither to read nor to change nor to drop.
pub async fn nobody_sees_the_alerts_of_others(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let (ann, bob) = (watch.scene.user("ann").await, watch.scene.user("bob").await);
    let alert = watch.alert(&ann).await;
    let off = AlertChanges { enabled: Some(false), ..AlertChanges::default() };
    assert_eq!(watch.alerts.find(alert.id, bob.id).await.unwrap(), None);
    assert_eq!(watch.alerts.change(alert.id, bob.id, off).await.unwrap(), None);
    assert!(!watch.alerts.delete(alert.id, bob.id).await.unwrap());
    assert_eq!(watch.alerts.list(bob.id, None, builders::limit(10)).await.unwrap().items, []);
    assert_eq!(watch.find(&alert).await, Some(alert));
}

/// Nothing is left out or comes twice; a strange cursor leads nowhere.
pub async fn alerts_are_listed_newest_first_in_pages(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(watch.alert(&ann).await);
    }
    made.reverse();
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = watch.alerts.list(ann.id, after, builders::limit(2)).await.unwrap();
        listed.extend(page.items);
        after = page.next_cursor;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, made);
    let strange = watch.alerts.list(ann.id, Cursor::parse("strange"), builders::limit(2)).await.unwrap();
    assert_eq!(strange.items, []);
}

/// However they come; and one that goes makes room.
pub async fn of_many_alerts_at_once_no_more_than_allowed_are_made(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let outcomes = at_once((0..12).map(|_| {
        let (store, alert) = (watch.alerts.clone(), watch.new_alert(&ann, above("1")));
        async move { store.create(alert, 5).await }
    }))
    .await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 5);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(CreateAlertRefusal::TooMany))));
    let kept = watch.alerts.list(ann.id, None, builders::limit(100)).await.unwrap().items;
    assert_eq!(kept.len(), 5);
    assert!(watch.alerts.delete(kept[0].id, ann.id).await.unwrap());
    watch.alerts.create(watch.new_alert(&ann, above("1")), 5).await.unwrap();
}

/// And those who have gone are none.
pub async fn only_users_have_alerts(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let nobody = builders::profile(&watch.scene.new_user("nobody"));
    let gone = watch.scene.user("gone").await;
    delete_account(&watch, gone.id).await;
    for owner in [nobody, gone] {
        let refusal = watch.alerts.create(watch.new_alert(&owner, above("1")), 5).await.unwrap_err();
        assert!(matches!(refusal, CreateAlertRefusal::UnknownUser), "{refusal:?}");
    }
}

/// Another rule arms it.
pub async fn a_change_is_kept_and_counted(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let alert = watch.keep(Alert { repeat: false, ..watch.new_alert(&ann, above("100")) }).await;
    let (_, done) = watch.fire(&alert).await;
    assert_eq!(done.state, AlertState::Disabled);
    let changes = AlertChanges {
        rule: Some(moves()),
        cooldown: Some(Cooldown::from_seconds(0).unwrap()),
        note: Some(AlertNote::parse("x").ok()),
        deliver_to: Some(Some(watch.scene.ids.next())),
        ..AlertChanges::default()
    };
    let changed = watch.alerts.change(alert.id, ann.id, changes.clone()).await.unwrap().unwrap();
    assert_eq!(changed, changes.applied_to(done.clone()));
    assert_eq!((changed.state, changed.revision), (AlertState::Armed, done.revision + 1));
    assert_eq!(watch.find(&alert).await, Some(changed));
}

/// Each sees what those before it did.
pub async fn of_many_changes_at_once_none_is_lost(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let alert = watch.alert(&ann).await;
    let note = AlertNote::parse("x").ok();
    let all = [
        AlertChanges { rule: Some(above("7")), ..AlertChanges::default() },
        AlertChanges { repeat: Some(false), ..AlertChanges::default() },
        AlertChanges { note: Some(note.clone()), ..AlertChanges::default() },
        AlertChanges { cooldown: Cooldown::from_seconds(1).ok(), ..AlertChanges::default() },
    ];
    at_once(all.map(|changes| {
        let (store, id) = (watch.alerts.clone(), alert.id);
        async move { store.change(id, ann.id, changes).await.unwrap().unwrap() }
    }))
    .await;
    let changed = watch.find(&alert).await.unwrap();
    assert_eq!((changed.rule, changed.repeat, changed.note, changed.revision), (above("7"), false, note, 5));
    assert_eq!(changed.cooldown.seconds(), 1);
}

/// And nobody is told of them any more.
pub async fn an_alert_that_is_dropped_takes_its_firings_along(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let (alert, other) = (watch.alert(&ann).await, watch.alert(&ann).await);
    watch.fire(&alert).await;
    let (kept, _) = watch.fire(&other).await;
    assert!(watch.alerts.delete(alert.id, ann.id).await.unwrap());
    assert!(!watch.alerts.delete(alert.id, ann.id).await.unwrap());
    assert_eq!(watch.find(&alert).await, None);
    let due = watch.due(watch.scene.later()).await;
    assert_eq!(due.into_iter().map(|due| due.firing).collect::<Vec<_>>(), [kept]);
    assert_eq!(watch.alerts.list_firings(alert.id, None, builders::limit(9)).await.unwrap().items, []);
}

/// Of all users, in pages that leave nothing out.
pub async fn only_what_is_enabled_is_to_be_judged(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let (ann, bob) = (watch.scene.user("ann").await, watch.scene.user("bob").await);
    let once = watch.keep(Alert { repeat: false, ..watch.new_alert(&ann, above("1")) }).await;
    let (again, off, armed) = (watch.alert(&ann).await, watch.alert(&bob).await, watch.alert(&bob).await);
    watch.fire(&once).await;
    watch.fire(&again).await;
    let changes = AlertChanges { enabled: Some(false), ..AlertChanges::default() };
    watch.alerts.change(off.id, bob.id, changes).await.unwrap();
    assert_eq!(watch.enabled().await, [again.id, armed.id]);
    let first = watch.alerts.list_enabled(None, 1).await.unwrap();
    assert_eq!((first[0].id, first[0].state), (again.id, AlertState::Waiting));
    let next = watch.alerts.list_enabled(Some(again.id), 1).await.unwrap();
    assert_eq!(next, [armed]);
}

/// Until it is opened again.
pub async fn alerts_of_a_disabled_account_rest(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let (ann, bob) = (watch.scene.user("ann").await, watch.scene.user("bob").await);
    let (resting, other) = (watch.alert(&ann).await, watch.alert(&bob).await);
    watch.scene.accounts.change_account(ann.id, DISABLE, watch.scene.later()).await.unwrap();
    assert_eq!(watch.enabled().await, [other.id]);
    watch.scene.accounts.change_account(ann.id, ENABLE, watch.scene.later()).await.unwrap();
    assert_eq!(watch.enabled().await, [resting.id, other.id]);
}

/// Nor is anybody told of what fired before.
pub async fn a_deleted_account_has_no_alerts(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let (ann, bob) = (watch.scene.user("ann").await, watch.scene.user("bob").await);
    let (gone, kept) = (watch.alert(&ann).await, watch.alert(&bob).await);
    watch.fire(&gone).await;
    let gone = watch.find(&gone).await.unwrap();
    delete_account(&watch, ann.id).await;
    assert_eq!(watch.enabled().await, [kept.id]);
    assert_eq!(watch.due(watch.scene.later()).await, []);
    assert_eq!(watch.try_fire(&gone).await.1, FireOutcome::Superseded);
}
