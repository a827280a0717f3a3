//! Sessions as their user sees them.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use rialto_identity::{SessionInUse, SessionStore};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::rows::SessionRow;
use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::{refresh_tokens, sessions};
use crate::value::{DbId, DbInstant};

diesel::define_sql_function! {
    /// The first of the two that is there.
    fn coalesce(value: Nullable<BigInt>, otherwise: BigInt) -> BigInt;
}

#[async_trait]
impl SessionStore for SqliteIdentityStore {
    async fn list_sessions(&self, user_id: UserId, now: Instant, most: usize) -> Result<Vec<SessionInUse>, StoreError> {
        self.database.read(move |c| list(c, user_id, now, most)).await
    }

    async fn note_use(&self, id: SessionId, address: Option<String>, at: Instant) -> Result<(), StoreError> {
        self.database.write(move |c| note_use(c, id, address.as_deref(), at)).await
    }

    async fn revoke_own_session(&self, user_id: UserId, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |c| revoke_own(c, user_id, id, at)).await
    }
}

fn list(
    connection: &mut SqliteConnection,
    user_id: UserId,
    now: Instant,
    most: usize,
) -> Result<Vec<SessionInUse>, StoreError> {
    let last_used_at = coalesce(sessions::last_used_at, sessions::created_at);
    let refreshable = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(sessions::id))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(DbInstant(now)));
    let rows: Vec<(SessionRow, DbInstant)> = sessions::table
        .filter(sessions::user_id.eq(DbId::from(user_id)))
        .filter(sessions::revoked_at.is_null())
        .filter(exists(refreshable))
        .order((last_used_at.desc(), sessions::id.desc()))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((SessionRow::as_select(), last_used_at))
        .load(connection)
        .map_err(store_error)?;
    let in_use = |(row, at): (SessionRow, DbInstant)| SessionInUse { session: row.into(), last_used_at: at.0 };
    Ok(rows.into_iter().map(in_use).collect())
}

fn note_use(
    connection: &mut SqliteConnection,
    id: SessionId,
    address: Option<&str>,
    at: Instant,
) -> Result<(), StoreError> {
    let live = sessions::table
        .filter(sessions::id.eq(DbId::from(id)))
        .filter(sessions::revoked_at.is_null())
        .filter(coalesce(sessions::last_used_at, sessions::created_at).lt(DbInstant(at)));
    diesel::update(live)
        // `None` leaves the column as it is.
        .set((sessions::last_used_at.eq(DbInstant(at)), address.map(|from| sessions::address.eq(from))))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn revoke_own(
    connection: &mut SqliteConnection,
    user_id: UserId,
    id: SessionId,
    at: Instant,
) -> Result<bool, StoreError> {
    let own = sessions::table
        .filter(sessions::id.eq(DbId::from(id)))
        .filter(sessions::user_id.eq(DbId::from(user_id)))
        .filter(sessions::revoked_at.is_null());
    let ended = diesel::update(own).set(sessions::revoked_at.eq(DbInstant(at))).execute(connection);
    Ok(ended.map_err(store_error)? > 0)
}
