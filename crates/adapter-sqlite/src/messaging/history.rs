//! Messages and events that are there.

use std::collections::HashMap;

use diesel::prelude::*;
use rialto_kernel::{ConversationId, StoreError};
use rialto_messaging::{Event, EventBody, HistorySlice, Member, Message};

use super::rows::{EventKind, EventRow, MessageRow, member_role};
use crate::error::{count, store_error};
use crate::schema::{events, messages, users};
use crate::value::DbId;

pub fn list_messages(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    slice: HistorySlice,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let all = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .select(MessageRow::as_select());
    let rows = match slice {
        HistorySlice::Latest => all.order(messages::seq.desc()).limit(limit).load(connection),
        HistorySlice::Before(seq) => {
            all.filter(messages::seq.lt(bounded(seq))).order(messages::seq.desc()).limit(limit).load(connection)
        }
        HistorySlice::After(seq) => {
            all.filter(messages::seq.gt(bounded(seq))).order(messages::seq.asc()).limit(limit).load(connection)
        }
    };
    rows.map_err(store_error)?.into_iter().map(Message::try_from).collect()
}

/// Two queries whatever the limit: the log, then the messages it speaks of.
pub fn list_events(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<EventRow> = events::table
        .left_join(users::table)
        .filter(events::conversation_id.eq(DbId::from(conversation_id)))
        .filter(events::seq.gt(bounded(after)))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let said: Vec<MessageRow> = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .filter(messages::seq.between(first.seq, last.seq))
        .select(MessageRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let mut said: HashMap<i64, MessageRow> = said.into_iter().map(|row| (row.seq, row)).collect();
    rows.into_iter()
        .map(|row| {
            let message = said.remove(&row.seq);
            Ok(Event {
                conversation_id,
                seq: count(row.seq, "an event's number")?,
                at: row.at.0,
                body: body(row, message)?,
            })
        })
        .collect()
}

fn body(row: EventRow, message: Option<MessageRow>) -> Result<EventBody, StoreError> {
    let incomplete = || StoreError::corrupt(format!("an event {:?} that lacks what it is about", row.kind));
    match EventKind::from_word(&row.kind) {
        Some(EventKind::MessageCreated) => Ok(EventBody::MessageCreated(message.ok_or_else(incomplete)?.try_into()?)),
        Some(EventKind::MemberAdded) => {
            let role = member_role(row.role.as_deref().ok_or_else(incomplete)?)?;
            let user = row.user.ok_or_else(incomplete)?.into();
            Ok(EventBody::MemberAdded(Member { user, role, joined_at: row.at.0 }))
        }
        Some(EventKind::MemberRemoved) => Ok(EventBody::MemberRemoved(row.user.ok_or_else(incomplete)?.into())),
        None => Err(StoreError::corrupt("an event's kind")),
    }
}

/// A number as the database counts; beyond its range there is nothing.
fn bounded(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
