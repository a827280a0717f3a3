//! Who is found by which name.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use rialto_identity::{Role, Sought, User};
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::rows::UserRow;
use crate::error::store_error;
use crate::schema::{user_words, users};
use crate::value::DbId;

/// How many users are indexed at a time.
const BATCH: i64 = 500;

pub fn list_users(
    connection: &mut SqliteConnection,
    sought: &Sought,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<User>, StoreError> {
    // The cursor is the last user's id: a name of 50 rare letters would outgrow it.
    let position = match after {
        // Every name sorts after the empty text.
        None => Some(String::new()),
        Some(cursor) => find_name_key(connection, cursor)?,
    };
    let Some(position) = position else { return Ok(Page { items: Vec::new(), next_cursor: None }) };
    let rows = if sought.is_everybody() {
        users::table
            .filter(users::username_key.gt(position))
            .filter(users::role.ne(Role::Guest.as_str()))
            .filter(users::deleted_at.is_null())
            .order(users::username_key)
            .limit(limit.overfull())
            .select(UserRow::as_select())
            .load(connection)
    } else {
        find_sought(connection, sought, &position, limit)
    };
    let users = rows.map_err(store_error)?.into_iter().map(User::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overfull(users, limit, |user| Cursor::from_keys(&[&user.id])))
}

/// Both sides are ranges of an index, unlike LIKE, and no character in them has a meaning of its own.
fn find_sought(
    connection: &mut SqliteConnection,
    sought: &Sought,
    position: &str,
    limit: PageLimit,
) -> QueryResult<Vec<UserRow>> {
    let mut sql = String::from(
        "SELECT * FROM users WHERE id IN (SELECT id FROM users WHERE username_key >= ? AND username_key < ?",
    );
    let mut bounds = vec![sought.name_prefix.as_str()];
    if let Some((first, others)) = sought.words.split_first() {
        sql.push_str(" UNION SELECT user_id FROM user_words AS first WHERE word >= ? AND word < ?");
        bounds.push(first);
        for other in others {
            sql.push_str(
                " AND EXISTS (SELECT 1 FROM user_words WHERE user_id = first.user_id AND word >= ? AND word < ?)",
            );
            bounds.push(other);
        }
    }
    sql.push_str(") AND role <> 'guest' AND deleted_at IS NULL AND username_key > ? ORDER BY username_key LIMIT ?");
    let mut query = sql_query(sql).into_boxed::<Sqlite>();
    for bound in bounds {
        // No name holds the last code point, so it bounds all that start so.
        query = query.bind::<Text, _>(bound.to_owned()).bind::<Text, _>(format!("{bound}\u{10ffff}"));
    }
    query.bind::<Text, _>(position.to_owned()).bind::<BigInt, _>(limit.overfull()).load(connection)
}

pub fn find_name_key(connection: &mut SqliteConnection, cursor: &Cursor) -> Result<Option<String>, StoreError> {
    let Ok(id) = cursor.as_str().parse::<UserId>() else { return Ok(None) };
    let key = users::table.find(DbId::from(id)).select(users::username_key).first(connection).optional();
    key.map_err(store_error)
}

/// Makes a user findable by their display name. Guests are not: they are not listed.
pub fn index_name(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    forget_name(connection, user.id)?;
    match user.role {
        Role::Guest => return Ok(()),
        Role::Member | Role::Admin => {}
    }
    for word in user.display_name.index() {
        diesel::insert_into(user_words::table)
            .values((user_words::word.eq(word), user_words::user_id.eq(DbId::from(user.id))))
            .execute(connection)
            .map_err(store_error)?;
    }
    Ok(())
}

pub fn forget_name(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    let words = user_words::table.filter(user_words::user_id.eq(DbId::from(user_id)));
    diesel::delete(words).execute(connection).map(drop).map_err(store_error)
}

/// Makes those findable who came before display names were looked at. Doing it again changes nothing.
pub fn index_names(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut after: Option<DbId> = None;
    loop {
        let mut query = users::table
            .filter(users::role.ne(Role::Guest.as_str()))
            .filter(users::deleted_at.is_null())
            .order(users::id)
            .limit(BATCH)
            .select(UserRow::as_select())
            .into_boxed();
        if let Some(id) = after {
            query = query.filter(users::id.gt(id));
        }
        let rows: Vec<UserRow> = query.load(connection).map_err(store_error)?;
        let users = rows.into_iter().map(User::try_from).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = users.last() else { return Ok(()) };
        after = Some(last.id.into());
        for user in &users {
            index_name(connection, user)?;
        }
    }
}
