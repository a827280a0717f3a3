//! Who wants nothing to do with whom.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{Block, MAX_BLOCKS, PutBlockRefusal};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, UserId};
use uuid::Uuid;

use super::rows::UserRow;
use crate::error::{ActError, StoreActError};
use crate::schema::{blocks, conversations, users};

type Refused = ActError<PutBlockRefusal>;

pub async fn put(mut conn: &AsyncPgConnection, by: UserId, user_id: UserId, at: Instant) -> Result<bool, Refused> {
    // One block of a user at a time, so that they can be counted, and none while a conversation begins with them.
    let own: Vec<Uuid> = users::table.find(by.uuid()).select(users::id).for_no_key_update().load(&mut conn).await?;
    let live = users::table.find(user_id.uuid()).filter(users::deleted_at.is_null());
    let found: Option<Uuid> = live.select(users::id).first(&mut conn).await.optional()?;
    if own.is_empty() || found.is_none() {
        return Err(ActError::Refused(PutBlockRefusal::UnknownUser));
    }
    let known: Option<Instant> =
        blocks::table.find((by.uuid(), user_id.uuid())).select(blocks::at).first(&mut conn).await.optional()?;
    if known.is_some() {
        return Ok(false);
    }
    let own = blocks::table.filter(blocks::blocker_id.eq(by.uuid()));
    let count: i64 = own.select(count_star()).first(&mut conn).await?;
    if usize::try_from(count).is_ok_and(|count| count >= MAX_BLOCKS) {
        return Err(ActError::Refused(PutBlockRefusal::TooMany));
    }
    diesel::insert_into(blocks::table)
        .values((blocks::blocker_id.eq(by.uuid()), blocks::blocked_id.eq(user_id.uuid()), blocks::at.eq(at)))
        .execute(&mut conn)
        .await?;
    wait_for_talk(conn, by, user_id).await?;
    Ok(true)
}

/// Whoever writes in the direct conversation of the two has its row: what is said before the block is committed before
/// it, and who comes after it sees it.
async fn wait_for_talk(mut conn: &AsyncPgConnection, one: UserId, other: UserId) -> Result<(), Refused> {
    let key = format!("{}:{}", one.min(other), one.max(other));
    let _held: Vec<Uuid> = conversations::table
        .filter(conversations::direct_key.eq(key))
        .select(conversations::id)
        .for_no_key_update()
        .load(&mut conn)
        .await?;
    Ok(())
}

pub async fn lift(mut conn: &AsyncPgConnection, by: UserId, user_id: UserId) -> Result<bool, StoreActError> {
    let lifted = diesel::delete(blocks::table.find((by.uuid(), user_id.uuid()))).execute(&mut conn).await?;
    Ok(lifted > 0)
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    by: UserId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Block>, StoreActError> {
    let mut query = blocks::table
        .inner_join(users::table)
        .filter(blocks::blocker_id.eq(by.uuid()))
        .order(blocks::blocked_id)
        .limit(limit.overfull())
        .select((UserRow::as_select(), blocks::at))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(id) = cursor.as_str().parse::<Uuid>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(blocks::blocked_id.gt(id));
    }
    let rows: Vec<(UserRow, Instant)> = query.load(&mut conn).await?;
    let blocks = rows.into_iter().map(|(user, at)| Ok(Block { user: user.read()?, at }));
    let blocks = blocks.collect::<Result<Vec<_>, StoreActError>>()?;
    Ok(Page::from_overfull(blocks, limit, |block| Cursor::from_keys(&[&block.user.id])))
}
