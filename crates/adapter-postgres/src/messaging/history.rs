//! Messages and events, read back.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, MessageId};
use rialto_messaging::{Event, HistorySlice, Message};

use super::rows::{EventRow, MessageRow, ProfileRow, bound};
use crate::error::StoreActError;
use crate::schema::{events, messages, users};

/// An event, the message it is about with its sender, the user it is about.
type LoggedRow = (EventRow, Option<MessageRow>, Option<ProfileRow>, Option<ProfileRow>);

pub async fn list_messages(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    slice: HistorySlice,
    limit: i64,
) -> Result<Vec<Message>, StoreActError> {
    let all = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(conversation_id.uuid()))
        .limit(limit.max(0))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .into_boxed();
    let slice = match slice {
        HistorySlice::Latest => all.order(messages::seq.desc()),
        HistorySlice::Before(seq) => all.filter(messages::seq.lt(bound(seq))).order(messages::seq.desc()),
        HistorySlice::After(seq) => all.filter(messages::seq.gt(bound(seq))).order(messages::seq.asc()),
    };
    let rows: Vec<(MessageRow, ProfileRow)> = slice.load(&mut conn).await?;
    Ok(rows.into_iter().map(|(message, sender)| message.read(sender)).collect::<Result<_, _>>()?)
}

/// These messages, in no particular order; unknown ones are left out.
pub async fn find_messages(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<Vec<Message>, StoreActError> {
    let ids: Vec<_> = ids.into_iter().map(MessageId::uuid).collect();
    let rows: Vec<(MessageRow, ProfileRow)> = messages::table
        .inner_join(users::table)
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(message, sender)| message.read(sender)).collect::<Result<_, _>>()?)
}

pub async fn list_events(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreActError> {
    let sender = diesel::alias!(users as sender);
    let rows: Vec<LoggedRow> = events::table
        .left_join(messages::table.on(events::message_id.eq(messages::id.nullable())))
        .left_join(sender.on(sender.field(users::id).eq(messages::sender_id)))
        .left_join(users::table.on(events::user_id.eq(users::id.nullable())))
        .filter(events::conversation_id.eq(conversation_id.uuid()))
        .filter(events::seq.gt(bound(after)))
        .order(events::seq)
        .limit(limit.max(0))
        .select((
            EventRow::as_select(),
            Option::<MessageRow>::as_select(),
            sender.fields((users::id, users::username, users::display_name, users::avatar_url)).nullable(),
            Option::<ProfileRow>::as_select(),
        ))
        .load(&mut conn)
        .await?;
    let events = rows.into_iter().map(|(event, message, sender, subject)| event.read(message.zip(sender), subject));
    Ok(events.collect::<Result<_, _>>()?)
}
