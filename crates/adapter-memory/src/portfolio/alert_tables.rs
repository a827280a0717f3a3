use std::collections::BTreeMap;

use rialto_kernel::{AlertId, FiringId, UserId};
use rialto_portfolio::{Alert, Delivery, DeliveryState, DeliveryTarget, Firing, LoggedFiring};

/// What is kept of alerts.
#[derive(Debug, Default)]
pub(crate) struct AlertTables {
    pub alerts: BTreeMap<AlertId, Alert>,
    pub firings: BTreeMap<FiringId, LoggedFiring>,
}

impl AlertTables {
    pub fn of(&self, owner: UserId) -> impl DoubleEndedIterator<Item = &Alert> {
        self.alerts.values().filter(move |alert| alert.owner == owner)
    }

    /// The alert, if it is of this revision.
    pub fn current(&self, id: AlertId, revision: u64) -> Option<&Alert> {
        self.alerts.get(&id).filter(|alert| alert.revision == revision)
    }

    pub fn log(&mut self, alert: &Alert, firing: Firing) {
        let due = |target| Delivery {
            target,
            state: DeliveryState::Due(firing.fired_at),
            attempts: 0,
            changed_at: firing.fired_at,
            error: None,
        };
        let deliveries = DeliveryTarget::all_of(alert).into_iter().map(due).collect();
        self.firings.insert(firing.id, LoggedFiring { firing, deliveries });
    }

    pub fn drop_alert(&mut self, id: AlertId) {
        self.alerts.remove(&id);
        self.firings.retain(|_, logged| logged.firing.alert_id != id);
    }

    /// Drops all that a user has.
    pub fn forget(&mut self, owner: UserId) {
        self.alerts.retain(|_, alert| alert.owner != owner);
        self.firings.retain(|_, logged| logged.firing.owner != owner);
    }
}
