//! That alerts fired, and who is told of it.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{AlertId, Cursor, FiringId, Instant, Page, PageLimit, StoreError};
use rialto_portfolio::{
    Alert, Delivery, DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, Firing, LoggedFiring,
};
use uuid::Uuid;

use super::alert_rows::{DeliveryRow, FiringRow, attempts, corrupt};
use crate::error::StoreActError;
use crate::messaging::{read_time_cursor, time_cursor};
use crate::schema::{alert_deliveries, alert_firings};

/// Writes down that an alert fired, and whom to tell.
pub async fn insert(mut conn: &AsyncPgConnection, alert: &Alert, firing: &Firing) -> Result<(), StoreActError> {
    diesel::insert_into(alert_firings::table).values(FiringRow::from(firing)).execute(&mut conn).await?;
    let targets = DeliveryTarget::all_of(alert).into_iter();
    let rows: Vec<_> = targets.map(|target| DeliveryRow::due(firing, target.to_string())).collect();
    diesel::insert_into(alert_deliveries::table).values(rows).execute(&mut conn).await?;
    Ok(())
}

pub async fn due(mut conn: &AsyncPgConnection, now: Instant, limit: u32) -> Result<Vec<DueDelivery>, StoreActError> {
    let rows: Vec<(FiringRow, DeliveryRow)> = alert_deliveries::table
        .inner_join(alert_firings::table)
        .filter(alert_deliveries::due_at.is_not_null())
        .filter(alert_deliveries::due_at.assume_not_null().le(now))
        .order((alert_deliveries::due_at, alert_deliveries::firing_id, alert_deliveries::target.desc()))
        .limit(limit.into())
        .select((FiringRow::as_select(), DeliveryRow::as_select()))
        .load(&mut conn)
        .await?;
    let due = rows.into_iter().map(|(firing, delivery)| {
        let target = delivery.target.parse().map_err(corrupt)?;
        Ok(DueDelivery { firing: firing.try_into()?, target, attempts: attempts(delivery.attempts)? })
    });
    Ok(due.collect::<Result<_, StoreError>>()?)
}

pub async fn note(
    mut conn: &AsyncPgConnection,
    firing: FiringId,
    target: DeliveryTarget,
    attempts: u32,
    outcome: DeliveryOutcome,
) -> Result<bool, StoreActError> {
    let DeliveryOutcome { state, at, error } = outcome;
    let open = alert_deliveries::table
        .find((firing.uuid(), target.to_string()))
        .filter(alert_deliveries::state.eq(DeliveryState::Due(at).as_str()))
        .filter(alert_deliveries::attempts.eq(i64::from(attempts)));
    let noted = diesel::update(open)
        .set((
            alert_deliveries::state.eq(state.as_str()),
            alert_deliveries::due_at.eq(state.due_at()),
            alert_deliveries::attempts.eq(alert_deliveries::attempts + 1),
            alert_deliveries::changed_at.eq(at),
            alert_deliveries::error.eq(error),
        ))
        .execute(&mut conn)
        .await?;
    Ok(noted > 0)
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    alert_id: AlertId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<LoggedFiring>, StoreActError> {
    let mut query = alert_firings::table
        .filter(alert_firings::alert_id.eq(alert_id.uuid()))
        .order((alert_firings::fired_at.desc(), alert_firings::id.desc()))
        .limit(limit.overfull())
        .select(FiringRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let same_time = alert_firings::fired_at.eq(at).and(alert_firings::id.lt(id));
        query = query.filter(alert_firings::fired_at.lt(at).or(same_time));
    }
    let rows: Vec<FiringRow> = query.load(&mut conn).await?;
    let mut deliveries = deliveries_of(conn, &rows).await?;
    let logged = rows.into_iter().map(|row| {
        let deliveries = deliveries.remove(&row.id).unwrap_or_default();
        Ok(LoggedFiring { firing: row.try_into()?, deliveries })
    });
    let logged = logged.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_overfull(logged, limit, |logged| time_cursor(logged.firing.fired_at, logged.firing.id.uuid())))
}

async fn deliveries_of(
    mut conn: &AsyncPgConnection,
    firings: &[FiringRow],
) -> Result<HashMap<Uuid, Vec<Delivery>>, StoreActError> {
    let rows: Vec<DeliveryRow> = alert_deliveries::table
        .filter(alert_deliveries::firing_id.eq_any(firings.iter().map(|firing| firing.id)))
        // The word for the owner comes after the one for conversations.
        .order(alert_deliveries::target.desc())
        .select(DeliveryRow::as_select())
        .load(&mut conn)
        .await?;
    let mut deliveries: HashMap<Uuid, Vec<Delivery>> = HashMap::new();
    for row in rows {
        deliveries.entry(row.firing_id).or_default().push(row.try_into()?);
    }
    Ok(deliveries)
}

/// The deliveries go along.
pub async fn prune(mut conn: &AsyncPgConnection, before: Instant, limit: u32) -> Result<u64, StoreActError> {
    let old: Vec<Uuid> = alert_firings::table
        .filter(alert_firings::fired_at.lt(before))
        .order(alert_firings::fired_at)
        .limit(limit.into())
        .select(alert_firings::id)
        .load(&mut conn)
        .await?;
    let gone = diesel::delete(alert_firings::table.filter(alert_firings::id.eq_any(old))).execute(&mut conn).await?;
    Ok(gone as u64)
}
