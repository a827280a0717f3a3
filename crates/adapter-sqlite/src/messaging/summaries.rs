//! Conversations as a reader's lists show them: the rows, then what belongs to them, each kind of it for all at once. A
//! fixed number of queries, however many conversations.

use std::collections::HashMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{ChannelListing, Conversation, ConversationSummary, Message, Visibility};

use super::conversations::{find_conversation, is_channel};
use super::message_parts::complete;
use super::reads::read_states;
use super::rows::{ConversationRow, MessageRow, member_role};
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::{conversations, members, messages, users};
use crate::value::{DbId, read_position};

pub fn find_summary(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    reader: UserId,
) -> Result<Option<ConversationSummary>, StoreError> {
    let Some(conversation) = find_conversation(connection, conversation_id)? else { return Ok(None) };
    if let Some(summary) = summaries_of(connection, reader, &[conversation_id.into()])?.pop() {
        return Ok(Some(summary));
    }
    let id = DbId::from(conversation_id);
    let members_count = count_members(connection, &[id])?.remove(&id).unwrap_or(0);
    Ok(Some(ConversationSummary { conversation, role: None, members_count, last_message: None, read: None }))
}

/// Those of these conversations that the reader is in, in this order.
pub fn summaries_of(
    connection: &mut SqliteConnection,
    reader: UserId,
    ids: &[DbId],
) -> Result<Vec<ConversationSummary>, StoreError> {
    let rows: Vec<(ConversationRow, String)> = members::table
        .inner_join(conversations::table)
        .filter(members::user_id.eq(DbId::from(reader)))
        .filter(one_of(members::conversation_id, ids.iter().copied()))
        .select((ConversationRow::as_select(), members::role))
        .load(connection)
        .map_err(store_error)?;
    let mut summaries: HashMap<DbId, ConversationSummary> = HashMap::new();
    for summary in summarize(connection, reader, rows)? {
        summaries.insert(summary.conversation.id.into(), summary);
    }
    Ok(ids.iter().filter_map(|id| summaries.remove(id)).collect())
}

pub fn list_summaries(
    connection: &mut SqliteConnection,
    reader: UserId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<ConversationSummary>, StoreError> {
    let mut query = members::table
        .inner_join(conversations::table)
        .filter(members::user_id.eq(DbId::from(reader)))
        .order((conversations::last_event_at.desc(), conversations::id.desc()))
        .limit(limit.overfull())
        .select((ConversationRow::as_select(), members::role))
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else { return Ok(empty_page()) };
        let earlier =
            conversations::last_event_at.lt(at).or(conversations::last_event_at.eq(at).and(conversations::id.lt(id)));
        query = query.filter(earlier);
    }
    let rows: Vec<(ConversationRow, String)> = query.load(connection).map_err(store_error)?;
    let page = Page::from_overfull(rows, limit, |(row, _)| {
        let id = ConversationId::from(row.id);
        Cursor::from_keys(&[&row.last_event_at.0.timestamp_micros(), &id])
    });
    Ok(Page { items: summarize(connection, reader, page.items)?, next_cursor: page.next_cursor })
}

/// Adds to conversations, each with the reader's role, what a summary says of them.
fn summarize(
    connection: &mut SqliteConnection,
    reader: UserId,
    rows: Vec<(ConversationRow, String)>,
) -> Result<Vec<ConversationSummary>, StoreError> {
    let ids: Vec<DbId> = rows.iter().map(|(row, _)| row.id).collect();
    let mut counts = count_members(connection, &ids)?;
    let mut messages = last_messages(connection, reader, &ids)?;
    let mut reads = read_states(connection, reader, &ids)?;
    let summaries = rows.into_iter().map(|(row, role)| {
        Ok(ConversationSummary {
            members_count: counts.remove(&row.id).unwrap_or(0),
            last_message: messages.remove(&row.id),
            read: reads.remove(&row.id),
            role: Some(member_role(&role)?),
            conversation: row.try_into()?,
        })
    });
    summaries.collect()
}

pub fn list_channels(
    connection: &mut SqliteConnection,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<ChannelListing>, StoreError> {
    // The cursor is the last channel's id: a name may be longer than a cursor.
    let position = match after {
        // Every name sorts after the empty text.
        None => Some(String::new()),
        Some(cursor) => find_name_key(connection, cursor)?,
    };
    let Some(position) = position else { return Ok(empty_page()) };
    let rows: Vec<ConversationRow> = conversations::table
        .filter(is_channel())
        .filter(conversations::visibility.eq(Visibility::Public.as_str()))
        .filter(conversations::name_key.gt(position))
        .order(conversations::name_key)
        .limit(limit.overfull())
        .select(ConversationRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let page = Page::from_overfull(rows, limit, |row| Cursor::from_keys(&[&ConversationId::from(row.id)]));
    let ids: Vec<DbId> = page.items.iter().map(|row| row.id).collect();
    let mut counts = count_members(connection, &ids)?;
    let items = page.items.into_iter().map(|row| {
        let members_count = counts.remove(&row.id).unwrap_or(0);
        Ok(ChannelListing { conversation: Conversation::try_from(row)?, members_count })
    });
    Ok(Page { items: items.collect::<Result<_, StoreError>>()?, next_cursor: page.next_cursor })
}

fn find_name_key(connection: &mut SqliteConnection, cursor: &Cursor) -> Result<Option<String>, StoreError> {
    let Ok(id) = cursor.as_str().parse::<ConversationId>() else { return Ok(None) };
    // Only where a page may have ended: the name of a private conversation has no say in what is answered.
    let key: Option<Option<String>> = conversations::table
        .filter(conversations::id.eq(DbId::from(id)))
        .filter(is_channel())
        .filter(conversations::visibility.eq(Visibility::Public.as_str()))
        .select(conversations::name_key)
        .first(connection)
        .optional()
        .map_err(store_error)?;
    Ok(key.flatten())
}

fn count_members(connection: &mut SqliteConnection, ids: &[DbId]) -> Result<HashMap<DbId, u64>, StoreError> {
    let rows: Vec<(DbId, i64)> = members::table
        .filter(one_of(members::conversation_id, ids.iter().copied()))
        .group_by(members::conversation_id)
        .select((members::conversation_id, count_star()))
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|(id, number)| Ok((id, count(number, "a count of members")?))).collect()
}

/// The newest message outside threads of each of these conversations that has one.
fn last_messages(
    connection: &mut SqliteConnection,
    reader: UserId,
    ids: &[DbId],
) -> Result<HashMap<DbId, Message>, StoreError> {
    let newest = diesel::alias!(messages as newest);
    // Asked per conversation, so that SQLite goes to the end of each log and reads nothing else.
    let newest_seq = newest
        .filter(newest.field(messages::conversation_id).eq(conversations::id))
        .filter(newest.field(messages::thread_root).is_null())
        .select(max(newest.field(messages::seq)))
        .single_value();
    let rows: Vec<MessageRow> = conversations::table
        .inner_join(messages::table.inner_join(users::table))
        .filter(one_of(conversations::id, ids.iter().copied()))
        .filter(messages::seq.nullable().eq(newest_seq))
        .select(MessageRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let messages = complete(connection, rows, Some(reader))?;
    Ok(messages.into_iter().map(|message| (message.conversation_id.into(), message)).collect())
}

fn empty_page<T>() -> Page<T> {
    Page { items: Vec::new(), next_cursor: None }
}
