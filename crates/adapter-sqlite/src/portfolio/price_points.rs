//! Closing prices.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::{Instant, StoreError};
use rialto_portfolio::{Interval, PricePoint, PricePointStore, SIMULATED, Series};

use super::store::SqlitePortfolioStore;
use crate::error::store_error;
use crate::prepared::{Value, statement};
use crate::schema::price_points;
use crate::value::DbInstant;

#[async_trait]
impl PricePointStore for SqlitePortfolioStore {
    async fn record(&self, points: &[PricePoint]) -> Result<(), StoreError> {
        if points.is_empty() {
            return Ok(());
        }
        let points = points.to_vec();
        self.database.write(move |c| points.iter().try_for_each(|point| record(c, point))).await
    }

    async fn list_points(
        &self,
        series: &Series,
        from: Instant,
        to: Instant,
        limit: u32,
    ) -> Result<Vec<PricePoint>, StoreError> {
        let series = series.clone();
        self.database.read(move |c| list(c, &series, from, to, limit)).await
    }

    async fn find_last(&self, series: &Series, until: Instant) -> Result<Option<PricePoint>, StoreError> {
        let series = series.clone();
        self.database.read(move |c| find_last(c, &series, until)).await
    }

    async fn prune(&self, interval: Interval, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.database.write(move |c| prune(c, interval, before, limit)).await
    }
}

// The condition is that of PricePoint::takes_the_place_of.
const RECORD: &str = "INSERT INTO price_points (asset_id, currency, interval_s, at, price, observed_at, provider)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (asset_id, currency, interval_s, at) DO UPDATE
    SET price = excluded.price, observed_at = excluded.observed_at, provider = excluded.provider
    WHERE CASE
        WHEN (price_points.provider = ?) = (excluded.provider = ?) THEN excluded.observed_at > price_points.observed_at
        ELSE price_points.provider = ?
    END";

fn record(connection: &mut SqliteConnection, point: &PricePoint) -> Result<(), StoreError> {
    let simulated = || Value::Text(SIMULATED.to_owned());
    let values = [
        Value::Text(point.asset_id.as_str().to_owned()),
        Value::Text(point.currency.as_str().to_owned()),
        Value::Integer(point.interval.seconds()),
        Value::Integer(point.at.timestamp_micros()),
        Value::Text(point.price.to_string()),
        Value::Integer(point.observed_at.timestamp_micros()),
        Value::Text(point.provider.clone()),
        simulated(),
        simulated(),
        simulated(),
    ];
    statement::<10, ()>(RECORD, values).execute(connection).map(drop).map_err(store_error)
}

fn list(
    connection: &mut SqliteConnection,
    series: &Series,
    from: Instant,
    to: Instant,
    limit: u32,
) -> Result<Vec<PricePoint>, StoreError> {
    let rows: Vec<PointRow> = price_points::table
        .filter(price_points::asset_id.eq(series.asset_id.as_str()))
        .filter(price_points::currency.eq(series.currency.as_str()))
        .filter(price_points::interval_s.eq(series.interval.seconds()))
        .filter(price_points::at.ge(DbInstant(from)))
        .filter(price_points::at.lt(DbInstant(to)))
        .order(price_points::at)
        .limit(i64::from(limit))
        .select(PointRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|row| row.read(series)).collect()
}

fn find_last(
    connection: &mut SqliteConnection,
    series: &Series,
    until: Instant,
) -> Result<Option<PricePoint>, StoreError> {
    let row: Option<PointRow> = price_points::table
        .filter(price_points::asset_id.eq(series.asset_id.as_str()))
        .filter(price_points::currency.eq(series.currency.as_str()))
        .filter(price_points::interval_s.eq(series.interval.seconds()))
        .filter(price_points::at.le(DbInstant(until)))
        .order(price_points::at.desc())
        .select(PointRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)?;
    row.map(|row| row.read(series)).transpose()
}

const PRUNE: &str = "DELETE FROM price_points WHERE (asset_id, currency, interval_s, at) IN (
        SELECT asset_id, currency, interval_s, at FROM price_points
        WHERE interval_s = ? AND at < ? ORDER BY at LIMIT ?
    )";

fn prune(
    connection: &mut SqliteConnection,
    interval: Interval,
    before: Instant,
    limit: u32,
) -> Result<u64, StoreError> {
    let values = [
        Value::Integer(interval.seconds()),
        Value::Integer(before.timestamp_micros()),
        Value::Integer(i64::from(limit)),
    ];
    let pruned = statement::<3, ()>(PRUNE, values).execute(connection).map_err(store_error)?;
    Ok(pruned as u64)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = price_points, check_for_backend(Sqlite))]
struct PointRow {
    at: DbInstant,
    price: String,
    observed_at: DbInstant,
    provider: String,
}

impl PointRow {
    fn read(self, series: &Series) -> Result<PricePoint, StoreError> {
        Ok(PricePoint {
            asset_id: series.asset_id.clone(),
            currency: series.currency.clone(),
            interval: series.interval,
            at: self.at.0,
            price: self.price.parse().map_err(|_| StoreError::corrupt("a price"))?,
            observed_at: self.observed_at.0,
            provider: self.provider,
        })
    }
}
