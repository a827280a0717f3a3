//! What those who run the server do with accounts.

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{
    AccountAdmin, AccountChange, AccountChanged, AccountCounts, AccountFilter, ChangeAccountError, InsertAccountError,
    PasswordHash, Role, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::accounts::insert_user;
use super::api_tokens::delete_all_of;
use super::directory::name_key_at;
use super::rows::{CredentialRow, UserRow};
use super::sessions::revoke_all_of;
use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::{credentials, refresh_tokens, sessions, users};

type Act<T> = Result<T, ActError<ChangeAccountError>>;

#[async_trait]
impl AccountAdmin for PgIdentityStore {
    async fn list_accounts(
        &self,
        filter: AccountFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, filter, after, limit).await?)
    }

    async fn create_account(&self, user: User, password_hash: PasswordHash) -> Result<(), InsertAccountError> {
        self.database.write(move |conn| create(conn, user, password_hash).boxed()).await
    }

    async fn change_account(
        &self,
        id: UserId,
        change: AccountChange,
        at: Instant,
    ) -> Result<AccountChanged, ChangeAccountError> {
        self.database.write(move |conn| change_account(conn, id, change, at).boxed()).await
    }

    async fn replace_password(
        &self,
        id: UserId,
        password_hash: PasswordHash,
        at: Instant,
    ) -> Result<Vec<SessionId>, ChangeAccountError> {
        self.database.write(move |conn| replace_password(conn, id, password_hash, at).boxed()).await
    }

    async fn count_accounts(&self, now: Instant) -> Result<AccountCounts, StoreError> {
        self.database.read(move |conn| count_accounts(conn, now).boxed()).await
    }
}

async fn create(conn: &AsyncPgConnection, user: User, hash: PasswordHash) -> Result<(), ActError<InsertAccountError>> {
    insert_user(conn, &user, Some(&hash)).await
}

async fn list(
    mut conn: &AsyncPgConnection,
    filter: AccountFilter,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<User>, StoreActError> {
    let mut query = users::table
        .filter(users::deleted_at.is_null())
        .order(users::username_key)
        .limit(limit.overfull())
        .select(UserRow::as_select())
        .into_boxed();
    if let Some(start) = filter.start {
        // No text in PostgreSQL holds NUL; asking for one is an error there.
        if start.username_key.contains('\0') || start.email_key.contains('\0') {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        // Not LIKE: no character has a meaning of its own, and none of a language's.
        query = query.filter(
            starts_with(users::username_key, start.username_key)
                .or(starts_with(users::email_key.assume_not_null(), start.email_key)),
        );
    }
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role.as_str()));
    }
    match filter.disabled {
        Some(true) => query = query.filter(users::disabled_at.is_not_null()),
        Some(false) => query = query.filter(users::disabled_at.is_null()),
        None => {}
    }
    if let Some(cursor) = &after {
        let Some(last_key) = name_key_at(conn, cursor).await? else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(users::username_key.gt(last_key));
    }
    let rows: Vec<UserRow> = query.load(&mut conn).await?;
    let users = rows.into_iter().map(UserRow::read).collect::<Result<_, _>>()?;
    Ok(Page::from_overfull(users, limit, |user: &User| Cursor::from_keys(&[&user.id])))
}

diesel::define_sql_function! {
    /// Compares bytes, whatever the language of the database.
    fn starts_with(text: diesel::sql_types::Text, start: diesel::sql_types::Text) -> diesel::sql_types::Bool;
}

async fn change_account(
    mut conn: &AsyncPgConnection,
    id: UserId,
    change: AccountChange,
    at: Instant,
) -> Act<AccountChanged> {
    if change.admin == Some(false) || change.disabled == Some(true) {
        lock_admins::<ChangeAccountError>(conn).await?;
        // Sessions before their user, as whoever becomes a member does: in another order the two could wait for
        // each other.
        lock_sessions_of(conn, id).await?;
    }
    let before = lock_kept(conn, id).await?;
    let mut changed = change.apply(before, at).ok_or(ActError::Refused(ChangeAccountError::IsGuest))?;
    if changed.takes_an_admin()
        && lock_admins::<ChangeAccountError>(conn).await?.iter().all(|admin| *admin == id.uuid())
    {
        return Err(ActError::Refused(ChangeAccountError::LastAdmin));
    }
    let after = &changed.after;
    diesel::update(users::table.find(id.uuid()))
        .set((users::role.eq(after.role.as_str()), users::disabled_at.eq(after.disabled_at)))
        .execute(&mut conn)
        .await?;
    if changed.signs_out() {
        changed.ended = revoke_all_of(conn, id, at).await.map_err(ActError::into_refusal)?;
        changed.ended.extend(delete_all_of(conn, id).await.map_err(ActError::into_refusal)?);
    }
    Ok(changed)
}

/// Whoever runs the server, and goes on to until this act ends. Of two acts at once that each take an admin away, the
/// second waits here and then no longer finds the first one's. In one order, so that they do not wait for each other.
pub async fn lock_admins<R>(mut conn: &AsyncPgConnection) -> Result<Vec<Uuid>, ActError<R>> {
    Ok(users::table
        .filter(users::role.eq(Role::Admin.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .order(users::id)
        .select(users::id)
        .for_no_key_update()
        .load(&mut conn)
        .await?)
}

/// A user whose account is not deleted.
async fn find_kept(mut conn: &AsyncPgConnection, id: UserId) -> Act<User> {
    let kept = users::table.find(id.uuid()).filter(users::deleted_at.is_null());
    let found: Option<UserRow> = kept.select(UserRow::as_select()).first(&mut conn).await.optional()?;
    Ok(found.ok_or(ActError::Refused(ChangeAccountError::NoSuchUser))?.read()?)
}

/// A user whose account is not deleted, and is not until this act ends.
async fn lock_kept(mut conn: &AsyncPgConnection, id: UserId) -> Act<User> {
    let locked: Option<UserRow> = users::table
        .find(id.uuid())
        .filter(users::deleted_at.is_null())
        .select(UserRow::as_select())
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    Ok(locked.ok_or(ActError::Refused(ChangeAccountError::NoSuchUser))?.read()?)
}

async fn lock_sessions_of(mut conn: &AsyncPgConnection, user_id: UserId) -> Act<()> {
    let _locked: Vec<Uuid> = sessions::table
        .filter(sessions::user_id.eq(user_id.uuid()))
        .filter(sessions::revoked_at.is_null())
        .order(sessions::id)
        .select(sessions::id)
        .for_no_key_update()
        .load(&mut conn)
        .await?;
    Ok(())
}

async fn replace_password(
    mut conn: &AsyncPgConnection,
    id: UserId,
    hash: PasswordHash,
    at: Instant,
) -> Act<Vec<SessionId>> {
    let user = find_kept(conn, id).await?;
    if user.role == Role::Guest {
        return Err(ActError::Refused(ChangeAccountError::IsGuest));
    }
    diesel::insert_into(credentials::table)
        .values(CredentialRow { user_id: id.uuid(), password_hash: hash.as_str(), changed_at: at })
        .on_conflict(credentials::user_id)
        .do_update()
        .set((
            credentials::password_hash.eq(excluded(credentials::password_hash)),
            credentials::changed_at.eq(excluded(credentials::changed_at)),
        ))
        .execute(&mut conn)
        .await?;
    let ended = revoke_all_of(conn, id, at).await.map_err(ActError::into_refusal)?;
    // The account may have gone while this waited for its password. It is read, not locked: a deletion holds the user
    // and waits for the password; one that came first has committed by now.
    find_kept(conn, id).await?;
    Ok(ended)
}

async fn count_accounts(mut conn: &AsyncPgConnection, now: Instant) -> Result<AccountCounts, StoreActError> {
    let mut counts = AccountCounts::default();
    let kept = users::table.filter(users::deleted_at.is_null());
    let by_role: Vec<(String, i64)> =
        kept.group_by(users::role).select((users::role, count_star())).load(&mut conn).await?;
    for (role, number) in by_role {
        let number = number.unsigned_abs();
        match Role::from_word(&role).ok_or_else(|| StoreError::corrupt("users.role"))? {
            Role::Admin => counts.admins = number,
            Role::Member => counts.members = number,
            Role::Guest => counts.guests = number,
        }
    }
    let disabled: i64 = kept.filter(users::disabled_at.is_not_null()).count().get_result(&mut conn).await?;
    // A session has at most one token that is not used.
    let live: i64 = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(now))
        .filter(sessions::revoked_at.is_null())
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .count()
        .get_result(&mut conn)
        .await?;
    counts.disabled = disabled.unsigned_abs();
    counts.live_sessions = live.unsigned_abs();
    Ok(counts)
}
