//! Tokens that set a password anew.

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{NewReset, PasswordHash, RESETS_A_MINUTE, RESETS_AN_HOUR, ResetDigest};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::sessions::revoke_sessions_of;
use crate::error::{count, store_error};
use crate::schema::{credentials, password_resets, users};
use crate::value::{DbId, DbInstant};

pub fn insert(connection: &mut SqliteConnection, reset: &NewReset) -> Result<bool, StoreError> {
    let user_id = DbId::from(reset.user_id);
    let reachable = users::table
        .inner_join(credentials::table)
        .filter(users::id.eq(user_id))
        .filter(users::email_key.eq(reset.email.key()));
    if !select(exists(reachable)).get_result(connection).map_err(store_error)? {
        return Ok(false);
    }
    for (most, window) in [(RESETS_A_MINUTE, TimeDelta::minutes(1)), (RESETS_AN_HOUR, TimeDelta::hours(1))] {
        let sent = password_resets::table
            .filter(password_resets::user_id.eq(user_id))
            .filter(password_resets::created_at.gt(DbInstant(reset.at - window)))
            .count()
            .get_result(connection)
            .map_err(store_error)?;
        if count(sent, "a number of mails")? >= most as u64 {
            return Ok(false);
        }
    }
    let useless = password_resets::table
        .filter(password_resets::user_id.eq(user_id))
        .filter(password_resets::created_at.le(DbInstant(reset.at - TimeDelta::hours(1))))
        .filter(password_resets::expires_at.le(DbInstant(reset.at)));
    diesel::delete(useless).execute(connection).map_err(store_error)?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::digest.eq(reset.digest.0.as_slice()),
            password_resets::user_id.eq(user_id),
            password_resets::email_key.eq(reset.email.key()),
            password_resets::created_at.eq(DbInstant(reset.at)),
            password_resets::expires_at.eq(DbInstant(reset.expires_at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(true)
}

/// Whose password a token would set.
pub fn find_live(
    connection: &mut SqliteConnection,
    digest: ResetDigest,
    now: Instant,
) -> Result<Option<UserId>, StoreError> {
    let found: Option<DbId> = password_resets::table
        .inner_join(users::table.inner_join(credentials::table))
        .filter(password_resets::digest.eq(digest.0.as_slice()))
        .filter(password_resets::used_at.is_null())
        .filter(password_resets::expires_at.gt(DbInstant(now)))
        .filter(users::email_key.eq(password_resets::email_key.nullable()))
        .select(users::id)
        .first(connection)
        .optional()
        .map_err(store_error)?;
    Ok(found.map(UserId::from))
}

pub fn redeem(
    connection: &mut SqliteConnection,
    digest: ResetDigest,
    to: &PasswordHash,
    at: Instant,
) -> Result<Option<(UserId, Vec<SessionId>)>, StoreError> {
    let Some(user_id) = find_live(connection, digest, at)? else { return Ok(None) };
    diesel::update(credentials::table.find(DbId::from(user_id)))
        .set((credentials::password_hash.eq(to.as_str()), credentials::changed_at.eq(DbInstant(at))))
        .execute(connection)
        .map_err(store_error)?;
    void_all_of(connection, user_id, at)?;
    Ok(Some((user_id, revoke_sessions_of(connection, user_id, at)?)))
}

pub fn void_all_of(connection: &mut SqliteConnection, user_id: UserId, at: Instant) -> Result<(), StoreError> {
    let unused = password_resets::table
        .filter(password_resets::user_id.eq(DbId::from(user_id)))
        .filter(password_resets::used_at.is_null());
    diesel::update(unused).set(password_resets::used_at.eq(DbInstant(at))).execute(connection).map_err(store_error)?;
    Ok(())
}
