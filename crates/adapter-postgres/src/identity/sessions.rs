//! Sessions and their refresh tokens.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{NewRefreshToken, Redeemed, RefreshDigest, Session, User};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::accounts;
use super::rows::{NewRefreshTokenRow, RefreshTokenRow, SessionRow, UserRow};
use crate::error::{ActError, StoreActError};
use crate::schema::{refresh_tokens, sessions, users};

pub async fn insert<R>(
    mut conn: &AsyncPgConnection,
    session: Session,
    refresh_token: NewRefreshToken,
) -> Result<(), ActError<R>> {
    let first_token = NewRefreshTokenRow::new(session.id, &refresh_token);
    diesel::insert_into(sessions::table).values(SessionRow::from(session)).execute(&mut conn).await?;
    diesel::insert_into(refresh_tokens::table).values(first_token).execute(&mut conn).await?;
    Ok(())
}

pub async fn redeem(
    mut conn: &AsyncPgConnection,
    digest: RefreshDigest,
    replacement: NewRefreshToken,
    now: Instant,
) -> Result<Redeemed, StoreActError> {
    // The session's row is the lock of its tokens: another redemption, an upgrade, or the session's end waits.
    let holder = refresh_tokens::table
        .filter(refresh_tokens::digest.eq(digest.0.as_slice()))
        .select(refresh_tokens::session_id)
        .single_value();
    let locked: Option<(SessionRow, Option<Instant>)> = sessions::table
        .filter(sessions::user_id.eq_any(users::table.filter(users::deleted_at.is_null()).select(users::id)))
        .filter(sessions::id.nullable().eq(holder))
        .select((SessionRow::as_select(), sessions::revoked_at))
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    let Some((session, revoked_at)) = locked else {
        return Ok(Redeemed::Unknown);
    };
    let token: RefreshTokenRow = refresh_tokens::table
        .filter(refresh_tokens::digest.eq(digest.0.as_slice()))
        .select(RefreshTokenRow::as_select())
        .first(&mut conn)
        .await?;
    let session = Session::from(session);
    if revoked_at.is_some() {
        return Ok(Redeemed::Unknown);
    }
    if token.used_at.is_some() {
        revoke(conn, session.id, now).await?;
        return Ok(Redeemed::Reused { session_id: session.id, user_id: session.user_id });
    }
    if token.expires_at <= now {
        return Ok(Redeemed::Expired);
    }
    diesel::update(refresh_tokens::table.find(token.id))
        .set(refresh_tokens::used_at.eq(now))
        .execute(&mut conn)
        .await?;
    let next_token = NewRefreshTokenRow::new(session.id, &replacement);
    diesel::insert_into(refresh_tokens::table).values(next_token).execute(&mut conn).await?;
    let user = accounts::find(conn, session.user_id).await?;
    let user = user.ok_or_else(|| StoreError::corrupt("the user of a session"))?;
    Ok(Redeemed::Rotated { session, user })
}

pub async fn find_live(mut conn: &AsyncPgConnection, id: SessionId) -> Result<Option<(Session, User)>, StoreActError> {
    let found: Option<(SessionRow, UserRow)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.uuid()))
        .filter(sessions::revoked_at.is_null())
        // Somebody who signs in while the account goes may be a moment late.
        .filter(users::deleted_at.is_null())
        .select((SessionRow::as_select(), UserRow::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    found.map(|(session, user)| Ok((session.into(), user.read()?))).transpose()
}

pub async fn revoke(mut conn: &AsyncPgConnection, id: SessionId, at: Instant) -> Result<bool, StoreActError> {
    let ended = diesel::update(sessions::table.find(id.uuid()).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(at))
        .execute(&mut conn)
        .await?;
    Ok(ended > 0)
}

pub async fn revoke_all_of(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<SessionId>, StoreActError> {
    let live = sessions::table.filter(sessions::user_id.eq(user_id.uuid())).filter(sessions::revoked_at.is_null());
    let ended: Vec<Uuid> =
        diesel::update(live).set(sessions::revoked_at.eq(at)).returning(sessions::id).get_results(&mut conn).await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}
