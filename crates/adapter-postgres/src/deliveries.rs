//! How far which way has told whom.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{Delivered, DeliveryBook};
use uuid::Uuid;

use crate::error::StoreActError;
use crate::pool::PgDatabase;
use crate::schema::deliveries;
use crate::statement::Statement;

/// The delivery book in PostgreSQL.
#[derive(Clone, Debug)]
pub struct PgDeliveryBook {
    database: PgDatabase,
}

impl PgDeliveryBook {
    /// A book over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl DeliveryBook for PgDeliveryBook {
    async fn list_deliveries(&self, way: &str, user_id: UserId) -> Result<Vec<Delivered>, StoreError> {
        let mut conn = self.database.connection().await?;
        let rows: Vec<(Uuid, i64)> = deliveries::table
            .filter(deliveries::user_id.eq(user_id.uuid()))
            .filter(deliveries::way.eq(way))
            .select((deliveries::conversation_id, deliveries::seq))
            .load(&mut conn)
            .await
            .map_err(StoreActError::from)?;
        let delivered = |(id, seq): (Uuid, i64)| {
            let conversation_id = ConversationId::from_uuid(id);
            Delivered { user_id, conversation_id, seq: seq.unsigned_abs() }
        };
        Ok(rows.into_iter().map(delivered).collect())
    }

    async fn record_deliveries(&self, way: &str, delivered: &[Delivered]) -> Result<(), StoreError> {
        let (way, delivered) = (way.to_owned(), delivered.to_vec());
        self.database.write(move |conn| record(conn, way, delivered).boxed()).await
    }
}

async fn record(mut conn: &AsyncPgConnection, way: String, delivered: Vec<Delivered>) -> Result<(), StoreActError> {
    let conversations: Vec<Uuid> = delivered.iter().map(|delivered| delivered.conversation_id.uuid()).collect();
    let users: Vec<Uuid> = delivered.iter().map(|delivered| delivered.user_id.uuid()).collect();
    let positions: Vec<i64> =
        delivered.iter().map(|delivered| i64::try_from(delivered.seq).unwrap_or(i64::MAX)).collect();
    // In one order, so that two nodes do not wait for each other; memberships stay while their positions are written.
    Statement::new(
        "WITH told AS (
             SELECT conversation_id, user_id, max(seq) AS seq
             FROM unnest(?, ?, ?) AS told (conversation_id, user_id, seq)
             GROUP BY conversation_id, user_id
         ), present AS (
             SELECT conversation_id, user_id FROM members
             WHERE (conversation_id, user_id) IN (SELECT conversation_id, user_id FROM told)
             ORDER BY conversation_id, user_id
             FOR KEY SHARE
         )
         INSERT INTO deliveries (conversation_id, user_id, way, seq)
         SELECT conversation_id, user_id, ?, seq FROM told JOIN present USING (conversation_id, user_id)
         ORDER BY conversation_id, user_id
         ON CONFLICT (conversation_id, user_id, way)
         DO UPDATE SET seq = excluded.seq WHERE deliveries.seq < excluded.seq",
    )
    .bind::<Array<SqlUuid>, _>(conversations)
    .bind::<Array<SqlUuid>, _>(users)
    .bind::<Array<BigInt>, _>(positions)
    .bind::<Text, _>(way)
    .execute(&mut conn)
    .await?;
    Ok(())
}
