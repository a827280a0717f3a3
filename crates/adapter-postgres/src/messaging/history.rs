//! Messages, read back.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};
use rialto_messaging::{HistoryPart, HistorySlice, Message, Revision};
use uuid::Uuid;

use super::message_parts;
use super::message_rows::{self, MessageRow};
use super::rows::{ProfileRow, bound};
use crate::error::{ActError, StoreActError};
use crate::schema::{message_revisions, messages, users};

pub async fn list_messages(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    part: HistoryPart,
    slice: HistorySlice,
    limit: i64,
    reader: UserId,
) -> Result<Vec<Message>, StoreActError> {
    let all = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(conversation_id.uuid()))
        .limit(limit.max(0))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .into_boxed();
    let part = match part {
        HistoryPart::Main => all.filter(messages::thread_root.is_null()),
        HistoryPart::Thread(root) => all.filter(messages::thread_root.eq(root.uuid())),
    };
    let slice = match slice {
        HistorySlice::Latest => part.order(messages::seq.desc()),
        HistorySlice::Before(seq) => part.filter(messages::seq.lt(bound(seq))).order(messages::seq.desc()),
        HistorySlice::After(seq) => part.filter(messages::seq.gt(bound(seq))).order(messages::seq.asc()),
    };
    let rows = slice.load(&mut conn).await?;
    message_parts::complete(conn, read(rows)?, Some(reader)).await
}

/// These messages as `reader` sees them, or as they are in events; in no particular order, unknown ones left out.
pub async fn find_messages<R>(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = MessageId>,
    reader: Option<UserId>,
) -> Result<Vec<Message>, ActError<R>> {
    let ids: Vec<Uuid> = ids.into_iter().map(MessageId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = messages::table
        .inner_join(users::table)
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .load(&mut conn)
        .await?;
    message_parts::complete(conn, read(rows)?, reader).await
}

pub async fn list_revisions(mut conn: &AsyncPgConnection, id: MessageId) -> Result<Vec<Revision>, StoreActError> {
    let rows: Vec<(String, _)> = message_revisions::table
        .filter(message_revisions::message_id.eq(id.uuid()))
        .order(message_revisions::number)
        .select((message_revisions::content, message_revisions::at))
        .load(&mut conn)
        .await?;
    let revisions = rows.into_iter().map(|(said, at)| Ok(Revision { content: message_rows::content(&said)?, at }));
    revisions.collect()
}

/// Messages without what hangs on them.
pub fn read(rows: Vec<(MessageRow, ProfileRow)>) -> Result<Vec<Message>, StoreError> {
    rows.into_iter().map(|(message, sender)| message.read(sender)).collect()
}
