//! Accounts that go.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{AccountDeletion, DeleteAccountRefusal, Device, Role, SessionRecord, UnfinishedDeletion};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::account_admin::lock_admins;
use super::{api_tokens, directory, profiles};
use crate::error::{ActError, StoreActError};
use crate::portfolio::{delete_alerts_of, forget_watchlist};
use crate::schema::{
    account_deletions, blocks, credentials, invitations, password_resets, recovery_codes, sessions, totp, users,
};

type Refused = ActError<DeleteAccountRefusal>;

pub async fn delete(mut conn: &AsyncPgConnection, deletion: AccountDeletion) -> Result<Vec<SessionId>, Refused> {
    let id = deletion.user_id.uuid();
    let mut ended = hold(conn, deletion.user_id).await?;
    // Before the user changes: whoever fires one of them refers to the user.
    delete_alerts_of(conn, deletion.user_id).await?;
    ended.extend(api_tokens::delete_all_of(conn, deletion.user_id).await.map_err(ActError::into_refusal)?);
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
            users::deleted_at.eq(deletion.at),
        ))
        .execute(&mut conn)
        .await?;
    clear(conn, deletion.user_id).await?;
    diesel::insert_into(account_deletions::table)
        .values((
            account_deletions::user_id.eq(id),
            account_deletions::erase_messages.eq(deletion.erase_messages),
            account_deletions::at.eq(deletion.at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(ended)
}

/// Locks a user who may go, and ends their sessions. Admins before the password before sessions before the user, as all
/// other acts take them, so that no two wait for each other. Of admins who go at once, each sees the ones who went before.
async fn hold(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<SessionId>, Refused> {
    let own = users::table
        .filter(users::deleted_at.is_null())
        .filter(users::id.eq(user_id.uuid()))
        .select((users::role, users::disabled_at));
    let runs_the_server =
        |(role, disabled_at): &(String, Option<Instant>)| role == Role::Admin.as_str() && disabled_at.is_none();
    let seen: Option<(String, Option<Instant>)> = own.first(&mut conn).await.optional()?;
    let seen = seen.ok_or(ActError::Refused(DeleteAccountRefusal::UnknownUser))?;
    let admins = if runs_the_server(&seen) { Some(lock_admins(conn).await?) } else { None };
    // As all acts on a password do, before sessions.
    diesel::delete(credentials::table.find(user_id.uuid())).execute(&mut conn).await?;
    let ended = end_sessions(conn, user_id).await?;
    let held: Option<(String, Option<Instant>)> = own.for_no_key_update().first(&mut conn).await.optional()?;
    let held = held.ok_or(ActError::Refused(DeleteAccountRefusal::UnknownUser))?;
    if !runs_the_server(&held) {
        return Ok(ended);
    }
    let admins = admins.ok_or_else(|| StoreError::unavailable("the user became an admin meanwhile"))?;
    if admins.iter().all(|admin| *admin == user_id.uuid()) {
        return Err(ActError::Refused(DeleteAccountRefusal::LastAdmin));
    }
    Ok(ended)
}

/// The refresh tokens go with the sessions.
async fn end_sessions(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<SessionId>, Refused> {
    let own = sessions::table.filter(sessions::user_id.eq(user_id.uuid()));
    let ended: Vec<(Uuid, Option<Instant>)> =
        diesel::delete(own).returning((sessions::id, sessions::revoked_at)).get_results(&mut conn).await?;
    Ok(ended.into_iter().filter(|(_, revoked_at)| revoked_at.is_none()).map(|(id, _)| id.into()).collect())
}

async fn clear(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), Refused> {
    let id = user_id.uuid();
    diesel::delete(totp::table.find(id)).execute(&mut conn).await?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(id))).execute(&mut conn).await?;
    let resets = password_resets::table.filter(password_resets::user_id.eq(id));
    diesel::delete(resets).execute(&mut conn).await?;
    diesel::delete(invitations::table.filter(invitations::created_by.eq(id))).execute(&mut conn).await?;
    let both_ways = blocks::table.filter(blocks::blocker_id.eq(id).or(blocks::blocked_id.eq(id)));
    diesel::delete(both_ways).execute(&mut conn).await?;
    profiles::remove_avatar(conn, user_id).await?;
    forget_watchlist(conn, user_id).await?;
    directory::forget_name(conn, user_id).await
}

pub async fn list_unfinished(
    mut conn: &AsyncPgConnection,
    limit: i64,
) -> Result<Vec<UnfinishedDeletion>, StoreActError> {
    let rows: Vec<(Uuid, bool)> = account_deletions::table
        .order((account_deletions::at, account_deletions::user_id))
        .limit(limit)
        .select((account_deletions::user_id, account_deletions::erase_messages))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(id, erase_messages)| UnfinishedDeletion { user_id: id.into(), erase_messages }).collect())
}

pub async fn finish(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), StoreActError> {
    diesel::delete(account_deletions::table.find(user_id.uuid())).execute(&mut conn).await?;
    Ok(())
}

pub async fn list_session_records(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<SessionRecord>, StoreActError> {
    type Row = (Uuid, String, Option<String>, Instant, Option<Instant>);
    let mut query = sessions::table
        .filter(sessions::user_id.eq(user_id.uuid()))
        .order(sessions::id)
        .limit(limit)
        .select((sessions::id, sessions::user_agent, sessions::address, sessions::created_at, sessions::revoked_at))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(sessions::id.gt(after.uuid()));
    }
    let rows: Vec<Row> = query.load(&mut conn).await?;
    let records = rows.into_iter().map(|(id, user_agent, address, created_at, ended_at)| SessionRecord {
        id: id.into(),
        device: Device { user_agent, address },
        created_at,
        ended_at,
    });
    Ok(records.collect())
}
