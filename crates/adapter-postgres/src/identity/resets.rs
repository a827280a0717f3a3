//! Tokens that set a password anew.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{NewReset, PasswordHash, RESETS_A_MINUTE, RESETS_AN_HOUR, ResetDigest};
use rialto_kernel::{Instant, SessionId, UserId};
use uuid::Uuid;

use super::sessions::revoke_all_of;
use crate::error::{ActError, StoreActError};
use crate::schema::{credentials, password_resets, users};

pub async fn insert(mut conn: &AsyncPgConnection, reset: NewReset) -> Result<bool, StoreActError> {
    let user_id = reset.user_id.uuid();
    let email_key = reset.email.key();
    if !lock_password(conn, reset.user_id).await? || email_key_of(conn, user_id).await?.as_ref() != Some(&email_key) {
        return Ok(false);
    }
    for (most, window) in [(RESETS_A_MINUTE, TimeDelta::minutes(1)), (RESETS_AN_HOUR, TimeDelta::hours(1))] {
        let sent: i64 = password_resets::table
            .filter(password_resets::user_id.eq(user_id))
            .filter(password_resets::created_at.gt(reset.at - window))
            .count()
            .get_result(&mut conn)
            .await?;
        if usize::try_from(sent).unwrap_or(usize::MAX) >= most {
            return Ok(false);
        }
    }
    let useless = password_resets::table
        .filter(password_resets::user_id.eq(user_id))
        .filter(password_resets::created_at.le(reset.at - TimeDelta::hours(1)))
        .filter(password_resets::expires_at.le(reset.at));
    diesel::delete(useless).execute(&mut conn).await?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::digest.eq(reset.digest.0.as_slice()),
            password_resets::user_id.eq(user_id),
            password_resets::email_key.eq(email_key),
            password_resets::created_at.eq(reset.at),
            password_resets::expires_at.eq(reset.expires_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(true)
}

/// Whose password a token would set.
pub async fn find_live(
    mut conn: &AsyncPgConnection,
    digest: ResetDigest,
    now: Instant,
) -> Result<Option<UserId>, StoreActError> {
    let found: Option<Uuid> = password_resets::table
        .inner_join(users::table.inner_join(credentials::table))
        .filter(password_resets::digest.eq(digest.0.as_slice()))
        .filter(password_resets::used_at.is_null())
        .filter(password_resets::expires_at.gt(now))
        .filter(users::email_key.eq(password_resets::email_key.nullable()))
        .select(users::id)
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(UserId::from))
}

pub async fn redeem(
    mut conn: &AsyncPgConnection,
    digest: ResetDigest,
    to: PasswordHash,
    at: Instant,
) -> Result<Option<(UserId, Vec<SessionId>)>, StoreActError> {
    let Some(user_id) = find_live(conn, digest, at).await? else { return Ok(None) };
    // Whoever waited for the lock looks again: the one before may have used the token.
    if !lock_password(conn, user_id).await? || find_live(conn, digest, at).await? != Some(user_id) {
        return Ok(None);
    }
    diesel::update(credentials::table.find(user_id.uuid()))
        .set((credentials::password_hash.eq(to.as_str()), credentials::changed_at.eq(at)))
        .execute(&mut conn)
        .await?;
    void_all_of(conn, user_id, at).await?;
    Ok(Some((user_id, revoke_all_of(conn, user_id, at).await?)))
}

pub async fn void_all_of<R>(mut conn: &AsyncPgConnection, user_id: UserId, at: Instant) -> Result<(), ActError<R>> {
    let unused = password_resets::table
        .filter(password_resets::user_id.eq(user_id.uuid()))
        .filter(password_resets::used_at.is_null());
    diesel::update(unused).set(password_resets::used_at.eq(at)).execute(&mut conn).await?;
    Ok(())
}

/// Waits for every other act on the user's password; `false` if they have none.
async fn lock_password(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<bool, StoreActError> {
    let row = credentials::table.find(user_id.uuid()).select(credentials::user_id).for_no_key_update();
    let locked: Option<Uuid> = row.first(&mut conn).await.optional()?;
    Ok(locked.is_some())
}

async fn email_key_of(mut conn: &AsyncPgConnection, user_id: Uuid) -> Result<Option<String>, StoreActError> {
    let key: Option<Option<String>> =
        users::table.find(user_id).select(users::email_key).first(&mut conn).await.optional()?;
    Ok(key.flatten())
}
