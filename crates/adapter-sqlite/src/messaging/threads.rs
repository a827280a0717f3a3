//! Threads: what hangs on a message that others replied to, and who follows it.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};
use rialto_messaging::{Message, Thread};

use super::mentions::Mentioned;
use crate::error::{count, store_error};
use crate::schema::{messages, thread_followers, threads};
use crate::value::{DbId, DbInstant, bounded};

/// Who said the first message of a thread: one of this conversation that is in no thread itself.
pub fn find_root(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    root: MessageId,
) -> Result<Option<Root>, StoreError> {
    let row: Option<(DbId, Option<DbInstant>)> = messages::table
        .filter(messages::id.eq(DbId::from(root)))
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .filter(messages::thread_root.is_null())
        .select((messages::sender_id, messages::deleted_at))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    Ok(row.map(|(sender, deleted_at)| Root { id: root, sender: sender.into(), is_deleted: deleted_at.is_some() }))
}

/// The first message of a thread.
pub struct Root {
    pub id: MessageId,
    pub sender: UserId,
    pub is_deleted: bool,
}

/// Whether a message is one that a reply in `thread`, or a message outside threads, may answer.
pub fn may_answer(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    thread: Option<MessageId>,
    reply_to: MessageId,
) -> Result<bool, StoreError> {
    let here = messages::table
        .filter(messages::id.eq(DbId::from(reply_to)))
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)));
    let answered = match thread {
        None => select(exists(here.filter(messages::thread_root.is_null()))).get_result(connection),
        Some(root) if root == reply_to => Ok(true),
        Some(root) => select(exists(here.filter(messages::thread_root.eq(DbId::from(root))))).get_result(connection),
    };
    answered.map_err(store_error)
}

/// Counts a reply that was just stored, and has those follow the thread whom it brings in.
pub fn add_reply(
    connection: &mut SqliteConnection,
    root: &Root,
    reply: &Message,
    mentioned: &Mentioned,
) -> Result<Thread, StoreError> {
    let (ordinal, at) = (bounded(reply.ordinal), DbInstant(reply.created_at));
    let replies: i64 = diesel::insert_into(threads::table)
        .values((
            threads::root_id.eq(DbId::from(root.id)),
            threads::conversation_id.eq(DbId::from(reply.conversation_id)),
            threads::replies.eq(1),
            threads::last_ordinal.eq(ordinal),
            threads::last_reply_at.eq(at),
        ))
        .on_conflict(threads::root_id)
        .do_update()
        .set((
            threads::replies.eq(threads::replies + 1),
            threads::last_ordinal.eq(ordinal),
            threads::last_reply_at.eq(at),
        ))
        .returning(threads::replies)
        .get_result(connection)
        .map_err(store_error)?;
    // Who replies has seen the thread; to everybody else the reply is new.
    follow(connection, root.id, reply, reply.sender.id, ordinal)?;
    let starter = (replies == 1).then_some(root.sender);
    for user_id in starter.into_iter().chain(mentioned.users()) {
        follow(connection, root.id, reply, user_id, ordinal - 1)?;
    }
    Ok(Thread { replies: count(replies, "a count of replies")?, last_reply_at: reply.created_at })
}

/// Has those follow a thread whom a reply in it mentions now; without a thread nobody.
pub fn follow_mentioned(
    connection: &mut SqliteConnection,
    message: &Message,
    mentioned: &Mentioned,
) -> Result<(), StoreError> {
    let Some(root) = message.thread_root else { return Ok(()) };
    for user_id in mentioned.users() {
        follow(connection, root, message, user_id, bounded(message.ordinal) - 1)?;
    }
    Ok(())
}

/// Has a user read all threads that they follow in a conversation.
pub fn read_followed(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    last_ordinal: u64,
) -> Result<(), StoreError> {
    let followed = thread_followers::table
        .filter(thread_followers::user_id.eq(DbId::from(user_id)))
        .filter(thread_followers::conversation_id.eq(DbId::from(conversation_id)));
    diesel::update(followed)
        .set(thread_followers::read_ordinal.eq(bounded(last_ordinal)))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

/// Whoever follows already has a pointer, which stays.
fn follow(
    connection: &mut SqliteConnection,
    root: MessageId,
    message: &Message,
    user_id: UserId,
    read_ordinal: i64,
) -> Result<(), StoreError> {
    diesel::insert_into(thread_followers::table)
        .values((
            thread_followers::root_id.eq(DbId::from(root)),
            thread_followers::user_id.eq(DbId::from(user_id)),
            thread_followers::conversation_id.eq(DbId::from(message.conversation_id)),
            thread_followers::read_ordinal.eq(read_ordinal),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}
