//! Numbers in the place of ids.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::dsl::max;
use diesel::prelude::*;
use rialto_kernel::{NumberBook, Numbered, StoreError};
use uuid::Uuid;

use crate::database::SqliteDatabase;
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::numbers;
use crate::value::DbId;

/// The number book in SQLite.
#[derive(Clone)]
pub struct SqliteNumberBook {
    database: SqliteDatabase,
}

impl SqliteNumberBook {
    /// A book in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl NumberBook for SqliteNumberBook {
    async fn numbers_of(&self, kind: Numbered, ids: &[Uuid]) -> Result<Vec<u64>, StoreError> {
        let wanted = ids.to_vec();
        let known = self.database.read(move |c| known(c, kind, &wanted)).await?;
        // Most are known, and a look does not wait for the writer.
        if let Some(numbers) = ids.iter().map(|id| known.get(id).copied()).collect() {
            return Ok(numbers);
        }
        let wanted = ids.to_vec();
        self.database.write(move |c| number(c, kind, &wanted)).await
    }

    async fn id_of(&self, kind: Numbered, number: u64) -> Result<Option<Uuid>, StoreError> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        self.database
            .read(move |c| {
                let row = numbers::table.find((kind.code(), number)).select(numbers::id);
                let id: Option<DbId> = row.first(c).optional().map_err(store_error)?;
                Ok(id.map(|id| id.0))
            })
            .await
    }
}

fn known(connection: &mut SqliteConnection, kind: Numbered, ids: &[Uuid]) -> Result<HashMap<Uuid, u64>, StoreError> {
    let rows: Vec<(DbId, i64)> = numbers::table
        .filter(numbers::kind.eq(kind.code()))
        .filter(one_of(numbers::id, ids.iter().map(|id| DbId(*id))))
        .select((numbers::id, numbers::number))
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|(id, number)| Ok((id.0, count(number, "a number")?))).collect()
}

fn number(connection: &mut SqliteConnection, kind: Numbered, ids: &[Uuid]) -> Result<Vec<u64>, StoreError> {
    // Nobody else writes until the commit.
    let mut known = known(connection, kind, ids)?;
    let last = numbers::table.filter(numbers::kind.eq(kind.code())).select(max(numbers::number));
    let last: Option<i64> = last.first(connection).map_err(store_error)?;
    let mut last = last.unwrap_or_default();
    let mut told = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(number) = known.get(id) {
            told.push(*number);
            continue;
        }
        last += 1;
        diesel::insert_into(numbers::table)
            .values((numbers::kind.eq(kind.code()), numbers::number.eq(last), numbers::id.eq(DbId(*id))))
            .execute(connection)
            .map_err(store_error)?;
        let number = count(last, "a number")?;
        known.insert(*id, number);
        told.push(number);
    }
    Ok(told)
}
