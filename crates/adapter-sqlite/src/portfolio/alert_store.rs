//! Alerts.

use async_trait::async_trait;
use diesel::prelude::*;
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError, UserId};
use rialto_portfolio::{
    Alert, AlertChanges, AlertState, AlertStore, CreateAlertRefusal, DeliveryOutcome, DeliveryTarget, DueDelivery,
    FireOutcome, Firing, LoggedFiring,
};

use super::alert_log;
use super::alert_rows::AlertRow;
use crate::database::SqliteDatabase;
use crate::error::{count, store_error};
use crate::schema::{alerts, users};
use crate::value::{DbId, bounded};

/// Keeps alerts, their firings and deliveries in SQLite.
#[derive(Clone)]
pub struct SqliteAlertStore {
    database: SqliteDatabase,
}

impl SqliteAlertStore {
    /// A store in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AlertStore for SqliteAlertStore {
    async fn create(&self, alert: Alert, max: u32) -> Result<(), CreateAlertRefusal> {
        self.database.write(move |c| create(c, &alert, max)).await
    }

    async fn list(&self, owner: UserId, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Alert>, StoreError> {
        self.database.read(move |c| list(c, owner, after.as_ref(), limit)).await
    }

    async fn find(&self, id: AlertId, owner: UserId) -> Result<Option<Alert>, StoreError> {
        self.database.read(move |c| find(c, id, owner)).await
    }

    async fn change(&self, id: AlertId, owner: UserId, changes: AlertChanges) -> Result<Option<Alert>, StoreError> {
        self.database.write(move |c| change(c, id, owner, changes)).await
    }

    async fn delete(&self, id: AlertId, owner: UserId) -> Result<bool, StoreError> {
        self.database.write(move |c| delete(c, id, owner)).await
    }

    async fn list_enabled(&self, after: Option<AlertId>, limit: u32) -> Result<Vec<Alert>, StoreError> {
        self.database.read(move |c| list_enabled(c, after, limit)).await
    }

    async fn fire(&self, id: AlertId, revision: u64, firing: Firing) -> Result<FireOutcome, StoreError> {
        self.database.write(move |c| fire(c, id, revision, &firing)).await
    }

    async fn rearm(&self, id: AlertId, revision: u64, observed_at: Instant) -> Result<Option<Alert>, StoreError> {
        self.database.write(move |c| rearm(c, id, revision, observed_at)).await
    }

    async fn due_deliveries(&self, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreError> {
        self.database.read(move |c| alert_log::due(c, now, limit)).await
    }

    async fn note_delivery(
        &self,
        firing: FiringId,
        target: DeliveryTarget,
        attempts: u32,
        outcome: DeliveryOutcome,
    ) -> Result<bool, StoreError> {
        self.database.write(move |c| alert_log::note(c, firing, target, attempts, outcome)).await
    }

    async fn list_firings(
        &self,
        alert_id: AlertId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<LoggedFiring>, StoreError> {
        self.database.read(move |c| alert_log::list(c, alert_id, after.as_ref(), limit)).await
    }

    async fn prune_firings(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.database.write(move |c| alert_log::prune(c, before, limit)).await
    }
}

fn create(connection: &mut SqliteConnection, alert: &Alert, max: u32) -> Result<(), CreateAlertRefusal> {
    let owner = DbId::from(alert.owner);
    let live = users::table.find(owner).filter(users::deleted_at.is_null());
    let found: Option<DbId> = live.select(users::id).first(connection).optional().map_err(store_error)?;
    found.ok_or(CreateAlertRefusal::UnknownUser)?;
    // Nobody else writes until the commit.
    let held: i64 =
        alerts::table.filter(alerts::user_id.eq(owner)).count().get_result(connection).map_err(store_error)?;
    if count(held, "a count of alerts")? >= u64::from(max) {
        return Err(CreateAlertRefusal::TooMany);
    }
    diesel::insert_into(alerts::table).values(AlertRow::from(alert)).execute(connection).map_err(store_error)?;
    Ok(())
}

fn list(
    connection: &mut SqliteConnection,
    owner: UserId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Alert>, StoreError> {
    let mut query = alerts::table
        .filter(alerts::user_id.eq(DbId::from(owner)))
        .order(alerts::id.desc())
        .limit(limit.overfull())
        .select(AlertRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(id) = cursor.as_str().parse::<AlertId>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(alerts::id.lt(DbId::from(id)));
    }
    let rows: Vec<AlertRow> = query.load(connection).map_err(store_error)?;
    Ok(Page::from_overfull(read(rows)?, limit, |alert| Cursor::from_keys(&[&alert.id])))
}

fn find(connection: &mut SqliteConnection, id: AlertId, owner: UserId) -> Result<Option<Alert>, StoreError> {
    let own = alerts::table.find(DbId::from(id)).filter(alerts::user_id.eq(DbId::from(owner)));
    let row = own.select(AlertRow::as_select()).first(connection).optional().map_err(store_error)?;
    row.map(Alert::try_from).transpose()
}

fn change(
    connection: &mut SqliteConnection,
    id: AlertId,
    owner: UserId,
    changes: AlertChanges,
) -> Result<Option<Alert>, StoreError> {
    let Some(alert) = find(connection, id, owner)? else { return Ok(None) };
    let changed = changes.applied_to(alert);
    put(connection, &changed)?;
    Ok(Some(changed))
}

fn delete(connection: &mut SqliteConnection, id: AlertId, owner: UserId) -> Result<bool, StoreError> {
    let own = alerts::table.find(DbId::from(id)).filter(alerts::user_id.eq(DbId::from(owner)));
    Ok(diesel::delete(own).execute(connection).map_err(store_error)? > 0)
}

fn list_enabled(
    connection: &mut SqliteConnection,
    after: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>, StoreError> {
    let mut query = alerts::table
        .inner_join(users::table)
        .filter(users::disabled_at.is_null())
        .filter(alerts::state.ne(AlertState::Disabled.as_str()))
        .order(alerts::id)
        .limit(limit.into())
        .select(AlertRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(alerts::id.gt(DbId::from(after)));
    }
    read(query.load(connection).map_err(store_error)?)
}

fn fire(
    connection: &mut SqliteConnection,
    id: AlertId,
    revision: u64,
    firing: &Firing,
) -> Result<FireOutcome, StoreError> {
    let Some(alert) = current(connection, id, revision)? else { return Ok(FireOutcome::Superseded) };
    let fired = alert.after_firing(firing);
    put(connection, &fired)?;
    alert_log::insert(connection, &fired, firing)?;
    Ok(FireOutcome::Fired(Box::new(fired)))
}

fn rearm(
    connection: &mut SqliteConnection,
    id: AlertId,
    revision: u64,
    observed_at: Instant,
) -> Result<Option<Alert>, StoreError> {
    let Some(alert) = current(connection, id, revision)? else { return Ok(None) };
    let armed = alert.after_rearming(observed_at);
    put(connection, &armed)?;
    Ok(Some(armed))
}

/// The alert, if it is of this revision. It stays so until the commit: nobody else writes.
fn current(connection: &mut SqliteConnection, id: AlertId, revision: u64) -> Result<Option<Alert>, StoreError> {
    let row = alerts::table.find(DbId::from(id)).filter(alerts::revision.eq(bounded(revision)));
    let row = row.select(AlertRow::as_select()).first(connection).optional().map_err(store_error)?;
    row.map(Alert::try_from).transpose()
}

fn put(connection: &mut SqliteConnection, alert: &Alert) -> Result<(), StoreError> {
    diesel::update(alerts::table.find(DbId::from(alert.id)))
        .set(AlertRow::from(alert))
        .execute(connection)
        .map(drop)
        .map_err(store_error)
}

/// Drops all alerts of a user; what became of them goes along.
pub fn delete_alerts_of(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    let own = alerts::table.filter(alerts::user_id.eq(DbId::from(user_id)));
    diesel::delete(own).execute(connection).map(drop).map_err(store_error)
}

fn read(rows: Vec<AlertRow>) -> Result<Vec<Alert>, StoreError> {
    rows.into_iter().map(Alert::try_from).collect()
}
