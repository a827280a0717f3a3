//! Calls to price providers, month by month.

use async_trait::async_trait;
use diesel::prelude::*;
use rialto_kernel::StoreError;
use rialto_portfolio::{Month, ProviderBudgets, Reservation};

use super::store::SqlitePortfolioStore;
use crate::error::{count, store_error};
use crate::prepared::{Value, statement};
use crate::schema::provider_budgets;
use crate::value::bounded;

#[async_trait]
impl ProviderBudgets for SqlitePortfolioStore {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        let (provider, month) = (provider.to_owned(), month.to_string());
        if wanted == 0 {
            let used = self.database.read(move |c| used(c, &provider, &month)).await?;
            return Ok(Reservation { granted: 0, used });
        }
        self.database.write(move |c| reserve(c, provider, month, wanted, limit)).await
    }
}

fn used(connection: &mut SqliteConnection, provider: &str, month: &str) -> Result<u64, StoreError> {
    let row = provider_budgets::table.find((provider, month)).select(provider_budgets::used);
    let used: Option<i64> = row.first(connection).optional().map_err(store_error)?;
    count(used.unwrap_or_default(), "a count of calls")
}

const SET_USED: &str = "INSERT INTO provider_budgets (provider, month, used) VALUES (?, ?, ?)
    ON CONFLICT (provider, month) DO UPDATE SET used = excluded.used";

fn reserve(
    connection: &mut SqliteConnection,
    provider: String,
    month: String,
    wanted: u32,
    limit: u64,
) -> Result<Reservation, StoreError> {
    // Nobody else writes until the commit.
    let reservation = Reservation::of(used(connection, &provider, &month)?, wanted, limit);
    if reservation.granted > 0 {
        let values = [Value::Text(provider), Value::Text(month), Value::Integer(bounded(reservation.used))];
        statement::<3, ()>(SET_USED, values).execute(connection).map_err(store_error)?;
    }
    Ok(reservation)
}
