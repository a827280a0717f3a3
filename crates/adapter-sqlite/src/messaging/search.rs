//! Finds messages by what they say now.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{Clause, Message, SearchQuery, Within};

use super::conversations::is_channel;
use super::message_parts::complete;
use super::rows::MessageRow;
use crate::error::store_error;
use crate::schema::{conversations, members, messages, users};
use crate::value::{DbId, DbInstant, read_position};

pub fn search_messages(
    connection: &mut SqliteConnection,
    reader: UserId,
    query: &SearchQuery,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Message>, StoreError> {
    let own = members::table.filter(members::user_id.eq(DbId::from(reader))).select(members::conversation_id);
    let mut found = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq_any(own))
        .filter(messages::deleted_at.is_null())
        .order((messages::created_at.desc(), messages::id.desc()))
        .limit(limit.overfull())
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(text) = match_expression(&query.clauses) {
        found = found.filter(
            sql::<Bool>("messages.id IN (SELECT message_id FROM message_terms WHERE docid IN")
                .sql(" (SELECT rowid FROM message_search WHERE message_search MATCH ")
                .bind::<Text, _>(text)
                .sql("))"),
        );
    }
    if let Some(username) = &query.from {
        found = found.filter(users::username_key.eq(username));
    }
    match &query.within {
        Some(Within::Conversation(id)) => found = found.filter(messages::conversation_id.eq(DbId::from(*id))),
        Some(Within::ChannelNamed(key)) => {
            let named = conversations::table.filter(is_channel()).filter(conversations::name_key.eq(key));
            found = found.filter(messages::conversation_id.eq_any(named.select(conversations::id)));
        }
        None => {}
    }
    if let Some(before) = query.before {
        found = found.filter(messages::created_at.lt(DbInstant(before)));
    }
    if let Some(from) = query.after {
        found = found.filter(messages::created_at.ge(DbInstant(from)));
    }
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        found = found.filter(messages::created_at.lt(at).or(messages::created_at.eq(at).and(messages::id.lt(id))));
    }
    let rows: Vec<MessageRow> = found.load(connection).map_err(store_error)?;
    let page = Page::from_overfull(complete(connection, rows, Some(reader))?, limit, |message| {
        Cursor::from_keys(&[&message.created_at.timestamp_micros(), &message.id])
    });
    Ok(page)
}

/// The clauses in the language of SQLite's full-text index; `None` if there are none.
fn match_expression(clauses: &[Clause]) -> Option<String> {
    let phrases: Vec<String> = clauses
        .iter()
        .filter_map(|clause| match clause {
            Clause::Words(terms) => Some(format!("{} *", quoted(terms)?)),
            Clause::Phrase(terms) => quoted(terms),
        })
        .collect();
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

/// Consecutive terms, as one string of that language: whatever they hold, none of it is a command.
fn quoted(terms: &[String]) -> Option<String> {
    (!terms.is_empty()).then(|| format!("\"{}\"", terms.join(" ").replace('"', "\"\"")))
}

#[cfg(test)]
mod tests;
