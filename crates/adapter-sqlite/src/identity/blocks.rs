//! Who wants nothing to do with whom.

use diesel::dsl::count_star;
use diesel::prelude::*;
use rialto_identity::{Block, MAX_BLOCKS, PutBlockRefusal};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError, UserId};

use super::rows::UserRow;
use crate::error::store_error;
use crate::schema::{blocks, users};
use crate::value::{DbId, DbInstant};

pub fn put_block(
    connection: &mut SqliteConnection,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<bool, PutBlockRefusal> {
    let live = users::table.find(DbId::from(user_id)).filter(users::deleted_at.is_null());
    let found: Option<DbId> = live.select(users::id).first(connection).optional().map_err(store_error)?;
    found.ok_or(PutBlockRefusal::UnknownUser)?;
    let known: Option<DbInstant> = blocks::table
        .find((DbId::from(by), DbId::from(user_id)))
        .select(blocks::at)
        .first(connection)
        .optional()
        .map_err(store_error)?;
    if known.is_some() {
        return Ok(false);
    }
    let count: i64 = blocks::table
        .filter(blocks::blocker_id.eq(DbId::from(by)))
        .select(count_star())
        .first(connection)
        .map_err(store_error)?;
    if usize::try_from(count).is_ok_and(|count| count >= MAX_BLOCKS) {
        return Err(PutBlockRefusal::TooMany);
    }
    diesel::insert_into(blocks::table)
        .values((
            blocks::blocker_id.eq(DbId::from(by)),
            blocks::blocked_id.eq(DbId::from(user_id)),
            blocks::at.eq(DbInstant(at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(true)
}

pub fn lift_block(connection: &mut SqliteConnection, by: UserId, user_id: UserId) -> Result<bool, StoreError> {
    let block = blocks::table.find((DbId::from(by), DbId::from(user_id)));
    Ok(diesel::delete(block).execute(connection).map_err(store_error)? > 0)
}

pub fn list_blocks(
    connection: &mut SqliteConnection,
    by: UserId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Block>, StoreError> {
    let mut query = blocks::table
        .inner_join(users::table)
        .filter(blocks::blocker_id.eq(DbId::from(by)))
        .order(blocks::blocked_id)
        .limit(limit.overfull())
        .select((UserRow::as_select(), blocks::at))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(id) = cursor.as_str().parse::<UserId>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(blocks::blocked_id.gt(DbId::from(id)));
    }
    let rows: Vec<(UserRow, DbInstant)> = query.load(connection).map_err(store_error)?;
    let blocks = rows.into_iter().map(|(user, at)| Ok(Block { user: user.try_into()?, at: at.0 }));
    let blocks = blocks.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_overfull(blocks, limit, |block| Cursor::from_keys(&[&block.user.id])))
}

/// Whether `by` has blocked `user_id`.
pub fn is_blocked(connection: &mut SqliteConnection, by: UserId, user_id: UserId) -> Result<bool, StoreError> {
    let block = blocks::table.find((DbId::from(by), DbId::from(user_id)));
    diesel::select(diesel::dsl::exists(block)).get_result(connection).map_err(store_error)
}
