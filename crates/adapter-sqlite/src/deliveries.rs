//! How far which way has told whom.

use async_trait::async_trait;
use diesel::prelude::*;
use rialto_kernel::{StoreError, UserId};
use rialto_messaging::{Delivered, DeliveryBook};

use crate::database::SqliteDatabase;
use crate::error::{count, store_error};
use crate::schema::{deliveries, members};
use crate::value::{DbId, bounded};

/// The delivery book in SQLite.
#[derive(Clone)]
pub struct SqliteDeliveryBook {
    database: SqliteDatabase,
}

impl SqliteDeliveryBook {
    /// A book in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl DeliveryBook for SqliteDeliveryBook {
    async fn list_deliveries(&self, way: &str, user_id: UserId) -> Result<Vec<Delivered>, StoreError> {
        let way = way.to_owned();
        self.database.read(move |c| list(c, &way, user_id)).await
    }

    async fn record_deliveries(&self, way: &str, delivered: &[Delivered]) -> Result<(), StoreError> {
        let (way, delivered) = (way.to_owned(), delivered.to_vec());
        self.database.write(move |c| delivered.iter().try_for_each(|delivered| record(c, &way, delivered))).await
    }
}

fn list(connection: &mut SqliteConnection, way: &str, user_id: UserId) -> Result<Vec<Delivered>, StoreError> {
    let rows: Vec<(DbId, i64)> = deliveries::table
        .filter(deliveries::user_id.eq(DbId::from(user_id)))
        .filter(deliveries::way.eq(way))
        .select((deliveries::conversation_id, deliveries::seq))
        .load(connection)
        .map_err(store_error)?;
    let delivered =
        |(id, seq): (DbId, i64)| Ok(Delivered { user_id, conversation_id: id.into(), seq: count(seq, "a position")? });
    rows.into_iter().map(delivered).collect()
}

fn record(connection: &mut SqliteConnection, way: &str, delivered: &Delivered) -> Result<(), StoreError> {
    let (conversation_id, user_id) = (DbId::from(delivered.conversation_id), DbId::from(delivered.user_id));
    let seq = bounded(delivered.seq);
    // Nobody else writes until the commit, so that what is looked up stays true.
    let row = deliveries::table.find((conversation_id, user_id, way));
    let before: Option<i64> = row.select(deliveries::seq).first(connection).optional().map_err(store_error)?;
    match before {
        Some(before) if before >= seq => Ok(()),
        Some(_) => {
            diesel::update(row).set(deliveries::seq.eq(seq)).execute(connection).map_err(store_error)?;
            Ok(())
        }
        None => {
            let member = members::table.find((conversation_id, user_id)).select(members::role);
            let is_in: Option<String> = member.first(connection).optional().map_err(store_error)?;
            if is_in.is_some() {
                diesel::insert_into(deliveries::table)
                    .values((
                        deliveries::conversation_id.eq(conversation_id),
                        deliveries::user_id.eq(user_id),
                        deliveries::way.eq(way),
                        deliveries::seq.eq(seq),
                    ))
                    .execute(connection)
                    .map_err(store_error)?;
            }
            Ok(())
        }
    }
}
