//! Where users have signed in.

use async_trait::async_trait;
use diesel::prelude::*;
use rialto_identity::KnownAddresses;
use rialto_kernel::{Instant, StoreError, UserId};

use super::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::sessions;
use crate::value::{DbId, DbInstant};

#[async_trait]
impl KnownAddresses for SqliteIdentityStore {
    async fn list_addresses_of(&self, user_id: UserId, since: Instant) -> Result<Vec<String>, StoreError> {
        self.database.read(move |c| list_addresses_of(c, user_id, since)).await
    }
}

fn list_addresses_of(
    connection: &mut SqliteConnection,
    user_id: UserId,
    since: Instant,
) -> Result<Vec<String>, StoreError> {
    sessions::table
        .filter(sessions::user_id.eq(DbId::from(user_id)))
        .filter(sessions::revoked_at.is_null().or(sessions::created_at.ge(DbInstant(since))))
        .filter(sessions::address.is_not_null())
        .select(sessions::address.assume_not_null())
        .distinct()
        .limit(1_000)
        .load(connection)
        .map_err(store_error)
}
