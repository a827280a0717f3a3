//! Messages are found by what they say.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{Cursor, Page, PageLimit, UserId};
use rialto_messaging::{ConversationKind, Message, SearchQuery, Within};

use super::cursors::{read_time_cursor, time_cursor};
use super::message_rows::MessageRow;
use super::rows::ProfileRow;
use super::{history, message_parts, terms};
use crate::error::StoreActError;
use crate::schema::{conversations, members, messages, users};

pub async fn search(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    query: SearchQuery,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Message>, StoreActError> {
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
    if let Some(username_key) = query.from {
        found = found.filter(users::username_key.eq(username_key));
    }
    found = match query.within {
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
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let earlier = messages::created_at.lt(at);
        found = found.filter(earlier.or(messages::created_at.eq(at).and(messages::id.lt(id))));
    }
    let rows = found.load(&mut conn).await?;
    let messages = message_parts::complete(conn, history::read(rows)?, Some(reader)).await?;
    Ok(Page::from_overfull(messages, limit, |message: &Message| time_cursor(message.created_at, message.id.uuid())))
}
