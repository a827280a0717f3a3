//! Sessions: opened, found, ended.

use diesel::prelude::*;
use rialto_identity::{NewRefreshToken, Session, User};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::rows::{NewRefreshTokenRow, SessionRow, UserRow};
use crate::error::store_error;
use crate::schema::{refresh_tokens, sessions, users};
use crate::value::{DbId, DbInstant};

pub fn insert_session(
    connection: &mut SqliteConnection,
    session: Session,
    refresh_token: &NewRefreshToken,
) -> Result<(), StoreError> {
    let token = NewRefreshTokenRow::of(session.id.into(), refresh_token);
    diesel::insert_into(sessions::table).values(SessionRow::from(session)).execute(connection).map_err(store_error)?;
    diesel::insert_into(refresh_tokens::table).values(token).execute(connection).map_err(store_error)?;
    Ok(())
}

pub fn find_live_session(
    connection: &mut SqliteConnection,
    id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    let found: Option<(SessionRow, UserRow)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(DbId::from(id)))
        .filter(sessions::revoked_at.is_null())
        // Somebody who signs in while the account goes may be a moment late.
        .filter(users::deleted_at.is_null())
        .filter(users::disabled_at.is_null())
        .select((SessionRow::as_select(), UserRow::as_select()))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    found.map(|(session, user)| Ok((session.into(), user.try_into()?))).transpose()
}

pub fn revoke_session(connection: &mut SqliteConnection, id: SessionId, at: Instant) -> Result<bool, StoreError> {
    let live = sessions::table.filter(sessions::id.eq(DbId::from(id))).filter(sessions::revoked_at.is_null());
    let ended = diesel::update(live).set(sessions::revoked_at.eq(DbInstant(at))).execute(connection);
    Ok(ended.map_err(store_error)? > 0)
}

pub fn revoke_sessions_of(
    connection: &mut SqliteConnection,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<SessionId>, StoreError> {
    let live = sessions::table.filter(sessions::user_id.eq(DbId::from(user_id))).filter(sessions::revoked_at.is_null());
    let ended: Vec<DbId> = diesel::update(live)
        .set(sessions::revoked_at.eq(DbInstant(at)))
        .returning(sessions::id)
        .get_results(connection)
        .map_err(store_error)?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}
