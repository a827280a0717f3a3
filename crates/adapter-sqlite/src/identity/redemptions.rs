//! Refresh tokens: traded once, and once more for a client that lost the answer.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_identity::{Redeemed, Redemption, Session, User};
use rialto_kernel::{Instant, StoreError};

use super::rows::{NewRefreshTokenRow, SessionRow, UserRow};
use super::sessions::revoke_session;
use crate::error::store_error;
use crate::schema::{refresh_tokens, sessions, users};
use crate::value::{DbId, DbInstant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens, check_for_backend(Sqlite))]
struct TokenRow {
    id: DbId,
    expires_at: DbInstant,
    used_at: Option<DbInstant>,
    retry_key: Option<Vec<u8>>,
    replaced_by: Option<DbId>,
}

pub fn redeem(connection: &mut SqliteConnection, redemption: Redemption) -> Result<Redeemed, StoreError> {
    let now = redemption.at;
    let found: Option<(TokenRow, Option<DbInstant>, SessionRow, UserRow)> = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::digest.eq(redemption.digest.0.as_slice()))
        .filter(users::deleted_at.is_null())
        .select((TokenRow::as_select(), sessions::revoked_at, SessionRow::as_select(), UserRow::as_select()))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    let Some((token, None, session, user)) = found else {
        return Ok(Redeemed::Unknown);
    };
    let (session, user) = (Session::from(session), User::try_from(user)?);
    if user.disabled_at.is_some() {
        return Ok(Redeemed::Unknown);
    }
    let same_key = redemption.retry_key.is_some_and(|key| token.retry_key.as_deref() == Some(key.0.as_slice()));
    if same_key && token.used_at.is_some_and(|used_at| now < used_at.0) {
        return Ok(Redeemed::Overtaken);
    }
    // If whoever asks again holds the key and nobody has used the answer.
    let unused_answer = if same_key { unused_answer(connection, &token)? } else { None };
    // Reuse counts before age: a thief who waited is found out all the same.
    if token.used_at.is_some() && unused_answer.is_none() {
        revoke_session(connection, session.id, now)?;
        return Ok(Redeemed::Reused { session_id: session.id, user_id: session.user_id });
    }
    if token.expires_at.0 <= now {
        return Ok(Redeemed::Expired);
    }
    if let Some(lost) = unused_answer {
        let lost = refresh_tokens::table.find(lost);
        let voided = diesel::update(lost).set(refresh_tokens::used_at.eq(DbInstant(now))).execute(connection);
        voided.map_err(store_error)?;
    }
    rotate(connection, &token, session, redemption).map(|session| Redeemed::Rotated { session, user })
}

/// The replacement that a used token got, if nobody has used it.
fn unused_answer(connection: &mut SqliteConnection, token: &TokenRow) -> Result<Option<DbId>, StoreError> {
    let Some(replaced_by) = token.replaced_by else { return Ok(None) };
    refresh_tokens::table
        .find(replaced_by)
        .filter(refresh_tokens::used_at.is_null())
        .select(refresh_tokens::id)
        .first(connection)
        .optional()
        .map_err(store_error)
}

fn rotate(
    connection: &mut SqliteConnection,
    token: &TokenRow,
    session: Session,
    redemption: Redemption,
) -> Result<Session, StoreError> {
    let Redemption { retry_key, replacement, address, at, .. } = redemption;
    diesel::update(refresh_tokens::table.find(token.id))
        .set((
            refresh_tokens::used_at.eq(DbInstant(at)),
            refresh_tokens::retry_key.eq(retry_key.map(|key| key.0.to_vec())),
            refresh_tokens::replaced_by.eq(DbId::from(replacement.id)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    diesel::insert_into(refresh_tokens::table)
        .values(NewRefreshTokenRow::of(session.id.into(), &replacement))
        .execute(connection)
        .map_err(store_error)?;
    note_refresh(connection, session, address, at)
}

fn note_refresh(
    connection: &mut SqliteConnection,
    mut session: Session,
    address: Option<String>,
    at: Instant,
) -> Result<Session, StoreError> {
    diesel::update(sessions::table.find(DbId::from(session.id)))
        // `None` leaves the column as it is.
        .set((sessions::last_used_at.eq(DbInstant(at)), address.as_ref().map(|from| sessions::address.eq(from))))
        .execute(connection)
        .map_err(store_error)?;
    session.device.address = address.or(session.device.address);
    Ok(session)
}
