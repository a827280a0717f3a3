//! Sessions as their user sees them.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{SessionInUse, SessionStore};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::rows::SessionRow;
use super::store::PgIdentityStore;
use crate::error::StoreActError;
use crate::schema::{refresh_tokens, sessions};

diesel::define_sql_function! {
    /// The first of the two that is there.
    fn coalesce(value: Nullable<Timestamptz>, otherwise: Timestamptz) -> Timestamptz;
}

#[async_trait]
impl SessionStore for PgIdentityStore {
    async fn list_sessions(&self, user_id: UserId, now: Instant, most: usize) -> Result<Vec<SessionInUse>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, user_id, now, most).await?)
    }

    async fn note_use(&self, id: SessionId, address: Option<String>, at: Instant) -> Result<(), StoreError> {
        self.database.write(move |conn| note_use(conn, id, address, at).boxed()).await
    }

    async fn revoke_own_session(&self, user_id: UserId, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |conn| revoke_own(conn, user_id, id, at).boxed()).await
    }
}

async fn list(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    now: Instant,
    most: usize,
) -> Result<Vec<SessionInUse>, StoreActError> {
    let last_used_at = coalesce(sessions::last_used_at, sessions::created_at);
    let refreshable = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(sessions::id))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(now));
    let rows: Vec<(SessionRow, Instant)> = sessions::table
        .filter(sessions::user_id.eq(user_id.uuid()))
        .filter(sessions::revoked_at.is_null())
        .filter(exists(refreshable))
        .order((last_used_at.desc(), sessions::id.desc()))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((SessionRow::as_select(), last_used_at))
        .load(&mut conn)
        .await?;
    let in_use = |(row, last_used_at): (SessionRow, Instant)| SessionInUse { session: row.into(), last_used_at };
    Ok(rows.into_iter().map(in_use).collect())
}

async fn note_use(
    mut conn: &AsyncPgConnection,
    id: SessionId,
    address: Option<String>,
    at: Instant,
) -> Result<(), StoreActError> {
    let live = sessions::table
        .filter(sessions::id.eq(id.uuid()))
        .filter(sessions::revoked_at.is_null())
        .filter(coalesce(sessions::last_used_at, sessions::created_at).lt(at));
    diesel::update(live)
        // `None` leaves the column as it is.
        .set((sessions::last_used_at.eq(at), address.map(|from| sessions::address.eq(from))))
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn revoke_own(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    id: SessionId,
    at: Instant,
) -> Result<bool, StoreActError> {
    let own = sessions::table
        .filter(sessions::id.eq(id.uuid()))
        .filter(sessions::user_id.eq(user_id.uuid()))
        .filter(sessions::revoked_at.is_null());
    Ok(diesel::update(own).set(sessions::revoked_at.eq(at)).execute(&mut conn).await? > 0)
}
