use async_trait::async_trait;
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError, UserId};

use crate::model::{Alert, AlertChanges, DeliveryOutcome, DeliveryTarget, DueDelivery, Firing, LoggedFiring};

/// Keeps alerts, what became of them, and who is still to be told. Each method is one atomic act. When an account is
/// deleted all of its alerts go, with their firings.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AlertStore: Send + Sync {
    /// Keeps a new alert. Many at once never make more than `max` of one user, disabled ones too.
    ///
    /// # Errors
    /// See [`CreateAlertRefusal`].
    async fn create(&self, alert: Alert, max: u32) -> Result<(), CreateAlertRefusal>;

    /// The alerts of a user, the newest first.
    async fn list(&self, owner: UserId, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Alert>, StoreError>;

    /// An alert of a user.
    async fn find(&self, id: AlertId, owner: UserId) -> Result<Option<Alert>, StoreError>;

    /// Changes an alert of a user as [`AlertChanges::applied_to`] says, and gives it as it is now; `None` if there is no
    /// such alert.
    async fn change(&self, id: AlertId, owner: UserId, changes: AlertChanges) -> Result<Option<Alert>, StoreError>;

    /// Drops an alert of a user, with its firings and what is still to be told of them; whether it was there.
    async fn delete(&self, id: AlertId, owner: UserId) -> Result<bool, StoreError>;

    /// Alerts that must be judged, of all users whose accounts are open, in order of id, after this one, at most `limit`.
    async fn list_enabled(&self, after: Option<AlertId>, limit: u32) -> Result<Vec<Alert>, StoreError>;

    /// Writes down that an alert of this revision fired: the alert as [`Alert::after_firing`] says, the firing, and one
    /// delivery per target that is due at once; all of it or nothing. Of many at once one succeeds.
    async fn fire(&self, id: AlertId, revision: u64, firing: Firing) -> Result<FireOutcome, StoreError>;

    /// Arms an alert of this revision again, as [`Alert::after_rearming`] says; `None` if it is of another.
    async fn rearm(&self, id: AlertId, revision: u64, observed_at: Instant) -> Result<Option<Alert>, StoreError>;

    /// Deliveries that are to be tried by `now`, those due longest first, at most `limit`.
    async fn due_deliveries(&self, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreError>;

    /// Writes down what came of an attempt, and counts it, if still as many `attempts` were made before as when the
    /// delivery was read; whether it is written down. So of many who try the same at once one counts, and what is
    /// delivered or given up stays as it is.
    async fn note_delivery(
        &self,
        firing: FiringId,
        target: DeliveryTarget,
        attempts: u32,
        outcome: DeliveryOutcome,
    ) -> Result<bool, StoreError>;

    /// The firings of an alert with how telling of them went, the newest first.
    async fn list_firings(
        &self,
        alert_id: AlertId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<LoggedFiring>, StoreError>;

    /// Forgets firings from before an instant, at most `limit`, with what is still to be told of them; says how many.
    async fn prune_firings(&self, before: Instant, limit: u32) -> Result<u64, StoreError>;
}

/// What came of firing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FireOutcome {
    /// It is written down; the alert as it is now.
    Fired(Box<Alert>),
    /// The alert is of another revision, or gone: nothing is written.
    Superseded,
}

/// Why an alert was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAlertRefusal {
    /// The user has as many as they may.
    #[error("there are too many alerts")]
    TooMany,
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
