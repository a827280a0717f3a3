//! Calls to price providers, month by month.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::StoreError;
use rialto_portfolio::{Month, ProviderBudgets, Reservation};

use super::store::PgPortfolioStore;
use crate::error::StoreActError;
use crate::schema::provider_budgets;
use crate::statement::Statement;

#[async_trait]
impl ProviderBudgets for PgPortfolioStore {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        let (provider, month) = (provider.to_owned(), month.to_string());
        if wanted == 0 {
            let conn = self.database.connection().await?;
            return Ok(Reservation { granted: 0, used: used(&conn, &provider, &month).await? });
        }
        self.database.write(move |conn| reserve(conn, provider, month, wanted, limit).boxed()).await
    }
}

async fn used(mut conn: &AsyncPgConnection, provider: &str, month: &str) -> Result<u64, StoreActError> {
    let row = provider_budgets::table.find((provider, month)).select(provider_budgets::used);
    let used: Option<i64> = row.first(&mut conn).await.optional()?;
    Ok(used.unwrap_or_default().unsigned_abs())
}

async fn reserve(
    mut conn: &AsyncPgConnection,
    provider: String,
    month: String,
    wanted: u32,
    limit: u64,
) -> Result<Reservation, StoreActError> {
    // Of many at once each waits here for the one before: the row is locked until the commit.
    Statement::new(
        "INSERT INTO provider_budgets (provider, month, used) VALUES (?, ?, 0)
         ON CONFLICT (provider, month) DO UPDATE SET used = provider_budgets.used",
    )
    .bind::<Text, _>(provider.as_str())
    .bind::<Text, _>(month.as_str())
    .execute(&mut conn)
    .await?;
    let reservation = Reservation::of(used(conn, &provider, &month).await?, wanted, limit);
    if reservation.granted > 0 {
        Statement::new("UPDATE provider_budgets SET used = ? WHERE provider = ? AND month = ?")
            .bind::<BigInt, _>(i64::try_from(reservation.used).unwrap_or(i64::MAX))
            .bind::<Text, _>(provider.as_str())
            .bind::<Text, _>(month.as_str())
            .execute(&mut conn)
            .await?;
    }
    Ok(reservation)
}
