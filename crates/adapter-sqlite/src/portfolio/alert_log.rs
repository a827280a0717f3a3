//! That alerts fired, and who is told of it.

use std::collections::HashMap;

use diesel::prelude::*;
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError};
use rialto_portfolio::{
    Alert, Delivery, DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, Firing, LoggedFiring,
};

use super::alert_rows::{DeliveryRow, FiringRow, attempts, corrupt};
use crate::error::store_error;
use crate::prepared::one_of;
use crate::schema::{alert_deliveries, alert_firings};
use crate::value::{DbId, DbInstant, read_position};

/// Writes down that an alert fired, and whom to tell.
pub fn insert(connection: &mut SqliteConnection, alert: &Alert, firing: &Firing) -> Result<(), StoreError> {
    diesel::insert_into(alert_firings::table)
        .values(FiringRow::from(firing))
        .execute(connection)
        .map_err(store_error)?;
    for target in DeliveryTarget::all_of(alert) {
        diesel::insert_into(alert_deliveries::table)
            .values(DeliveryRow::due(firing, target.to_string()))
            .execute(connection)
            .map_err(store_error)?;
    }
    Ok(())
}

pub fn due(connection: &mut SqliteConnection, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreError> {
    let rows: Vec<(FiringRow, DeliveryRow)> = alert_deliveries::table
        .inner_join(alert_firings::table)
        .filter(alert_deliveries::due_at.is_not_null())
        .filter(alert_deliveries::due_at.assume_not_null().le(DbInstant(now)))
        .order((alert_deliveries::due_at, alert_deliveries::firing_id, alert_deliveries::target.desc()))
        .limit(limit.into())
        .select((FiringRow::as_select(), DeliveryRow::as_select()))
        .load(connection)
        .map_err(store_error)?;
    let due = rows.into_iter().map(|(firing, delivery)| {
        let target = delivery.target.parse().map_err(corrupt)?;
        Ok(DueDelivery { firing: firing.try_into()?, target, attempts: attempts(delivery.attempts)? })
    });
    due.collect()
}

pub fn note(
    connection: &mut SqliteConnection,
    firing: FiringId,
    target: DeliveryTarget,
    attempts: u32,
    outcome: DeliveryOutcome,
) -> Result<bool, StoreError> {
    let DeliveryOutcome { state, at, error } = outcome;
    let open = alert_deliveries::table
        .find((DbId::from(firing), target.to_string()))
        .filter(alert_deliveries::state.eq(DeliveryState::Due(at).as_str()))
        .filter(alert_deliveries::attempts.eq(i64::from(attempts)));
    diesel::update(open)
        .set((
            alert_deliveries::state.eq(state.as_str()),
            alert_deliveries::due_at.eq(state.due_at().map(DbInstant)),
            alert_deliveries::attempts.eq(alert_deliveries::attempts + 1),
            alert_deliveries::changed_at.eq(DbInstant(at)),
            alert_deliveries::error.eq(error),
        ))
        .execute(connection)
        .map(|noted| noted > 0)
        .map_err(store_error)
}

pub fn list(
    connection: &mut SqliteConnection,
    alert_id: AlertId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<LoggedFiring>, StoreError> {
    let mut query = alert_firings::table
        .filter(alert_firings::alert_id.eq(DbId::from(alert_id)))
        .order((alert_firings::fired_at.desc(), alert_firings::id.desc()))
        .limit(limit.overfull())
        .select(FiringRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let same_time = alert_firings::fired_at.eq(at).and(alert_firings::id.lt(id));
        query = query.filter(alert_firings::fired_at.lt(at).or(same_time));
    }
    let rows: Vec<FiringRow> = query.load(connection).map_err(store_error)?;
    let mut deliveries = deliveries_of(connection, &rows)?;
    let logged = rows.into_iter().map(|row| {
        let deliveries = deliveries.remove(&row.id).unwrap_or_default();
        Ok(LoggedFiring { firing: row.try_into()?, deliveries })
    });
    let logged = logged.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_overfull(logged, limit, |logged| {
        Cursor::from_keys(&[&logged.firing.fired_at.timestamp_micros(), &logged.firing.id])
    }))
}

fn deliveries_of(
    connection: &mut SqliteConnection,
    firings: &[FiringRow],
) -> Result<HashMap<DbId, Vec<Delivery>>, StoreError> {
    let rows: Vec<DeliveryRow> = alert_deliveries::table
        .filter(one_of(alert_deliveries::firing_id, firings.iter().map(|firing| firing.id)))
        // The word for the owner comes after the one for conversations.
        .order(alert_deliveries::target.desc())
        .select(DeliveryRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let mut deliveries: HashMap<DbId, Vec<Delivery>> = HashMap::new();
    for row in rows {
        deliveries.entry(row.firing_id).or_default().push(row.try_into()?);
    }
    Ok(deliveries)
}

/// The deliveries go along.
pub fn prune(connection: &mut SqliteConnection, before: Instant, limit: u32) -> Result<u64, StoreError> {
    let old: Vec<DbId> = alert_firings::table
        .filter(alert_firings::fired_at.lt(DbInstant(before)))
        .order(alert_firings::fired_at)
        .limit(limit.into())
        .select(alert_firings::id)
        .load(connection)
        .map_err(store_error)?;
    let old = alert_firings::table.filter(one_of(alert_firings::id, old));
    let gone = diesel::delete(old).execute(connection).map_err(store_error)?;
    Ok(gone as u64)
}
