//! Sessions and the refresh tokens that keep them going.

use diesel::prelude::*;
use rialto_identity::{NewRefreshToken, Redeemed, RefreshDigest, Session, User};
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

pub fn redeem_refresh_token(
    connection: &mut SqliteConnection,
    digest: RefreshDigest,
    replacement: &NewRefreshToken,
    now: Instant,
) -> Result<Redeemed, StoreError> {
    type Found = (DbId, DbInstant, Option<DbInstant>, Option<DbInstant>, SessionRow, UserRow);
    let found: Option<Found> = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::digest.eq(digest.0.as_slice()))
        .filter(users::deleted_at.is_null())
        .select((
            refresh_tokens::id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
            sessions::revoked_at,
            SessionRow::as_select(),
            UserRow::as_select(),
        ))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    let Some((token_id, expires_at, used_at, revoked_at, session, user)) = found else {
        return Ok(Redeemed::Unknown);
    };
    let session = Session::from(session);
    if revoked_at.is_some() {
        return Ok(Redeemed::Unknown);
    }
    if used_at.is_some() {
        revoke_session(connection, session.id, now)?;
        return Ok(Redeemed::Reused { session_id: session.id, user_id: session.user_id });
    }
    if expires_at.0 <= now {
        return Ok(Redeemed::Expired);
    }
    diesel::update(refresh_tokens::table.find(token_id))
        .set(refresh_tokens::used_at.eq(DbInstant(now)))
        .execute(connection)
        .map_err(store_error)?;
    diesel::insert_into(refresh_tokens::table)
        .values(NewRefreshTokenRow::of(session.id.into(), replacement))
        .execute(connection)
        .map_err(store_error)?;
    Ok(Redeemed::Rotated { session, user: user.try_into()? })
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
