//! What every [`AlertStore`] promises.

mod firings;
mod kept;

use std::sync::Arc;

use chrono::TimeDelta;
use rialto_kernel::{AlertId, Instant, UserId};
use rialto_messaging::Profile;
use rialto_portfolio::{
    Alert, AlertRule, AlertStore, Cooldown, Currency, Delivery, DeliveryOutcome, DeliveryState, DeliveryTarget,
    DueDelivery, FireOutcome, Firing, Hysteresis, MoveDirection, MovePercent, MoveWindow, NewAlert, Threshold,
};

pub use self::firings::*;
pub use self::kept::*;
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
            of_many_who_tell_at_once_one_attempt_counts,
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
        let attempts = self.delivery(firing).await.attempts;
        self.alerts.note_delivery(firing.id, DeliveryTarget::Owner, attempts, outcome).await.unwrap();
        at
    }

    /// How telling the owner of a firing goes.
    async fn delivery(&self, firing: &Firing) -> Delivery {
        let log = self.alerts.list_firings(firing.alert_id, None, builders::limit(100)).await.unwrap().items;
        log.into_iter().find(|logged| logged.firing.id == firing.id).unwrap().deliveries.remove(0)
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

async fn delete_account(watch: &Watch, user_id: UserId) {
    let deletion = builders::deletion(&watch.scene.ids, user_id, watch.scene.later());
    watch.scene.people.deletions.delete_account(deletion).await.unwrap();
}
