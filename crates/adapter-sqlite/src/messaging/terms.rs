//! The index of what messages say now. Diesel has no word for a full-text table, so its rows are written in SQL; those
//! of `message_terms` give each message its number in it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Text};
use rialto_kernel::{ConversationId, MessageId, StoreError};
use rialto_messaging::{MessageContent, terms};

use super::rows::message_content;
use crate::error::store_error;
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
    sql_query("INSERT INTO message_search (rowid, terms) VALUES (?, ?)")
        .bind::<BigInt, _>(docid)
        .bind::<Text, _>(text_of(content))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

/// Indexes what a message says now in place of what it said.
pub fn replace_terms(
    connection: &mut SqliteConnection,
    message_id: MessageId,
    content: &MessageContent,
) -> Result<(), StoreError> {
    sql_query(
        "UPDATE message_search SET terms = ? WHERE rowid = (SELECT docid FROM message_terms WHERE message_id = ?)",
    )
    .bind::<Text, _>(text_of(content))
    .bind::<Binary, _>(DbId::from(message_id))
    .execute(connection)
    .map_err(store_error)?;
    Ok(())
}

/// Takes a message out of the index.
pub fn remove_terms(connection: &mut SqliteConnection, message_id: MessageId) -> Result<(), StoreError> {
    sql_query("DELETE FROM message_search WHERE rowid = (SELECT docid FROM message_terms WHERE message_id = ?)")
        .bind::<Binary, _>(DbId::from(message_id))
        .execute(connection)
        .map_err(store_error)?;
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
    sql_query("DELETE FROM message_search WHERE rowid IN (SELECT docid FROM message_terms WHERE conversation_id = ?)")
        .bind::<Binary, _>(id)
        .execute(connection)
        .map_err(store_error)?;
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

fn text_of(content: &MessageContent) -> String {
    terms(content.as_str()).join(" ")
}
