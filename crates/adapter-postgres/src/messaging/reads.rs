//! What everybody has read: one pointer per member and per followed thread.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, UserId};
use rialto_messaging::{Done, EventBody, MarkRead, MarkReadRefusal, ReadChange, ReadState, Receipt, ThreadState};
use uuid::Uuid;

use super::rows::{bound, number};
use super::{counts, personal};
use crate::error::{ActError, StoreActError};
use crate::schema::{conversations, members, messages, threads};
use crate::statement::Statement;

type Refused = ActError<MarkReadRefusal>;

pub async fn mark(conn: &AsyncPgConnection, mark: MarkRead) -> Result<Done<ReadState>, Refused> {
    let last_ordinal = hold(conn, mark.conversation_id).await?;
    let last_ordinal = last_ordinal.ok_or(ActError::Refused(MarkReadRefusal::NotAMember))?;
    let ordinal = bound(mark.ordinal).min(last_ordinal);
    // The counts come from one statement, so that they belong to the last message they are told with.
    let (moved, counted) = match mark.thread_root {
        None => {
            let moved = move_pointer(conn, &mark, ordinal).await?;
            (moved, counts::of_conversation(conn, mark.conversation_id, mark.user_id).await?)
        }
        Some(root) => {
            hold_member(conn, &mark).await?;
            check_root(conn, &mark, root).await?;
            let moved = move_thread_pointer(conn, &mark, root, ordinal).await?;
            (moved, counts::of_thread(conn, root, mark.user_id).await?)
        }
    };
    let counted = counted.ok_or(ActError::Refused(MarkReadRefusal::NotAMember))?;
    if !moved {
        return Ok(Done { value: counted.read, events: Vec::new() });
    }
    let body = EventBody::ReadChanged(ReadChange {
        conversation_id: mark.conversation_id,
        thread_root: mark.thread_root,
        last_ordinal: counted.last_ordinal,
        read: counted.read,
    });
    Ok(Done { value: counted.read, events: personal::record(conn, vec![mark.user_id], mark.at, &body).await? })
}

/// The last ordinal of a conversation that cannot be deleted before the transaction ends. Writers are not held up:
/// what they add comes on top of the counts.
async fn hold(mut conn: &AsyncPgConnection, id: ConversationId) -> QueryResult<Option<i64>> {
    let row = conversations::table.find(id.uuid()).select(conversations::last_ordinal).for_key_share();
    row.first(&mut conn).await.optional()
}

/// Keeps the reader a member until the transaction ends.
async fn hold_member(mut conn: &AsyncPgConnection, mark: &MarkRead) -> Result<(), Refused> {
    let row = members::table.find((mark.conversation_id.uuid(), mark.user_id.uuid()));
    let member: Option<Uuid> = row.select(members::user_id).for_key_share().first(&mut conn).await.optional()?;
    member.map(|_| ()).ok_or(ActError::Refused(MarkReadRefusal::NotAMember))
}

async fn check_root(mut conn: &AsyncPgConnection, mark: &MarkRead, root: MessageId) -> Result<(), Refused> {
    let message = messages::table
        .filter(messages::id.eq(root.uuid()))
        .filter(messages::conversation_id.eq(mark.conversation_id.uuid()))
        .filter(messages::thread_root.is_null());
    match diesel::select(diesel::dsl::exists(message)).get_result(&mut conn).await? {
        true => Ok(()),
        false => Err(ActError::Refused(MarkReadRefusal::UnknownThread)),
    }
}

/// Whether it moved; it does not if the reader is no member.
async fn move_pointer(mut conn: &AsyncPgConnection, mark: &MarkRead, ordinal: i64) -> QueryResult<bool> {
    let moved = Statement::new(
        "UPDATE members SET read_ordinal = ? WHERE conversation_id = ? AND user_id = ? AND read_ordinal < ?",
    )
    .bind::<BigInt, _>(ordinal)
    .bind::<SqlUuid, _>(mark.conversation_id.uuid())
    .bind::<SqlUuid, _>(mark.user_id.uuid())
    .bind::<BigInt, _>(ordinal)
    .execute(&mut conn)
    .await?;
    Ok(moved > 0)
}

/// Whether it moved; to follow a thread is to move.
async fn move_thread_pointer(
    mut conn: &AsyncPgConnection,
    mark: &MarkRead,
    root: MessageId,
    ordinal: i64,
) -> QueryResult<bool> {
    let moved = Statement::new(
        "INSERT INTO thread_followers (root_id, user_id, conversation_id, read_ordinal) VALUES (?, ?, ?, ?)
         ON CONFLICT (root_id, user_id) DO UPDATE SET read_ordinal = excluded.read_ordinal
         WHERE thread_followers.read_ordinal < excluded.read_ordinal",
    )
    .bind::<SqlUuid, _>(root.uuid())
    .bind::<SqlUuid, _>(mark.user_id.uuid())
    .bind::<SqlUuid, _>(mark.conversation_id.uuid())
    .bind::<BigInt, _>(ordinal)
    .execute(&mut conn)
    .await?;
    Ok(moved > 0)
}

pub async fn list_receipts(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Receipt>, StoreActError> {
    let mut query = members::table
        .filter(members::conversation_id.eq(conversation_id.uuid()))
        .order(members::user_id)
        .limit(limit.overfull())
        .select((members::user_id, members::read_ordinal))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<Uuid>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(members::user_id.gt(last));
    }
    let rows: Vec<(Uuid, i64)> = query.load(&mut conn).await?;
    let receipts =
        rows.into_iter().map(|(user_id, ordinal)| Ok(Receipt { user_id: user_id.into(), ordinal: number(ordinal)? }));
    let receipts = receipts.collect::<Result<_, StoreActError>>()?;
    Ok(Page::from_overfull(receipts, limit, |receipt: &Receipt| Cursor::from_keys(&[&receipt.user_id])))
}

pub async fn find_thread(
    mut conn: &AsyncPgConnection,
    root: MessageId,
    reader: UserId,
) -> Result<Option<ThreadState>, StoreActError> {
    let thread = messages::table
        .left_join(threads::table.on(threads::root_id.eq(messages::id)))
        .filter(messages::id.eq(root.uuid()))
        .filter(messages::thread_root.is_null())
        .select((threads::replies, threads::last_reply_at).nullable())
        .first(&mut conn);
    let thread = async { Ok(thread.await.optional()?) };
    let (thread, counted) = try_join!(thread, counts::of_thread::<rialto_kernel::StoreError>(conn, root, reader))?;
    let Some(thread): Option<Option<(i64, Instant)>> = thread else { return Ok(None) };
    Ok(Some(ThreadState {
        replies: thread.map_or(Ok(0), |(replies, _)| number(replies))?,
        last_reply_at: thread.map(|(_, last_reply_at)| last_reply_at),
        read: counted.map(|counted| counted.read),
    }))
}
