//! Conversations in lists: with the reader's role, the number of members, the newest message, and what was read.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, UserId};
use rialto_messaging::{
    ChannelListing, Conversation, ConversationKind, ConversationSummary, Message, ReadState, Visibility,
};
use uuid::Uuid;

use super::cursors::{read_time_cursor, time_cursor};
use super::rows::{self, ConversationRow, number};
use super::{counts, history};
use crate::error::StoreActError;
use crate::schema::{conversations, members, messages};

/// A conversation, the reader's role, the number of members, the newest message.
type SummaryRow = (ConversationRow, Option<String>, Option<i64>, Option<Uuid>);

/// How many members a conversation of the outer query has.
macro_rules! members_count {
    () => {{
        let everyone = diesel::alias!(members as everyone);
        everyone
            .filter(everyone.field(members::conversation_id).eq(conversations::id))
            .select(count_star())
            .single_value()
    }};
}

/// The newest message outside threads of a conversation of the outer query.
macro_rules! newest_message {
    () => {
        messages::table
            .filter(messages::conversation_id.eq(conversations::id))
            .filter(messages::thread_root.is_null())
            .order(messages::seq.desc())
            .select(messages::id)
            .single_value()
    };
}

/// Must be one snapshot, as [`list`] and [`of`]: a message is counted where it is shown.
pub async fn find(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    reader: UserId,
) -> Result<Option<ConversationSummary>, StoreActError> {
    let membership = members::conversation_id.eq(conversations::id).and(members::user_id.eq(reader.uuid()));
    let row: Option<SummaryRow> = conversations::table
        .left_join(members::table.on(membership))
        .filter(conversations::id.eq(conversation_id.uuid()))
        .select((ConversationRow::as_select(), members::role.nullable(), members_count!(), newest_message!()))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(summaries(conn, row.into_iter().collect(), reader).await?.pop())
}

/// Those of these conversations that `reader` is in, in the order of the ids.
pub async fn of(
    mut conn: &AsyncPgConnection,
    ids: Vec<Uuid>,
    reader: UserId,
) -> Result<Vec<ConversationSummary>, StoreActError> {
    let rows: Vec<SummaryRow> = conversations::table
        .inner_join(members::table)
        .filter(members::user_id.eq(reader.uuid()))
        .filter(conversations::id.eq_any(&ids))
        .select((ConversationRow::as_select(), members::role.nullable(), members_count!(), newest_message!()))
        .load(&mut conn)
        .await?;
    let found = summaries(conn, rows, reader).await?;
    let mut by_id: HashMap<_, _> = found.into_iter().map(|summary| (summary.conversation.id.uuid(), summary)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<ConversationSummary>, StoreActError> {
    let mut query = conversations::table
        .inner_join(members::table)
        .filter(members::user_id.eq(reader.uuid()))
        .order((conversations::last_event_at.desc(), conversations::id.desc()))
        .limit(limit.overfull())
        .select((ConversationRow::as_select(), members::role.nullable(), members_count!(), newest_message!()))
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let earlier = conversations::last_event_at.lt(at);
        query = query.filter(earlier.or(conversations::last_event_at.eq(at).and(conversations::id.lt(id))));
    }
    let rows: Vec<SummaryRow> = query.load(&mut conn).await?;
    let found = summaries(conn, rows, reader).await?;
    Ok(Page::from_overfull(found, limit, |summary: &ConversationSummary| {
        time_cursor(summary.conversation.last_event_at, summary.conversation.id.uuid())
    }))
}

/// Completes rows with their newest messages and what the reader has read, each fetched together.
async fn summaries(
    conn: &AsyncPgConnection,
    rows: Vec<SummaryRow>,
    reader: UserId,
) -> Result<Vec<ConversationSummary>, StoreActError> {
    let ids = rows.iter().filter(|(_, role, ..)| role.is_some()).map(|(row, ..)| row.id).collect();
    let shown = rows.iter().filter_map(|(_, role, _, newest)| role.as_ref().and(*newest)).map(MessageId::from);
    let (messages, counted) =
        try_join!(history::find_messages(conn, shown, Some(reader)), counts::of_conversations(conn, ids, reader))?;
    let mut newest: HashMap<ConversationId, Message> =
        messages.into_iter().map(|message| (message.conversation_id, message)).collect();
    let read: HashMap<ConversationId, ReadState> =
        counted.into_iter().map(|counted| (counted.conversation_id, counted.read)).collect();
    let summaries = rows.into_iter().map(|(row, role, members_count, _)| {
        let conversation = row.read()?;
        Ok(ConversationSummary {
            role: role.as_deref().map(rows::role).transpose()?,
            members_count: number(members_count.unwrap_or_default())?,
            last_message: newest.remove(&conversation.id),
            read: read.get(&conversation.id).copied(),
            conversation,
        })
    });
    summaries.collect()
}

pub async fn list_channels(
    mut conn: &AsyncPgConnection,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<ChannelListing>, StoreActError> {
    let mut query = conversations::table
        .filter(conversations::kind.eq(ConversationKind::Channel.as_str()))
        .filter(conversations::visibility.eq(Visibility::Public.as_str()))
        .order(conversations::name_key)
        .limit(limit.overfull())
        .select((ConversationRow::as_select(), members_count!()))
        .into_boxed();
    if let Some(cursor) = after {
        let Some(last_key) = name_key_at(conn, &cursor).await? else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(conversations::name_key.gt(last_key));
    }
    let rows: Vec<(ConversationRow, Option<i64>)> = query.load(&mut conn).await?;
    let listings = rows.into_iter().map(|(row, members_count)| {
        let members_count = number(members_count.unwrap_or_default())?;
        Ok(ChannelListing { conversation: row.read()?, members_count })
    });
    let listings = listings.collect::<Result<_, StoreActError>>()?;
    Ok(Page::from_overfull(listings, limit, |listing: &ChannelListing| channel_cursor(&listing.conversation)))
}

/// Channels are ordered by name, but a name may hold any character and be longer than a cursor.
fn channel_cursor(channel: &Conversation) -> Cursor {
    Cursor::from_keys(&[&channel.id])
}

async fn name_key_at(mut conn: &AsyncPgConnection, cursor: &Cursor) -> Result<Option<String>, StoreActError> {
    let Ok(id) = cursor.as_str().parse::<Uuid>() else {
        return Ok(None);
    };
    // Only where a page may have ended: the name of a private conversation has no say in what is answered.
    let key = conversations::table
        .find(id)
        .filter(conversations::kind.eq(ConversationKind::Channel.as_str()))
        .filter(conversations::visibility.eq(Visibility::Public.as_str()))
        .select(conversations::name_key)
        .first::<Option<String>>(&mut conn);
    Ok(key.await.optional()?.flatten())
}
