//! Closing prices.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{Instant, StoreError};
use rialto_portfolio::{Interval, PricePoint, PricePointStore, SIMULATED, Series};

use super::store::PgPortfolioStore;
use crate::error::StoreActError;
use crate::statement::Statement;

#[async_trait]
impl PricePointStore for PgPortfolioStore {
    async fn record(&self, points: &[PricePoint]) -> Result<(), StoreError> {
        if points.is_empty() {
            return Ok(());
        }
        let points = closes(points);
        self.database.write(move |conn| record(conn, points).boxed()).await
    }

    async fn list_points(
        &self,
        series: &Series,
        from: Instant,
        to: Instant,
        limit: u32,
    ) -> Result<Vec<PricePoint>, StoreError> {
        let conn = self.database.connection().await?;
        let rows = list(&conn, series, from, to, limit).await?;
        rows.into_iter().map(|row| row.read(series)).collect()
    }

    async fn find_last(&self, series: &Series, until: Instant) -> Result<Option<PricePoint>, StoreError> {
        let conn = self.database.connection().await?;
        let rows = find_last(&conn, series, until).await?;
        rows.into_iter().next().map(|row| row.read(series)).transpose()
    }

    async fn prune(&self, interval: Interval, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.database.write(move |conn| prune(conn, interval, before, limit).boxed()).await
    }
}

/// Each series and time once, since one statement cannot change a row twice; and in order, so that of two who record
/// at once none waits for the other for ever.
fn closes(points: &[PricePoint]) -> Vec<PricePoint> {
    let mut closes = BTreeMap::new();
    for point in points {
        let key = (&point.asset_id, &point.currency, point.interval, point.at);
        let close = closes.entry(key).or_insert(point);
        if point.takes_the_place_of(close) {
            *close = point;
        }
    }
    closes.into_values().cloned().collect()
}

async fn record(mut conn: &AsyncPgConnection, points: Vec<PricePoint>) -> Result<(), StoreActError> {
    fn column<T>(points: &[PricePoint], value: impl Fn(&PricePoint) -> T) -> Vec<T> {
        points.iter().map(value).collect()
    }
    // The condition is that of PricePoint::takes_the_place_of.
    Statement::new(
        "INSERT INTO price_points (asset_id, currency, interval_s, at, price, observed_at, provider)
         SELECT asset_id, currency, interval_s, at, price::numeric, observed_at, provider
         FROM unnest(?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
             AS new (asset_id, currency, interval_s, at, price, observed_at, provider, place)
         ORDER BY place
         ON CONFLICT (asset_id, currency, interval_s, at) DO UPDATE
         SET price = excluded.price, observed_at = excluded.observed_at, provider = excluded.provider
         WHERE CASE
             WHEN (price_points.provider = ?) = (excluded.provider = ?)
                 THEN excluded.observed_at > price_points.observed_at
             ELSE price_points.provider = ?
         END",
    )
    .bind::<Array<Text>, _>(column(&points, |point| point.asset_id.as_str().to_owned()))
    .bind::<Array<Text>, _>(column(&points, |point| point.currency.as_str().to_owned()))
    .bind::<Array<Integer>, _>(column(&points, |point| seconds(point.interval)))
    .bind::<Array<Timestamptz>, _>(column(&points, |point| point.at))
    .bind::<Array<Text>, _>(column(&points, |point| point.price.to_string()))
    .bind::<Array<Timestamptz>, _>(column(&points, |point| point.observed_at))
    .bind::<Array<Text>, _>(column(&points, |point| point.provider.clone()))
    .bind::<Text, _>(SIMULATED)
    .bind::<Text, _>(SIMULATED)
    .bind::<Text, _>(SIMULATED)
    .execute(&mut conn)
    .await?;
    Ok(())
}

async fn list(
    mut conn: &AsyncPgConnection,
    series: &Series,
    from: Instant,
    to: Instant,
    limit: u32,
) -> Result<Vec<PointRow>, StoreActError> {
    let rows = Statement::new(
        "SELECT at, price::text AS price, observed_at, provider FROM price_points
         WHERE asset_id = ? AND currency = ? AND interval_s = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?",
    )
    .bind::<Text, _>(series.asset_id.as_str())
    .bind::<Text, _>(series.currency.as_str())
    .bind::<Integer, _>(seconds(series.interval))
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(to)
    .bind::<BigInt, _>(i64::from(limit))
    .load(&mut conn)
    .await?;
    Ok(rows)
}

async fn find_last(
    mut conn: &AsyncPgConnection,
    series: &Series,
    until: Instant,
) -> Result<Vec<PointRow>, StoreActError> {
    let rows = Statement::new(
        "SELECT at, price::text AS price, observed_at, provider FROM price_points
         WHERE asset_id = ? AND currency = ? AND interval_s = ? AND at <= ? ORDER BY at DESC LIMIT 1",
    )
    .bind::<Text, _>(series.asset_id.as_str())
    .bind::<Text, _>(series.currency.as_str())
    .bind::<Integer, _>(seconds(series.interval))
    .bind::<Timestamptz, _>(until)
    .load(&mut conn)
    .await?;
    Ok(rows)
}

async fn prune(
    mut conn: &AsyncPgConnection,
    interval: Interval,
    before: Instant,
    limit: u32,
) -> Result<u64, StoreActError> {
    // What somebody else is about to change or forget is left for the next time.
    let pruned = Statement::new(
        "DELETE FROM price_points WHERE (asset_id, currency, interval_s, at) IN (
             SELECT asset_id, currency, interval_s, at FROM price_points
             WHERE interval_s = ? AND at < ? ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED
         )",
    )
    .bind::<Integer, _>(seconds(interval))
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(i64::from(limit))
    .execute(&mut conn)
    .await?;
    Ok(pruned as u64)
}

fn seconds(interval: Interval) -> i32 {
    // At most a day.
    interval.seconds() as i32
}

#[derive(QueryableByName)]
struct PointRow {
    #[diesel(sql_type = Timestamptz)]
    at: Instant,
    /// In plain notation: no digit is lost.
    #[diesel(sql_type = Text)]
    price: String,
    #[diesel(sql_type = Timestamptz)]
    observed_at: Instant,
    #[diesel(sql_type = Text)]
    provider: String,
}

impl PointRow {
    fn read(self, series: &Series) -> Result<PricePoint, StoreError> {
        Ok(PricePoint {
            asset_id: series.asset_id.clone(),
            currency: series.currency.clone(),
            interval: series.interval,
            at: self.at,
            price: self.price.parse().map_err(|_| StoreError::corrupt("price_points.price"))?,
            observed_at: self.observed_at,
            provider: self.provider,
        })
    }
}
