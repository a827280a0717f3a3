//! Numbers in the place of ids.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{NumberBook, Numbered, StoreError};
use uuid::Uuid;

use crate::error::StoreActError;
use crate::pool::PgDatabase;
use crate::schema::numbers;
use crate::statement::Statement;

/// Tells the locks of this table from others of the same database: "numb" in ASCII.
const LOCKS: i64 = 0x6e75_6d62 << 8;

/// The number book in PostgreSQL.
#[derive(Clone, Debug)]
pub struct PgNumberBook {
    database: PgDatabase,
}

impl PgNumberBook {
    /// A book over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl NumberBook for PgNumberBook {
    async fn numbers_of(&self, kind: Numbered, ids: &[Uuid]) -> Result<Vec<u64>, StoreError> {
        let known = {
            let conn = self.database.connection().await?;
            known(&conn, kind, ids).await?
        };
        // Most are known, and a look waits for nobody.
        if let Some(numbers) = in_order(&known, ids) {
            return Ok(numbers);
        }
        let wanted = ids.to_vec();
        let known = self.database.write(move |conn| number(conn, kind, wanted).boxed()).await?;
        in_order(&known, ids).ok_or_else(|| StoreError::corrupt("a number that was just given"))
    }

    async fn id_of(&self, kind: Numbered, number: u64) -> Result<Option<Uuid>, StoreError> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        let mut conn = self.database.connection().await?;
        let row = numbers::table.find((kind.code(), number)).select(numbers::id);
        let id = row.first(&mut conn).await.optional().map_err(StoreActError::from)?;
        Ok(id)
    }
}

fn in_order(known: &HashMap<Uuid, u64>, ids: &[Uuid]) -> Option<Vec<u64>> {
    ids.iter().map(|id| known.get(id).copied()).collect()
}

async fn known(
    mut conn: &AsyncPgConnection,
    kind: Numbered,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, u64>, StoreActError> {
    let rows: Vec<(Uuid, i64)> = numbers::table
        .filter(numbers::kind.eq(kind.code()))
        .filter(numbers::id.eq_any(ids))
        .select((numbers::id, numbers::number))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(id, number)| (id, number.unsigned_abs())).collect())
}

async fn number(
    mut conn: &AsyncPgConnection,
    kind: Numbered,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, u64>, StoreActError> {
    // Of many at once each waits here for the one before, so that there are no holes.
    Statement::new("SELECT pg_advisory_xact_lock(?)").bind::<BigInt, _>(LOCKS | kind.code()).execute(&mut conn).await?;
    let mut seen = HashSet::new();
    let once: Vec<Uuid> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    Statement::new(
        "INSERT INTO numbers (kind, number, id)
         SELECT ?, (SELECT coalesce(max(number), 0) FROM numbers WHERE kind = ?)
                   + row_number() OVER (ORDER BY wanted.position), wanted.id
         FROM unnest(?) WITH ORDINALITY AS wanted (id, position)
         WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE kind = ? AND numbers.id = wanted.id)",
    )
    .bind::<BigInt, _>(kind.code())
    .bind::<BigInt, _>(kind.code())
    .bind::<Array<SqlUuid>, _>(once)
    .bind::<BigInt, _>(kind.code())
    .execute(&mut conn)
    .await?;
    known(conn, kind, &ids).await
}
