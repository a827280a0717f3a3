//! The index of what messages say now. Diesel has no word for a full-text table, so its rows are written in SQL; those
//! of `message_terms` give each message its number in it.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, MessageId, StoreError};
use rialto_messaging::{MessageContent, terms};

use super::rows::message_content;
use crate::error::store_error;
use crate::prepared::{Value, statement};
use crate::schema::{message_terms, messages};
use crate::value::DbId;

/// How many messages are indexed between two looks for more.
const BATCH: i64 = 500;

/// Indexes a message that is not indexed.
pub fn insert_terms(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    message_id: MessageId,
    content: &MessageContent,
) -> Result<(), StoreError> {
    let docid: i64 = diesel::insert_into(message_terms::table)
        .values((
            message_terms::message_id.eq(DbId::from(message_id)),
            message_terms::conversation_id.eq(DbId::from(conversation_id)),
        ))
        .returning(message_terms::docid)
        .get_result(connection)
        .map_err(store_error)?;
    let values = [Value::Integer(docid), Value::Text(text_of(content))];
    execute(connection, "INSERT INTO message_search (rowid, terms) VALUES (?, ?)", values)
}

/// Indexes what a message says now in place of what it said.
pub fn replace_terms(
    connection: &mut SqliteConnection,
    message_id: MessageId,
    content: &MessageContent,
) -> Result<(), StoreError> {
    execute(
        connection,
        "UPDATE message_search SET terms = ? WHERE rowid = (SELECT docid FROM message_terms WHERE message_id = ?)",
        [Value::Text(text_of(content)), Value::Id(message_id.into())],
    )
}

/// Takes a message out of the index.
pub fn remove_terms(connection: &mut SqliteConnection, message_id: MessageId) -> Result<(), StoreError> {
    execute(
        connection,
        "DELETE FROM message_search WHERE rowid = (SELECT docid FROM message_terms WHERE message_id = ?)",
        [Value::Id(message_id.into())],
    )?;
    diesel::delete(message_terms::table.filter(message_terms::message_id.eq(DbId::from(message_id))))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

/// Takes all messages of a conversation out of the index.
pub fn remove_conversation(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
) -> Result<(), StoreError> {
    let id = DbId::from(conversation_id);
    execute(
        connection,
        "DELETE FROM message_search WHERE rowid IN (SELECT docid FROM message_terms WHERE conversation_id = ?)",
        [Value::Id(id)],
    )?;
    diesel::delete(message_terms::table.filter(message_terms::conversation_id.eq(id)))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

/// Indexes every message that is not: those of a release that did not search. Doing it again changes nothing.
pub fn index_missing(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut after: Option<DbId> = None;
    loop {
        let mut query = messages::table
            .left_join(message_terms::table.on(message_terms::message_id.eq(messages::id)))
            .filter(message_terms::docid.is_null())
            .filter(messages::deleted_at.is_null())
            .order(messages::id)
            .limit(BATCH)
            .select((messages::conversation_id, messages::id, messages::content))
            .into_boxed();
        if let Some(id) = after {
            query = query.filter(messages::id.gt(id));
        }
        let rows: Vec<(DbId, DbId, String)> = query.load(connection).map_err(store_error)?;
        let Some(&(_, last, _)) = rows.last() else { return Ok(()) };
        for (conversation_id, id, content) in rows {
            insert_terms(connection, conversation_id.into(), id.into(), &message_content(&content)?)?;
        }
        after = Some(last);
    }
}

fn execute<const N: usize>(
    connection: &mut SqliteConnection,
    text: &'static str,
    values: [Value; N],
) -> Result<(), StoreError> {
    statement::<N, ()>(text, values).execute(connection).map(drop).map_err(store_error)
}

fn text_of(content: &MessageContent) -> String {
    terms(content.as_str()).join(" ")
}
