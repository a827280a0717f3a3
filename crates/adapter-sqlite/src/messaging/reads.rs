//! What everybody has read. The counts are made by correlated queries, so that those of many conversations are one
//! query, and by indexes of what does not count, so that they cost the same however much is unread.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Done, FollowedStream, MarkRead, MarkReadRefusal, ReadChange, ReadState, Receipt, StreamTop, ThreadState,
};

use super::personal;
use super::place::{Place, find_row};
use super::rows::StreamTopRow;
use super::threads::find_root;
use crate::error::{count, store_error};
use crate::prepared::{Fixed, FixedSql, fixed, one_of};
use crate::schema::{conversations, members, thread_followers, threads};
use crate::value::{DbId, DbInstant, bounded};

/// Of a row of `members` with its conversation: all messages after the pointer but the reader's own and those that are
/// deleted or in threads.
struct Unread;

impl FixedSql for Unread {
    const SQL: &'static str = "conversations.last_ordinal - members.read_ordinal
    - (SELECT count(*) FROM messages AS own INDEXED BY messages_own
        WHERE own.conversation_id = members.conversation_id AND own.sender_id = members.user_id
            AND own.ordinal > members.read_ordinal)
    - (SELECT count(*) FROM messages AS apart INDEXED BY messages_uncounted
        WHERE apart.conversation_id = members.conversation_id AND apart.ordinal > members.read_ordinal
            AND (apart.deleted_at IS NOT NULL OR apart.thread_root IS NOT NULL)
            AND apart.sender_id <> members.user_id)";
}

/// Of the same: the messages that mention the reader, first outside threads, by name and by `@all`, then in the threads
/// that they follow.
struct Mentions;

impl FixedSql for Mentions {
    const SQL: &'static str = "(SELECT count(*) FROM mentions AS named
        WHERE named.user_id = members.user_id AND named.conversation_id = members.conversation_id
            AND named.ordinal > members.read_ordinal AND named.thread_root IS NULL)
    + (SELECT count(*) FROM messages AS loud INDEXED BY messages_to_all
        WHERE loud.conversation_id = members.conversation_id AND loud.mentions_all = 1
            AND loud.ordinal > members.read_ordinal AND loud.thread_root IS NULL AND loud.sender_id <> members.user_id
            AND NOT EXISTS (SELECT 1 FROM mentions AS named
                WHERE named.message_id = loud.id AND named.user_id = members.user_id))
    + (SELECT count(*) FROM mentions AS named
        JOIN thread_followers AS follower
            ON follower.root_id = named.thread_root AND follower.user_id = named.user_id
        WHERE named.user_id = members.user_id AND named.conversation_id = members.conversation_id
            AND named.ordinal > follower.read_ordinal)
    + (SELECT count(*) FROM messages AS loud INDEXED BY messages_to_all
        JOIN thread_followers AS follower
            ON follower.root_id = loud.thread_root AND follower.user_id = members.user_id
        WHERE loud.conversation_id = members.conversation_id AND loud.mentions_all = 1
            AND loud.ordinal > follower.read_ordinal AND loud.sender_id <> members.user_id
            AND NOT EXISTS (SELECT 1 FROM mentions AS named
                WHERE named.message_id = loud.id AND named.user_id = members.user_id))";
}

/// Of a row of `thread_followers`.
struct UnreadReplies;

impl FixedSql for UnreadReplies {
    const SQL: &'static str = "(SELECT count(*) FROM messages AS reply
        WHERE reply.thread_root = thread_followers.root_id AND reply.ordinal > thread_followers.read_ordinal
            AND reply.sender_id <> thread_followers.user_id AND reply.deleted_at IS NULL)";
}

/// Of the same: those of the unread replies that mention the reader.
struct MentionsInReplies;

impl FixedSql for MentionsInReplies {
    const SQL: &'static str = "(SELECT count(*) FROM messages AS reply
        WHERE reply.thread_root = thread_followers.root_id AND reply.ordinal > thread_followers.read_ordinal
            AND reply.sender_id <> thread_followers.user_id AND reply.deleted_at IS NULL
            AND (reply.mentions_all = 1 OR EXISTS (SELECT 1 FROM mentions AS named
                WHERE named.message_id = reply.id AND named.user_id = thread_followers.user_id)))";
}

type ReadColumns = (members::read_ordinal, Fixed<Unread>, Fixed<Mentions>);

fn read_columns() -> ReadColumns {
    (members::read_ordinal, fixed(), fixed())
}

fn read_state((ordinal, unread, mentions): (i64, i64, i64)) -> Result<ReadState, StoreError> {
    Ok(ReadState {
        ordinal: count(ordinal, "a read pointer")?,
        unread: count(unread, "a count of unread messages")?,
        mentions: count(mentions, "a count of mentions")?,
    })
}

/// What `reader` has read of those of these conversations that they are in.
pub fn read_states(
    connection: &mut SqliteConnection,
    reader: UserId,
    ids: &[DbId],
) -> Result<HashMap<DbId, ReadState>, StoreError> {
    let rows: Vec<(DbId, (i64, i64, i64))> = members::table
        .inner_join(conversations::table)
        .filter(members::user_id.eq(DbId::from(reader)))
        .filter(one_of(members::conversation_id, ids.iter().copied()))
        .select((members::conversation_id, read_columns()))
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|(id, read)| Ok((id, read_state(read)?))).collect()
}

/// Two queries, however many conversations.
pub fn followed_streams(connection: &mut SqliteConnection, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError> {
    let rows: Vec<(StreamTopRow, (i64, i64, i64))> = members::table
        .inner_join(conversations::table)
        .filter(members::user_id.eq(DbId::from(user_id)))
        .select((StreamTopRow::as_select(), read_columns()))
        .load(connection)
        .map_err(store_error)?;
    let mut followed = Vec::with_capacity(rows.len() + 1);
    for (top, read) in rows {
        followed.push(FollowedStream { top: StreamTop::try_from(top)?, read: Some(read_state(read)?) });
    }
    followed.push(FollowedStream { top: personal::top(connection, user_id)?, read: None });
    Ok(followed)
}

pub fn mark_read(connection: &mut SqliteConnection, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal> {
    let place = Place::find(connection, mark.conversation_id, mark.user_id)?.ok_or(MarkReadRefusal::NotAMember)?;
    if place.member.is_none() {
        return Err(MarkReadRefusal::NotAMember);
    }
    let last_ordinal = place.conversation.last_ordinal;
    let mark = MarkRead { ordinal: mark.ordinal.min(last_ordinal), ..mark };
    let moved = match mark.thread_root {
        None => move_pointer(connection, &mark)?,
        Some(root) => {
            find_root(connection, mark.conversation_id, root)?.ok_or(MarkReadRefusal::UnknownThread)?;
            move_pointer_of_thread(connection, &mark, root)?
        }
    };
    let read = find_state(connection, &mark)?;
    let mut events = Vec::new();
    if moved {
        let MarkRead { conversation_id, thread_root, .. } = mark;
        let change = ReadChange { conversation_id, thread_root, last_ordinal, read };
        events.push(personal::log_read(connection, mark.user_id, change, mark.at)?);
    }
    Ok(Done { value: read, events })
}

/// Whether it moved.
fn move_pointer(connection: &mut SqliteConnection, mark: &MarkRead) -> Result<bool, StoreError> {
    let ordinal = bounded(mark.ordinal);
    let member = members::table.find((DbId::from(mark.conversation_id), DbId::from(mark.user_id)));
    let moved = diesel::update(member.filter(members::read_ordinal.lt(ordinal)))
        .set(members::read_ordinal.eq(ordinal))
        .execute(connection)
        .map_err(store_error)?;
    Ok(moved > 0)
}

/// Whether it moved, or is a new one.
fn move_pointer_of_thread(
    connection: &mut SqliteConnection,
    mark: &MarkRead,
    root: MessageId,
) -> Result<bool, StoreError> {
    // What filters an update of a row in the way; beside the prelude's filter it would be ambiguous.
    use diesel::query_dsl::methods::FilterDsl as _;

    let moved = diesel::insert_into(thread_followers::table)
        .values((
            thread_followers::root_id.eq(DbId::from(root)),
            thread_followers::user_id.eq(DbId::from(mark.user_id)),
            thread_followers::conversation_id.eq(DbId::from(mark.conversation_id)),
            thread_followers::read_ordinal.eq(bounded(mark.ordinal)),
        ))
        .on_conflict((thread_followers::root_id, thread_followers::user_id))
        .do_update()
        .set(thread_followers::read_ordinal.eq(excluded(thread_followers::read_ordinal)))
        .filter(thread_followers::read_ordinal.lt(excluded(thread_followers::read_ordinal)))
        .execute(connection)
        .map_err(store_error)?;
    Ok(moved > 0)
}

fn find_state(connection: &mut SqliteConnection, mark: &MarkRead) -> Result<ReadState, StoreError> {
    let state = match mark.thread_root {
        None => {
            let id = DbId::from(mark.conversation_id);
            read_states(connection, mark.user_id, &[id])?.remove(&id)
        }
        Some(root) => state_of_thread(connection, root, mark.user_id)?,
    };
    state.ok_or_else(|| StoreError::corrupt("a read pointer that was just there"))
}

fn state_of_thread(
    connection: &mut SqliteConnection,
    root: MessageId,
    reader: UserId,
) -> Result<Option<ReadState>, StoreError> {
    let row: Option<(i64, i64, i64)> = thread_followers::table
        .find((DbId::from(root), DbId::from(reader)))
        .select((thread_followers::read_ordinal, fixed::<UnreadReplies>(), fixed::<MentionsInReplies>()))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    row.map(read_state).transpose()
}

pub fn find_thread(
    connection: &mut SqliteConnection,
    root: MessageId,
    reader: UserId,
) -> Result<Option<ThreadState>, StoreError> {
    let is_root = find_row(connection, root)?.is_some_and(|message| message.thread_root.is_none());
    if !is_root {
        return Ok(None);
    }
    let row: Option<(i64, DbInstant)> = threads::table
        .find(DbId::from(root))
        .select((threads::replies, threads::last_reply_at))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    Ok(Some(ThreadState {
        replies: row.map_or(Ok(0), |(replies, _)| count(replies, "a count of replies"))?,
        last_reply_at: row.map(|(_, at)| at.0),
        read: state_of_thread(connection, root, reader)?,
    }))
}

pub fn list_receipts(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Receipt>, StoreError> {
    let mut query = members::table
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .order(members::user_id)
        .limit(limit.overfull())
        .select((members::user_id, members::read_ordinal))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<UserId>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(members::user_id.gt(DbId::from(last)));
    }
    let rows: Vec<(DbId, i64)> = query.load(connection).map_err(store_error)?;
    let receipts = rows
        .into_iter()
        .map(|(user_id, ordinal)| Ok(Receipt { user_id: user_id.into(), ordinal: count(ordinal, "a read pointer")? }));
    let receipts = receipts.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_overfull(receipts, limit, |receipt| Cursor::from_keys(&[&receipt.user_id])))
}
