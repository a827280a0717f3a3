//! Where users have signed in.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::KnownAddresses;
use rialto_kernel::{Instant, StoreError, UserId};

use super::PgIdentityStore;
use crate::error::StoreActError;
use crate::schema::sessions;

#[async_trait]
impl KnownAddresses for PgIdentityStore {
    async fn list_addresses_of(&self, user_id: UserId, since: Instant) -> Result<Vec<String>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list_addresses_of(&conn, user_id, since).await?)
    }
}

async fn list_addresses_of(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    since: Instant,
) -> Result<Vec<String>, StoreActError> {
    let addresses = sessions::table
        .filter(sessions::user_id.eq(user_id.uuid()))
        .filter(sessions::revoked_at.is_null().or(sessions::created_at.ge(since)))
        .filter(sessions::address.is_not_null())
        .select(sessions::address.assume_not_null())
        .distinct()
        .limit(1_000)
        .load(&mut conn)
        .await?;
    Ok(addresses)
}
