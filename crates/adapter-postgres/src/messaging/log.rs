//! The event log: numbers without holes, in the order of commits.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{Event, EventBody, StreamTop};
use uuid::Uuid;

use super::rows::{NewEventRow, StreamTopRow, number};
use crate::error::{ActError, StoreActError};
use crate::schema::{conversations, events, members};

/// The next numbers of a conversation. Whoever has them holds the conversation's row until the
/// transaction ends, so nobody else has the same, and nobody commits greater ones first.
#[derive(Clone, Copy)]
pub struct NextNumbers {
    pub seq: i64,
    pub ordinal: i64,
}

/// Locks a conversation and says what numbers come next; `None` if there is no such conversation.
pub async fn lock(mut conn: &AsyncPgConnection, id: ConversationId) -> QueryResult<Option<NextNumbers>> {
    let last: Option<(i64, i64)> = conversations::table
        .find(id.uuid())
        .select((conversations::last_seq, conversations::last_ordinal))
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    Ok(last.map(|(seq, ordinal)| NextNumbers { seq: seq + 1, ordinal: ordinal + 1 }))
}

/// Logs an event in a locked conversation, under the number that is next.
pub async fn record<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    next: NextNumbers,
    at: Instant,
    body: EventBody,
) -> Result<Event, ActError<R>> {
    let ordinal = match &body {
        EventBody::MessageCreated(_) => next.ordinal,
        EventBody::MemberAdded(_) | EventBody::MemberRemoved(_) => next.ordinal - 1,
    };
    let mut pipelined = conn;
    let moved_on = diesel::update(conversations::table.find(conversation_id.uuid()))
        .set((
            conversations::last_seq.eq(next.seq),
            conversations::last_ordinal.eq(ordinal),
            conversations::last_event_at.eq(at),
        ))
        .execute(&mut conn);
    let logged = diesel::insert_into(events::table)
        .values(NewEventRow::new(conversation_id, next.seq, at, &body))
        .execute(&mut pipelined);
    try_join!(moved_on, logged)?;
    Ok(Event { conversation_id, seq: number(next.seq)?, at, body })
}

pub async fn tops_of(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<StreamTop>, StoreActError> {
    let rows: Vec<StreamTopRow> = conversations::table
        .inner_join(members::table)
        .filter(members::user_id.eq(user_id.uuid()))
        .select(StreamTopRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(StreamTopRow::read).collect::<Result<_, _>>()?)
}

pub async fn tops(
    mut conn: &AsyncPgConnection,
    conversations: &[ConversationId],
) -> Result<Vec<StreamTop>, StoreActError> {
    let ids: Vec<Uuid> = conversations.iter().map(|id| id.uuid()).collect();
    let rows: Vec<StreamTopRow> = conversations::table
        .filter(conversations::id.eq_any(ids))
        .select(StreamTopRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(StreamTopRow::read).collect::<Result<_, _>>()?)
}
