//! Refresh tokens: traded once, and once more for a client that lost the answer.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{Redeemed, Redemption, Session};
use rialto_kernel::{Instant, StoreError};
use uuid::Uuid;

use super::rows::{NewRefreshTokenRow, RefreshTokenRow, SessionRow};
use super::{accounts, sessions as session_acts};
use crate::error::StoreActError;
use crate::schema::{refresh_tokens, sessions, users};

pub async fn redeem(mut conn: &AsyncPgConnection, redemption: Redemption) -> Result<Redeemed, StoreActError> {
    let now = redemption.at;
    let digest = redemption.digest.0;
    // The session's row is the lock of its tokens: another redemption, an upgrade, or the session's end waits.
    let holder = refresh_tokens::table
        .filter(refresh_tokens::digest.eq(digest.as_slice()))
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
    let Some((session, None)) = locked else {
        return Ok(Redeemed::Unknown);
    };
    let token: RefreshTokenRow = refresh_tokens::table
        .filter(refresh_tokens::digest.eq(digest.as_slice()))
        .select(RefreshTokenRow::as_select())
        .first(&mut conn)
        .await?;
    let session = Session::from(session);
    let user = accounts::find(conn, session.user_id).await?;
    let user = user.ok_or_else(|| StoreError::corrupt("the user of a session"))?;
    if user.disabled_at.is_some() {
        return Ok(Redeemed::Unknown);
    }
    let same_key = redemption.retry_key.is_some_and(|key| token.retry_key.as_deref() == Some(key.0.as_slice()));
    if same_key && token.used_at.is_some_and(|used_at| now < used_at) {
        return Ok(Redeemed::Overtaken);
    }
    // If whoever asks again holds the key and nobody has used the answer.
    let unused_answer = if same_key { unused_answer(conn, &token).await? } else { None };
    // Reuse counts before age: a thief who waited is found out all the same.
    if token.used_at.is_some() && unused_answer.is_none() {
        session_acts::revoke(conn, session.id, now).await?;
        return Ok(Redeemed::Reused { session_id: session.id, user_id: session.user_id });
    }
    if token.expires_at <= now {
        return Ok(Redeemed::Expired);
    }
    if let Some(lost) = unused_answer {
        let lost = refresh_tokens::table.find(lost);
        diesel::update(lost).set(refresh_tokens::used_at.eq(now)).execute(&mut conn).await?;
    }
    let session = rotate(conn, token.id, session, redemption).await?;
    Ok(Redeemed::Rotated { session, user })
}

/// The replacement that a used token got, if nobody has used it.
async fn unused_answer(mut conn: &AsyncPgConnection, token: &RefreshTokenRow) -> Result<Option<Uuid>, StoreActError> {
    let Some(replaced_by) = token.replaced_by else { return Ok(None) };
    let unused = refresh_tokens::table.find(replaced_by).filter(refresh_tokens::used_at.is_null());
    Ok(unused.select(refresh_tokens::id).first(&mut conn).await.optional()?)
}

async fn rotate(
    mut conn: &AsyncPgConnection,
    token: Uuid,
    mut session: Session,
    redemption: Redemption,
) -> Result<Session, StoreActError> {
    let Redemption { retry_key, replacement, address, at, .. } = redemption;
    diesel::update(refresh_tokens::table.find(token))
        .set((
            refresh_tokens::used_at.eq(at),
            refresh_tokens::retry_key.eq(retry_key.map(|key| key.0.to_vec())),
            refresh_tokens::replaced_by.eq(replacement.id.uuid()),
        ))
        .execute(&mut conn)
        .await?;
    let next_token = NewRefreshTokenRow::new(session.id, &replacement);
    diesel::insert_into(refresh_tokens::table).values(next_token).execute(&mut conn).await?;
    diesel::update(sessions::table.find(session.id.uuid()))
        // `None` leaves the column as it is.
        .set((sessions::last_used_at.eq(at), address.as_ref().map(|from| sessions::address.eq(from))))
        .execute(&mut conn)
        .await?;
    session.device.address = address.or(session.device.address);
    Ok(session)
}
