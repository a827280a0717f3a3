use async_trait::async_trait;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rialto_kernel::StoreError;
use rialto_messaging::{MessagingCounts, MessagingFigures};

use super::SqliteMessagingStore;
use crate::error::{count, store_error};
use crate::schema::conversations;

#[async_trait]
impl MessagingFigures for SqliteMessagingStore {
    async fn count_all(&self) -> Result<MessagingCounts, StoreError> {
        self.database.read(count_all).await
    }
}

fn count_all(connection: &mut SqliteConnection) -> Result<MessagingCounts, StoreError> {
    let (conversations, messages): (i64, i64) = conversations::table
        .select((count_star(), sql::<BigInt>("coalesce(sum(last_ordinal), 0)")))
        .first(connection)
        .map_err(store_error)?;
    Ok(MessagingCounts {
        conversations: count(conversations, "a count of conversations")?,
        messages: count(messages, "a count of messages")?,
    })
}
