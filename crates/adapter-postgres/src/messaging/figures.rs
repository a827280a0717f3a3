use async_trait::async_trait;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use rialto_kernel::StoreError;
use rialto_messaging::{MessagingCounts, MessagingFigures};

use super::PgMessagingStore;
use crate::error::StoreActError;
use crate::schema::conversations;

#[async_trait]
impl MessagingFigures for PgMessagingStore {
    async fn count_all(&self) -> Result<MessagingCounts, StoreError> {
        let mut conn = self.database.connection().await?;
        let counted: Result<(i64, i64), StoreActError> = conversations::table
            .select((count_star(), sql::<BigInt>("coalesce(sum(last_ordinal), 0)::bigint")))
            .first(&mut conn)
            .await
            .map_err(Into::into);
        let (conversations, messages) = counted?;
        Ok(MessagingCounts { conversations: conversations.unsigned_abs(), messages: messages.unsigned_abs() })
    }
}
