//! Messages are found by what they say.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, UserId};
use rialto_messaging::{ConversationKind, Message, MessageContent, SearchQuery, Within};
use uuid::Uuid;

use super::cursors::{read_time_cursor, time_cursor};
use super::message_rows::MessageRow;
use super::rows::ProfileRow;
use super::{history, message_parts, terms};
use crate::error::StoreActError;
use crate::schema::{conversations, members, messages, users};

/// How many pages of what may match are looked through for one page of what does. Nearly always one suffices.
const MAX_LOOKS: usize = 10;

pub async fn search(
    conn: &AsyncPgConnection,
    reader: UserId,
    query: SearchQuery,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Message>, StoreActError> {
    let mut start = match after.as_ref().map(read_time_cursor) {
        Some(None) => return Ok(Page { items: Vec::new(), next_cursor: None }),
        Some(position) => position,
        None => None,
    };
    let (mut found, mut more) = (Vec::new(), true);
    for _ in 0..MAX_LOOKS {
        let looked_at = candidates(conn, reader, &query, start, limit).await?;
        more = looked_at.len() > limit.as_usize();
        start = looked_at.last().map(|message| (message.created_at, message.id.uuid()));
        found.extend(looked_at.into_iter().filter(|message| matches(&query, message)));
        if !more || found.len() > limit.as_usize() {
            more = false;
            break;
        }
    }
    let found = message_parts::complete(conn, found, Some(reader)).await?;
    let mut page =
        Page::from_overfull(found, limit, |message: &Message| time_cursor(message.created_at, message.id.uuid()));
    if more && page.next_cursor.is_none() {
        page.next_cursor = start.map(|(at, id)| time_cursor(at, id));
    }
    Ok(page)
}

/// Whether a message that the index found has each phrase in one place.
fn matches(query: &SearchQuery, message: &Message) -> bool {
    let text = message.content.as_ref().map(MessageContent::as_str).unwrap_or_default();
    query.matches_terms(&rialto_messaging::terms(text))
}

/// Up to `limit + 1` messages that may match, without what hangs on them.
async fn candidates(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    query: &SearchQuery,
    start: Option<(Instant, Uuid)>,
    limit: PageLimit,
) -> Result<Vec<Message>, StoreActError> {
    let membership = members::conversation_id.eq(messages::conversation_id).and(members::user_id.eq(reader.uuid()));
    let mut found = messages::table
        .inner_join(users::table)
        .inner_join(members::table.on(membership))
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::deleted_at.is_null())
        .order((messages::created_at.desc(), messages::id.desc()))
        .limit(limit.overfull())
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .into_boxed();
    if let Some(asked) = terms::query(&query.clauses) {
        found = found.filter(sql::<Bool>("messages.terms @@ ").bind::<Text, _>(asked).sql("::tsquery"));
    }
    if let Some(username_key) = &query.from {
        found = found.filter(users::username_key.eq(username_key));
    }
    found = match &query.within {
        Some(Within::Conversation(id)) => found.filter(conversations::id.eq(id.uuid())),
        Some(Within::ChannelNamed(key)) => found
            .filter(conversations::name_key.eq(key))
            .filter(conversations::kind.eq(ConversationKind::Channel.as_str())),
        None => found,
    };
    if let Some(before) = query.before {
        found = found.filter(messages::created_at.lt(before));
    }
    if let Some(after) = query.after {
        found = found.filter(messages::created_at.ge(after));
    }
    if let Some((at, id)) = start {
        let earlier = messages::created_at.lt(at);
        found = found.filter(earlier.or(messages::created_at.eq(at).and(messages::id.lt(id))));
    }
    Ok(history::read(found.load(&mut conn).await?)?)
}
