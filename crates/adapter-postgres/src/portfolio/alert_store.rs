//! Alerts.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError, UserId};
use rialto_portfolio::{
    Alert, AlertChanges, AlertState, AlertStore, CreateAlertRefusal, DeliveryOutcome, DeliveryTarget, DueDelivery,
    FireOutcome, Firing, LoggedFiring,
};
use uuid::Uuid;

use super::alert_log;
use super::alert_rows::AlertRow;
use crate::error::{ActError, StoreActError};
use crate::messaging::bound;
use crate::pool::PgDatabase;
use crate::schema::{alerts, users};

/// Keeps alerts, their firings and deliveries in PostgreSQL.
#[derive(Clone, Debug)]
pub struct PgAlertStore {
    database: PgDatabase,
}

impl PgAlertStore {
    /// A store over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl AlertStore for PgAlertStore {
    async fn create(&self, alert: Alert, max: u32) -> Result<(), CreateAlertRefusal> {
        self.database.write(move |conn| create(conn, alert, max).boxed()).await
    }

    async fn list(&self, owner: UserId, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Alert>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, owner, after, limit).await?)
    }

    async fn find(&self, id: AlertId, owner: UserId) -> Result<Option<Alert>, StoreError> {
        let mut conn = self.database.connection().await?;
        let own = alerts::table.find(id.uuid()).filter(alerts::user_id.eq(owner.uuid()));
        let row = own.select(AlertRow::as_select()).first(&mut conn).await.optional().map_err(StoreActError::from)?;
        row.map(Alert::try_from).transpose()
    }

    async fn change(&self, id: AlertId, owner: UserId, changes: AlertChanges) -> Result<Option<Alert>, StoreError> {
        self.database.write(move |conn| change(conn, id, owner, changes).boxed()).await
    }

    async fn delete(&self, id: AlertId, owner: UserId) -> Result<bool, StoreError> {
        self.database.write(move |conn| delete(conn, id, owner).boxed()).await
    }

    async fn list_enabled(&self, after: Option<AlertId>, limit: u32) -> Result<Vec<Alert>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list_enabled(&conn, after, limit).await?)
    }

    async fn fire(&self, id: AlertId, revision: u64, firing: Firing) -> Result<FireOutcome, StoreError> {
        self.database.write(move |conn| fire(conn, id, revision, firing).boxed()).await
    }

    async fn rearm(&self, id: AlertId, revision: u64, observed_at: Instant) -> Result<Option<Alert>, StoreError> {
        self.database.write(move |conn| rearm(conn, id, revision, observed_at).boxed()).await
    }

    async fn due_deliveries(&self, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(alert_log::due(&conn, now, limit).await?)
    }

    async fn note_delivery(
        &self,
        firing: FiringId,
        target: DeliveryTarget,
        attempts: u32,
        outcome: DeliveryOutcome,
    ) -> Result<bool, StoreError> {
        self.database.write(move |conn| alert_log::note(conn, firing, target, attempts, outcome).boxed()).await
    }

    async fn list_firings(
        &self,
        alert_id: AlertId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<LoggedFiring>, StoreError> {
        self.database.read(move |conn| alert_log::list(conn, alert_id, after, limit).boxed()).await
    }

    async fn prune_firings(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.database.write(move |conn| alert_log::prune(conn, before, limit).boxed()).await
    }
}

async fn create(mut conn: &AsyncPgConnection, alert: Alert, max: u32) -> Result<(), ActError<CreateAlertRefusal>> {
    let owner = alert.owner.uuid();
    // Of many at once each waits here for the one before, and then counts its alert too.
    let held = users::table.find(owner).filter(users::deleted_at.is_null()).select(users::id).for_no_key_update();
    let live: Option<Uuid> = held.first(&mut conn).await.optional()?;
    live.ok_or(ActError::Refused(CreateAlertRefusal::UnknownUser))?;
    let count: i64 = alerts::table.filter(alerts::user_id.eq(owner)).count().get_result(&mut conn).await?;
    if count >= i64::from(max) {
        return Err(ActError::Refused(CreateAlertRefusal::TooMany));
    }
    diesel::insert_into(alerts::table).values(AlertRow::from(&alert)).execute(&mut conn).await?;
    Ok(())
}

async fn list(
    mut conn: &AsyncPgConnection,
    owner: UserId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Alert>, StoreActError> {
    let mut query = alerts::table
        .filter(alerts::user_id.eq(owner.uuid()))
        .order(alerts::id.desc())
        .limit(limit.overfull())
        .select(AlertRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(id) = cursor.as_str().parse::<Uuid>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(alerts::id.lt(id));
    }
    let rows: Vec<AlertRow> = query.load(&mut conn).await?;
    Ok(Page::from_overfull(read(rows)?, limit, |alert| Cursor::from_keys(&[&alert.id])))
}

async fn change(
    mut conn: &AsyncPgConnection,
    id: AlertId,
    owner: UserId,
    changes: AlertChanges,
) -> Result<Option<Alert>, StoreActError> {
    let own = alerts::table.find(id.uuid()).filter(alerts::user_id.eq(owner.uuid()));
    let held = own.select(AlertRow::as_select()).for_no_key_update();
    let Some(row) = held.first(&mut conn).await.optional()? else { return Ok(None) };
    let changed = changes.applied_to(row.try_into()?);
    put(conn, &changed).await?;
    Ok(Some(changed))
}

async fn delete(mut conn: &AsyncPgConnection, id: AlertId, owner: UserId) -> Result<bool, StoreActError> {
    let own = alerts::table.find(id.uuid()).filter(alerts::user_id.eq(owner.uuid()));
    Ok(diesel::delete(own).execute(&mut conn).await? > 0)
}

async fn list_enabled(
    mut conn: &AsyncPgConnection,
    after: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>, StoreActError> {
    let mut query = alerts::table
        .inner_join(users::table)
        .filter(users::disabled_at.is_null())
        .filter(alerts::state.ne(AlertState::Disabled.as_str()))
        .order(alerts::id)
        .limit(limit.into())
        .select(AlertRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(alerts::id.gt(after.uuid()));
    }
    Ok(read(query.load(&mut conn).await?)?)
}

async fn fire(
    conn: &AsyncPgConnection,
    id: AlertId,
    revision: u64,
    firing: Firing,
) -> Result<FireOutcome, StoreActError> {
    let Some(alert) = hold(conn, id, revision).await? else { return Ok(FireOutcome::Superseded) };
    let fired = alert.after_firing(&firing);
    put(conn, &fired).await?;
    alert_log::insert(conn, &fired, &firing).await?;
    Ok(FireOutcome::Fired(Box::new(fired)))
}

async fn rearm(
    conn: &AsyncPgConnection,
    id: AlertId,
    revision: u64,
    observed_at: Instant,
) -> Result<Option<Alert>, StoreActError> {
    let Some(alert) = hold(conn, id, revision).await? else { return Ok(None) };
    let armed = alert.after_rearming(observed_at);
    put(conn, &armed).await?;
    Ok(Some(armed))
}

/// Locks the alert, if it is of this revision. Whoever waited for one who changed it finds none.
async fn hold(mut conn: &AsyncPgConnection, id: AlertId, revision: u64) -> Result<Option<Alert>, StoreActError> {
    let row = alerts::table.find(id.uuid()).filter(alerts::revision.eq(bound(revision)));
    let held = row.select(AlertRow::as_select()).for_no_key_update();
    Ok(held.first(&mut conn).await.optional()?.map(Alert::try_from).transpose()?)
}

async fn put(mut conn: &AsyncPgConnection, alert: &Alert) -> Result<(), StoreActError> {
    diesel::update(alerts::table.find(alert.id.uuid())).set(AlertRow::from(alert)).execute(&mut conn).await?;
    Ok(())
}

/// Drops all alerts of a user; what became of them goes along.
pub async fn delete_alerts_of<R>(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), ActError<R>> {
    let own = alerts::table.filter(alerts::user_id.eq(user_id.uuid()));
    diesel::delete(own).execute(&mut conn).await?;
    Ok(())
}

fn read(rows: Vec<AlertRow>) -> Result<Vec<Alert>, StoreError> {
    rows.into_iter().map(Alert::try_from).collect()
}
