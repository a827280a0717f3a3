//! Accounts that go.

use diesel::prelude::*;
use rialto_identity::{AccountDeletion, DeleteAccountRefusal, Role, SessionRecord, UnfinishedDeletion};
use rialto_kernel::{SessionId, StoreError, UserId};

use super::account_admin::has_other_admin;
use super::api_tokens::delete_tokens_of;
use super::directory::forget_name;
use super::profiles::remove_avatar;
use crate::error::store_error;
use crate::portfolio::{delete_alerts_of, forget_watchlist};
use crate::schema::{
    account_deletions, blocks, credentials, invitations, password_resets, recovery_codes, sessions, totp, users,
};
use crate::value::{DbId, DbInstant};

pub fn delete_account(
    connection: &mut SqliteConnection,
    deletion: &AccountDeletion,
) -> Result<Vec<SessionId>, DeleteAccountRefusal> {
    let id = DbId::from(deletion.user_id);
    let found: Option<(String, Option<DbInstant>)> = users::table
        .find(id)
        .filter(users::deleted_at.is_null())
        .select((users::role, users::disabled_at))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    let (role, disabled_at) = found.ok_or(DeleteAccountRefusal::UnknownUser)?;
    let runs_the_server = role == Role::Admin.as_str() && disabled_at.is_none();
    if runs_the_server && !has_other_admin(connection, deletion.user_id)? {
        return Err(DeleteAccountRefusal::LastAdmin);
    }
    let mut ended = end_sessions(connection, deletion.user_id)?;
    ended.append(&mut delete_tokens_of(connection, deletion.user_id)?);
    clear(connection, deletion.user_id)?;
    diesel::update(users::table.find(id))
        .set((
            users::username.eq(deletion.username.as_str()),
            users::username_key.eq(deletion.username.key()),
            users::email.eq(None::<String>),
            users::email_key.eq(None::<String>),
            users::display_name.eq(deletion.display_name.as_str()),
            users::bio.eq(""),
            users::avatar_url.eq(None::<String>),
            users::role.eq(Role::Member.as_str()),
            users::presence_hidden.eq(true),
            users::deleted_at.eq(DbInstant(deletion.at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    diesel::insert_into(account_deletions::table)
        .values((
            account_deletions::user_id.eq(id),
            account_deletions::erase_messages.eq(deletion.erase_messages),
            account_deletions::at.eq(DbInstant(deletion.at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(ended)
}

/// The refresh tokens go with the sessions.
fn end_sessions(connection: &mut SqliteConnection, user_id: UserId) -> Result<Vec<SessionId>, StoreError> {
    let own = sessions::table.filter(sessions::user_id.eq(DbId::from(user_id)));
    let live: Vec<DbId> =
        own.filter(sessions::revoked_at.is_null()).select(sessions::id).load(connection).map_err(store_error)?;
    diesel::delete(own).execute(connection).map_err(store_error)?;
    Ok(live.into_iter().map(SessionId::from).collect())
}

fn clear(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    let id = DbId::from(user_id);
    diesel::delete(credentials::table.find(id)).execute(connection).map_err(store_error)?;
    diesel::delete(totp::table.find(id)).execute(connection).map_err(store_error)?;
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(id));
    diesel::delete(codes).execute(connection).map_err(store_error)?;
    let resets = password_resets::table.filter(password_resets::user_id.eq(id));
    diesel::delete(resets).execute(connection).map_err(store_error)?;
    let made = invitations::table.filter(invitations::created_by.eq(id));
    diesel::delete(made).execute(connection).map_err(store_error)?;
    let both_ways = blocks::table.filter(blocks::blocker_id.eq(id).or(blocks::blocked_id.eq(id)));
    diesel::delete(both_ways).execute(connection).map_err(store_error)?;
    delete_alerts_of(connection, user_id)?;
    remove_avatar(connection, user_id)?;
    forget_watchlist(connection, user_id)?;
    forget_name(connection, user_id)
}

pub fn list_unfinished(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<UnfinishedDeletion>, StoreError> {
    let rows: Vec<(DbId, bool)> = account_deletions::table
        .order((account_deletions::at, account_deletions::user_id))
        .limit(limit)
        .select((account_deletions::user_id, account_deletions::erase_messages))
        .load(connection)
        .map_err(store_error)?;
    Ok(rows.into_iter().map(|(id, erase_messages)| UnfinishedDeletion { user_id: id.into(), erase_messages }).collect())
}

pub fn finish(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    diesel::delete(account_deletions::table.find(DbId::from(user_id)))
        .execute(connection)
        .map(drop)
        .map_err(store_error)
}

pub fn list_session_records(
    connection: &mut SqliteConnection,
    user_id: UserId,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<SessionRecord>, StoreError> {
    type Row = (DbId, String, Option<String>, DbInstant, Option<DbInstant>);
    let mut query = sessions::table
        .filter(sessions::user_id.eq(DbId::from(user_id)))
        .order(sessions::id)
        .limit(limit)
        .select((sessions::id, sessions::user_agent, sessions::address, sessions::created_at, sessions::revoked_at))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(sessions::id.gt(DbId::from(after)));
    }
    let rows: Vec<Row> = query.load(connection).map_err(store_error)?;
    let records = rows.into_iter().map(|(id, user_agent, address, created_at, revoked_at)| SessionRecord {
        id: id.into(),
        device: rialto_identity::Device { user_agent, address },
        created_at: created_at.0,
        ended_at: revoked_at.map(|at| at.0),
    });
    Ok(records.collect())
}
