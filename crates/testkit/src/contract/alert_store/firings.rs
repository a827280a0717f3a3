//! That alerts fire once, and that somebody is told.

use chrono::TimeDelta;
use rialto_kernel::Cursor;
use rialto_portfolio::{
    Alert, AlertChanges, AlertNote, DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, FireOutcome,
};

use super::super::concurrency::at_once;
use super::{Alerts, Watch, above, moves};
use crate::builders;

/// All of it, as it was.
pub async fn firing_writes_the_alert_the_firing_and_one_delivery_per_target(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let room = watch.scene.ids.next();
    let note = AlertNote::parse("look").ok();
    let alert = Alert { deliver_to: Some(room), note, ..watch.new_alert(&ann, moves()) };
    let alert = watch.keep(alert).await;
    let (firing, fired) = watch.fire(&alert).await;
    assert_eq!(fired, alert.clone().after_firing(&firing));
    assert_eq!(watch.find(&alert).await, Some(fired));
    let due = watch.due(firing.fired_at).await;
    let to = |target| DueDelivery { firing: firing.clone(), target, attempts: 0 };
    assert_eq!(due.len(), 2);
    assert!(due.contains(&to(DeliveryTarget::Owner)) && due.contains(&to(DeliveryTarget::Conversation(room))));
    let log = watch.alerts.list_firings(alert.id, None, builders::limit(9)).await.unwrap().items;
    assert_eq!((log.len(), &log[0].firing, log[0].deliveries.len()), (1, &firing, 2));
    assert_eq!(log[0].deliveries[0].target, DeliveryTarget::Owner);
    assert!(
        log[0].deliveries.iter().all(|one| one.state == DeliveryState::Due(firing.fired_at) && one.error.is_none())
    );
}

/// The others write nothing.
pub async fn of_many_who_fire_at_once_one_succeeds(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    for _ in 0..5 {
        let alert = watch.alert(&ann).await;
        let outcomes = at_once((0..6).map(|_| {
            let (store, firing) = (watch.alerts.clone(), watch.new_firing(&alert));
            let (id, revision) = (alert.id, alert.revision);
            async move { store.fire(id, revision, firing).await.unwrap() }
        }))
        .await;
        let fired = outcomes.iter().filter(|outcome| matches!(outcome, FireOutcome::Fired(_))).count();
        assert_eq!(fired, 1);
        let log = watch.alerts.list_firings(alert.id, None, builders::limit(9)).await.unwrap().items;
        assert_eq!((log.len(), log[0].deliveries.len()), (1, 1));
    }
}

/// Nor on one that is gone.
pub async fn what_was_decided_on_an_older_alert_does_not_fire(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let (changed, dropped) = (watch.alert(&ann).await, watch.alert(&ann).await);
    let changes = AlertChanges { rule: Some(above("7")), ..AlertChanges::default() };
    let now = watch.alerts.change(changed.id, ann.id, changes).await.unwrap().unwrap();
    watch.alerts.delete(dropped.id, ann.id).await.unwrap();
    for alert in [&changed, &dropped] {
        assert_eq!(watch.try_fire(alert).await.1, FireOutcome::Superseded);
    }
    assert_eq!(watch.find(&changed).await, Some(now));
    assert_eq!(watch.due(watch.scene.later()).await, []);
}

/// By whoever comes first.
pub async fn an_alert_is_armed_again_once(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let (_, waiting) = watch.fire(&watch.alert(&ann).await).await;
    let at = watch.scene.later();
    let armed = watch.alerts.rearm(waiting.id, waiting.revision, at).await.unwrap().unwrap();
    assert_eq!(armed, waiting.clone().after_rearming(at));
    assert_eq!(watch.alerts.rearm(waiting.id, waiting.revision, at).await.unwrap(), None);
    assert_eq!(watch.find(&waiting).await, Some(armed));
}

/// So a crash between firing and telling loses nothing, and one after telling tells again.
pub async fn what_fired_is_due_until_somebody_tells_what_came_of_it(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let (firing, alert) = watch.fire(&watch.alert(&ann).await).await;
    assert_eq!(watch.due(firing.fired_at - TimeDelta::seconds(1)).await, []);
    for _ in 0..2 {
        assert_eq!(watch.due(firing.fired_at).await.len(), 1);
    }
    let later = firing.fired_at + TimeDelta::minutes(1);
    let at = watch.note(&firing, DeliveryState::Due(later), Some("away")).await;
    assert_eq!(watch.due(later - TimeDelta::seconds(1)).await, []);
    assert_eq!(watch.due(later).await[0].attempts, 1);
    let log = watch.alerts.list_firings(alert.id, None, builders::limit(9)).await.unwrap().items;
    let delivery = &log[0].deliveries[0];
    assert_eq!((delivery.attempts, delivery.changed_at, delivery.error.as_deref()), (1, at, Some("away")));
    watch.note(&firing, DeliveryState::Delivered, None).await;
    assert_eq!(watch.due(later).await, []);
}

/// At most as many as asked for.
pub async fn those_due_longest_come_first(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let mut firings = Vec::new();
    for _ in 0..3 {
        firings.push(watch.fire(&watch.alert(&ann).await).await.0);
    }
    watch.note(&firings[0], DeliveryState::Due(watch.scene.later()), None).await;
    let due = watch.alerts.due_deliveries(watch.scene.later(), 2).await.unwrap();
    assert_eq!(due.into_iter().map(|due| due.firing).collect::<Vec<_>>(), firings[1..]);
}

/// Two who tell at once write down the same or nothing.
pub async fn what_is_delivered_or_given_up_stays_so(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    for (end, word) in [(DeliveryState::Delivered, None), (DeliveryState::Failed, Some("not_a_member"))] {
        let (firing, alert) = watch.fire(&watch.alert(&ann).await).await;
        watch.note(&firing, end, word).await;
        watch.note(&firing, DeliveryState::Due(watch.scene.now()), Some("away")).await;
        assert_eq!(watch.due(watch.scene.later()).await, []);
        let log = watch.alerts.list_firings(alert.id, None, builders::limit(9)).await.unwrap().items;
        let delivery = &log[0].deliveries[0];
        assert_eq!((delivery.state, delivery.attempts, delivery.error.as_deref()), (end, 1, word));
    }
}

/// What the others say of the same attempt is not written down, and neither is what somebody says who read it before.
pub async fn of_many_who_tell_at_once_one_attempt_counts(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let (firing, _) = watch.fire(&watch.alert(&ann).await).await;
    let at = watch.scene.later();
    let told = |attempts, state| {
        let (store, id) = (watch.alerts.clone(), firing.id);
        let outcome = DeliveryOutcome { state, at, error: None };
        async move { store.note_delivery(id, DeliveryTarget::Owner, attempts, outcome).await.unwrap() }
    };
    let noted = at_once((0..6).map(|_| told(0, DeliveryState::Due(at)))).await;
    assert_eq!(noted.into_iter().filter(|noted| *noted).count(), 1);
    assert!(!told(0, DeliveryState::Failed).await);
    let delivery = watch.delivery(&firing).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Due(at), 1));
    assert!(told(1, DeliveryState::Delivered).await);
    for attempts in 0..4 {
        assert!(!told(attempts, DeliveryState::Due(at)).await);
    }
    assert_eq!(watch.delivery(&firing).await.state, DeliveryState::Delivered);
}

/// Each with its deliveries; a strange cursor leads nowhere.
pub async fn firings_are_listed_newest_first_in_pages(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let mut alert = watch.alert(&ann).await;
    let mut fired = Vec::new();
    for _ in 0..5 {
        let (firing, after) = watch.fire(&alert).await;
        fired.insert(0, firing.id);
        alert = after;
    }
    watch.fire(&watch.alert(&ann).await).await;
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = watch.alerts.list_firings(alert.id, after, builders::limit(2)).await.unwrap();
        assert!(page.items.iter().all(|logged| logged.deliveries.len() == 1));
        listed.extend(page.items.into_iter().map(|logged| logged.firing.id));
        after = page.next_cursor;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, fired);
    let strange = watch.alerts.list_firings(alert.id, Cursor::parse("strange"), builders::limit(2)).await.unwrap();
    assert_eq!(strange.items, []);
}

/// A bounded number at a time; their alerts stay.
pub async fn old_firings_are_forgotten(alerts: Alerts) {
    let watch = Watch::new(alerts);
    let ann = watch.scene.user("ann").await;
    let mut alert = watch.alert(&ann).await;
    let mut last = None;
    for _ in 0..4 {
        let (firing, after) = watch.fire(&alert).await;
        (alert, last) = (after, Some(firing));
    }
    let last = last.unwrap();
    assert_eq!(watch.alerts.prune_firings(last.fired_at, 2).await.unwrap(), 2);
    assert_eq!(watch.alerts.prune_firings(last.fired_at, 2).await.unwrap(), 1);
    assert_eq!(watch.alerts.prune_firings(last.fired_at, 2).await.unwrap(), 0);
    let due = watch.due(watch.scene.later()).await;
    assert_eq!(due.into_iter().map(|due| due.firing).collect::<Vec<_>>(), [last]);
    assert_eq!(watch.find(&alert).await, Some(alert));
}
