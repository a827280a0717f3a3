//! What every [`AlertStore`] promises.

use std::sync::Arc;

use chrono::TimeDelta;
use rialto_kernel::{AlertId, Cursor, Instant, UserId};
use rialto_messaging::Profile;
use rialto_portfolio::{
    Alert, AlertChanges, AlertNote, AlertRule, AlertState, AlertStore, Cooldown, CreateAlertRefusal, Currency,
    DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, FireOutcome, Firing, Hysteresis, MoveDirection,
    MovePercent, MoveWindow, NewAlert, Threshold,
};

use super::account_admin::{DISABLE, ENABLE};
use super::concurrency::at_once;
use crate::{Scene, Stores, builders};

/// Runs the rules of [`AlertStore`](rialto_portfolio::AlertStore) on an adapter. The constructor is the absolute path of
/// an `async fn() -> `[`Alerts`](crate::contract::alert_store::Alerts).
#[macro_export]
macro_rules! alert_store_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, alert_store:
            an_alert_is_kept_as_it_was_made,
            nobody_sees_the_alerts_of_others,
            alerts_are_listed_newest_first_in_pages,
            of_many_alerts_at_once_no_more_than_allowed_are_made,
            only_users_have_alerts,
            a_change_is_kept_and_counted,
            of_many_changes_at_once_none_is_lost,
            an_alert_that_is_dropped_takes_its_firings_along,
            only_what_is_enabled_is_to_be_judged,
            alerts_of_a_disabled_account_rest,
            firing_writes_the_alert_the_firing_and_one_delivery_per_target,
            of_many_who_fire_at_once_one_succeeds,
            what_was_decided_on_an_older_alert_does_not_fire,
            an_alert_is_armed_again_once,
            what_fired_is_due_until_somebody_tells_what_came_of_it,
            those_due_longest_come_first,
            what_is_delivered_or_given_up_stays_so,
            firings_are_listed_newest_first_in_pages,
            old_firings_are_forgotten,
            a_deleted_account_has_no_alerts,
        }
    };
}

/// A store with the others over the same database.
pub struct Alerts {
    /// The store.
    pub alerts: Arc<dyn AlertStore>,
    /// The others, and where the users are.
    pub stores: Stores,
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alerts").finish_non_exhaustive()
    }
}

struct Watch {
    alerts: Arc<dyn AlertStore>,
    scene: Scene,
}

impl Watch {
    fn new(Alerts { alerts, stores }: Alerts) -> Self {
        Self { alerts, scene: Scene::new(stores) }
    }

    /// An alert that is not stored yet.
    fn new_alert(&self, owner: &Profile, rule: AlertRule) -> Alert {
        let new = NewAlert {
            rule,
            currency: Currency::default(),
            repeat: true,
            cooldown: Cooldown::from_seconds(90).unwrap(),
            hysteresis: Hysteresis::new("2.5".parse().unwrap()).unwrap(),
            deliver_to: None,
            note: None,
        };
        new.made(self.scene.ids.next(), owner.id, self.scene.later())
    }

    async fn keep(&self, alert: Alert) -> Alert {
        self.alerts.create(alert.clone(), 100).await.unwrap();
        alert
    }

    async fn alert(&self, owner: &Profile) -> Alert {
        self.keep(self.new_alert(owner, above("100"))).await
    }

    async fn find(&self, alert: &Alert) -> Option<Alert> {
        self.alerts.find(alert.id, alert.owner).await.unwrap()
    }

    /// A firing that is not stored yet.
    fn new_firing(&self, alert: &Alert) -> Firing {
        let at = self.scene.later();
        Firing {
            id: self.scene.ids.next(),
            alert_id: alert.id,
            owner: alert.owner,
            rule: alert.rule.clone(),
            currency: alert.currency.clone(),
            price: "100.000000000000000001".parse().unwrap(),
            base_price: Some("0.00000031".parse().unwrap()),
            provider: "fake".to_owned(),
            observed_at: at - TimeDelta::milliseconds(1_500),
            fired_at: at,
            note: alert.note.clone(),
        }
    }

    async fn try_fire(&self, alert: &Alert) -> (Firing, FireOutcome) {
        let firing = self.new_firing(alert);
        let outcome = self.alerts.fire(alert.id, alert.revision, firing.clone()).await.unwrap();
        (firing, outcome)
    }

    async fn fire(&self, alert: &Alert) -> (Firing, Alert) {
        match self.try_fire(alert).await {
            (firing, FireOutcome::Fired(alert)) => (firing, *alert),
            (_, FireOutcome::Superseded) => panic!("{alert:?} is superseded"),
        }
    }

    async fn due(&self, now: Instant) -> Vec<DueDelivery> {
        self.alerts.due_deliveries(now, 100).await.unwrap()
    }

    async fn note(&self, firing: &Firing, state: DeliveryState, error: Option<&str>) -> Instant {
        let at = self.scene.later();
        let outcome = DeliveryOutcome { state, at, error: error.map(str::to_owned) };
        self.alerts.note_delivery(firing.id, DeliveryTarget::Owner, outcome).await.unwrap();
        at
    }

    async fn enabled(&self) -> Vec<AlertId> {
        self.alerts.list_enabled(None, 100).await.unwrap().into_iter().map(|alert| alert.id).collect()
    }
}

fn above(price: &str) -> AlertRule {
    AlertRule::Above { asset_id: builders::asset("bitcoin"), threshold: threshold(price) }
}

fn below(price: &str) -> AlertRule {
    AlertRule::Below { asset_id: builders::asset("bitcoin"), threshold: threshold(price) }
}

fn threshold(price: &str) -> Threshold {
    Threshold::new(price.parse().unwrap()).unwrap()
}

fn moves() -> AlertRule {
    AlertRule::PercentMove {
        asset_id: builders::asset("tiny-coin"),
        percent: MovePercent::new("12.25".parse().unwrap()).unwrap(),
        direction: MoveDirection::Down,
        window: MoveWindow::from_seconds(604_800).unwrap(),
    }
}

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

async fn delete_account(watch: &Watch, user_id: UserId) {
    let deletion = builders::deletion(&watch.scene.ids, user_id, watch.scene.later());
    watch.scene.people.deletions.delete_account(deletion).await.unwrap();
}
