//! What those who run the server do with accounts.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::{select, sqlite::Sqlite};
use rialto_identity::{
    AccountAdmin, AccountChange, AccountChanged, AccountCounts, AccountFilter, ChangeAccountError, InsertAccountError,
    PasswordHash, Role, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::accounts::{insert_user, store_password};
use super::api_tokens::delete_tokens_of;
use super::directory::find_name_key;
use super::rows::UserRow;
use super::sessions::revoke_sessions_of;
use super::store::SqliteIdentityStore;
use crate::error::{count, store_error};
use crate::schema::{refresh_tokens, sessions, users};
use crate::value::{DbId, DbInstant};

#[async_trait::async_trait]
impl AccountAdmin for SqliteIdentityStore {
    async fn list_accounts(
        &self,
        filter: AccountFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        self.database.read(move |c| list_accounts(c, filter, after.as_ref(), limit)).await
    }

    async fn create_account(&self, user: User, password_hash: PasswordHash) -> Result<(), InsertAccountError> {
        self.database.write(move |c| insert_user(c, &user, Some(&password_hash))).await
    }

    async fn change_account(
        &self,
        id: UserId,
        change: AccountChange,
        at: Instant,
    ) -> Result<AccountChanged, ChangeAccountError> {
        self.database.write(move |c| change_account(c, id, change, at)).await
    }

    async fn replace_password(
        &self,
        id: UserId,
        password_hash: PasswordHash,
        at: Instant,
    ) -> Result<Vec<SessionId>, ChangeAccountError> {
        self.database.write(move |c| replace_password(c, id, &password_hash, at)).await
    }

    async fn count_accounts(&self, now: Instant) -> Result<AccountCounts, StoreError> {
        self.database.read(move |c| count_accounts(c, now)).await
    }
}

fn list_accounts(
    connection: &mut SqliteConnection,
    filter: AccountFilter,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<User>, StoreError> {
    let mut query = users::table
        .filter(users::deleted_at.is_null())
        .order(users::username_key)
        .limit(limit.overfull())
        .select(UserRow::as_select())
        .into_boxed::<Sqlite>();
    if let Some(start) = filter.start {
        // Ranges, not LIKE: no character has a meaning of its own.
        let bound = |from: &str| format!("{from}\u{10ffff}");
        let named =
            users::username_key.ge(start.username_key.clone()).and(users::username_key.lt(bound(&start.username_key)));
        let mailed = users::email_key
            .is_not_null()
            .and(users::email_key.assume_not_null().ge(start.email_key.clone()))
            .and(users::email_key.assume_not_null().lt(bound(&start.email_key)));
        query = query.filter(named.or(mailed));
    }
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role.as_str()));
    }
    match filter.disabled {
        Some(true) => query = query.filter(users::disabled_at.is_not_null()),
        Some(false) => query = query.filter(users::disabled_at.is_null()),
        None => {}
    }
    if let Some(cursor) = after {
        let Some(position) = find_name_key(connection, cursor)? else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(users::username_key.gt(position));
    }
    let rows: Vec<UserRow> = query.load(connection).map_err(store_error)?;
    let users = rows.into_iter().map(User::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overfull(users, limit, |user| Cursor::from_keys(&[&user.id])))
}

fn change_account(
    connection: &mut SqliteConnection,
    id: UserId,
    change: AccountChange,
    at: Instant,
) -> Result<AccountChanged, ChangeAccountError> {
    let before = find_kept(connection, id)?.ok_or(ChangeAccountError::NoSuchUser)?;
    let mut changed = change.apply(before, at).ok_or(ChangeAccountError::IsGuest)?;
    // Nobody else writes until the commit, so whoever is found here is still an admin then.
    if changed.takes_an_admin() && !has_other_admin(connection, id)? {
        return Err(ChangeAccountError::LastAdmin);
    }
    let after = &changed.after;
    diesel::update(users::table.find(DbId::from(id)))
        .set((users::role.eq(after.role.as_str()), users::disabled_at.eq(after.disabled_at.map(DbInstant))))
        .execute(connection)
        .map_err(store_error)?;
    if changed.signs_out() {
        changed.ended = revoke_sessions_of(connection, id, at)?;
        changed.ended.extend(delete_tokens_of(connection, id)?);
    }
    Ok(changed)
}

/// A user whose account is not deleted.
fn find_kept(connection: &mut SqliteConnection, id: UserId) -> Result<Option<User>, StoreError> {
    let kept = users::table.find(DbId::from(id)).filter(users::deleted_at.is_null());
    let row = kept.select(UserRow::as_select()).first(connection).optional();
    row.map_err(store_error)?.map(User::try_from).transpose()
}

/// Whether somebody else runs the server too.
pub fn has_other_admin(connection: &mut SqliteConnection, than: UserId) -> Result<bool, StoreError> {
    let others = users::table
        .filter(users::role.eq(Role::Admin.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .filter(users::id.ne(DbId::from(than)));
    select(exists(others)).get_result(connection).map_err(store_error)
}

fn replace_password(
    connection: &mut SqliteConnection,
    id: UserId,
    hash: &PasswordHash,
    at: Instant,
) -> Result<Vec<SessionId>, ChangeAccountError> {
    let user = find_kept(connection, id)?.ok_or(ChangeAccountError::NoSuchUser)?;
    if user.role == Role::Guest {
        return Err(ChangeAccountError::IsGuest);
    }
    store_password(connection, id, hash, at)?;
    Ok(revoke_sessions_of(connection, id, at)?)
}

fn count_accounts(connection: &mut SqliteConnection, now: Instant) -> Result<AccountCounts, StoreError> {
    let mut counts = AccountCounts::default();
    let by_role: Vec<(String, i64)> = users::table
        .filter(users::deleted_at.is_null())
        .group_by(users::role)
        .select((users::role, diesel::dsl::count_star()))
        .load(connection)
        .map_err(store_error)?;
    for (role, number) in by_role {
        let number = count(number, "a count of users")?;
        match Role::from_word(&role).ok_or_else(|| StoreError::corrupt("a user's role"))? {
            Role::Admin => counts.admins = number,
            Role::Member => counts.members = number,
            Role::Guest => counts.guests = number,
        }
    }
    let disabled: i64 = users::table
        .filter(users::deleted_at.is_null())
        .filter(users::disabled_at.is_not_null())
        .count()
        .get_result(connection)
        .map_err(store_error)?;
    // A session has at most one token that is not used.
    let live: i64 = refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::expires_at.gt(DbInstant(now)))
        .filter(sessions::revoked_at.is_null())
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .count()
        .get_result(connection)
        .map_err(store_error)?;
    counts.disabled = count(disabled, "a count of users")?;
    counts.live_sessions = count(live, "a count of sessions")?;
    Ok(counts)
}
