//! Who is found by which name.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{Role, Sought, User};
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};
use uuid::Uuid;

use super::rows::UserRow;
use crate::error::{ActError, StoreActError};
use crate::schema::{user_words, users};
use crate::statement::Statement;

pub async fn list(
    mut conn: &AsyncPgConnection,
    sought: &Sought,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<User>, StoreActError> {
    let nobody = || Page { items: Vec::new(), next_cursor: None };
    // No text in PostgreSQL holds NUL; asking for one is an error there.
    if sought.name_prefix.contains('\0') {
        return Ok(nobody());
    }
    let position = match &after {
        // Every name sorts after the empty text.
        None => Some(String::new()),
        Some(cursor) => name_key_at(conn, cursor).await?,
    };
    let Some(position) = position else { return Ok(nobody()) };
    let rows: Vec<UserRow> = if sought.is_everybody() {
        users::table
            .filter(users::role.ne(Role::Guest.as_str()))
            .filter(users::deleted_at.is_null())
            .filter(users::username_key.gt(position))
            .order(users::username_key)
            .limit(limit.overfull())
            .select(UserRow::as_select())
            .load(&mut conn)
            .await?
    } else {
        find_sought(conn, sought, position, limit).await?
    };
    let users = rows.into_iter().map(UserRow::read).collect::<Result<_, _>>()?;
    // The cursor is the last user's id: a name of 50 rare letters would outgrow it.
    Ok(Page::from_overfull(users, limit, |user: &User| Cursor::from_keys(&[&user.id])))
}

/// Both sides are ranges of an index, unlike LIKE, and no character in them has a meaning of its own.
async fn find_sought(
    mut conn: &AsyncPgConnection,
    sought: &Sought,
    position: String,
    limit: PageLimit,
) -> QueryResult<Vec<UserRow>> {
    let count = i64::try_from(sought.words.len()).unwrap_or(i64::MAX);
    Statement::new(
        "SELECT id, username, email, display_name, bio, avatar_url, role, created_at, presence_hidden,
             disabled_at FROM users
         WHERE id IN (
             SELECT id FROM users WHERE username_key >= ? AND username_key < ?
             UNION
             SELECT user_id
             FROM unnest(?, ?) WITH ORDINALITY AS typed (lower, upper, place)
             JOIN user_words ON word >= lower AND word < upper
             GROUP BY user_id HAVING count(DISTINCT place) = ?
         ) AND role <> 'guest' AND deleted_at IS NULL AND username_key > ?
         ORDER BY username_key LIMIT ?",
    )
    .bind::<Text, _>(sought.name_prefix.clone())
    .bind::<Text, _>(after_all_of(&sought.name_prefix))
    .bind::<Array<Text>, _>(sought.words.clone())
    .bind::<Array<Text>, _>(sought.words.iter().map(|word| after_all_of(word)).collect::<Vec<_>>())
    .bind::<BigInt, _>(count)
    .bind::<Text, _>(position)
    .bind::<BigInt, _>(limit.overfull())
    .load(&mut conn)
    .await
}

/// No name holds the last code point, so this sorts after all that start so.
fn after_all_of(start: &str) -> String {
    format!("{start}{}", char::MAX)
}

pub async fn name_key_at(mut conn: &AsyncPgConnection, cursor: &Cursor) -> Result<Option<String>, StoreActError> {
    let Ok(id) = cursor.as_str().parse::<Uuid>() else {
        return Ok(None);
    };
    Ok(users::table.find(id).select(users::username_key).first(&mut conn).await.optional()?)
}

/// Makes a user findable by their display name. Guests are not: they are not listed.
pub async fn index_name<R>(mut conn: &AsyncPgConnection, user: &User) -> Result<(), ActError<R>> {
    forget_name(conn, user.id).await?;
    match user.role {
        Role::Guest => return Ok(()),
        Role::Member | Role::Admin => {}
    }
    let index = user.display_name.index().into_iter();
    let rows: Vec<_> = index.map(|word| (user_words::word.eq(word), user_words::user_id.eq(user.id.uuid()))).collect();
    diesel::insert_into(user_words::table).values(rows).execute(&mut conn).await?;
    Ok(())
}

pub async fn forget_name<R>(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), ActError<R>> {
    diesel::delete(user_words::table.filter(user_words::user_id.eq(user_id.uuid()))).execute(&mut conn).await?;
    Ok(())
}

/// What a display name is found by, for those who came before display names were looked at.
pub fn index_of(display_name: &str) -> Result<Vec<String>, StoreError> {
    let name = rialto_identity::DisplayName::parse(display_name);
    Ok(name.map_err(|_| StoreError::corrupt("users.display_name"))?.index())
}
