//! Sessions: opened, found, ended.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{NewRefreshToken, Session, User};
use rialto_kernel::{Instant, SessionId, UserId};
use uuid::Uuid;

use super::rows::{NewRefreshTokenRow, SessionRow, UserRow};
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

pub async fn find_live(mut conn: &AsyncPgConnection, id: SessionId) -> Result<Option<(Session, User)>, StoreActError> {
    let found: Option<(SessionRow, UserRow)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.uuid()))
        .filter(sessions::revoked_at.is_null())
        // Somebody who signs in while the account goes may be a moment late.
        .filter(users::deleted_at.is_null())
        .filter(users::disabled_at.is_null())
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
