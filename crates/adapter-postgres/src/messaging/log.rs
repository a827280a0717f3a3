//! The logs of conversations: numbers without holes, in the order of commits.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{Conversation, Epoch, Event, EventBody, FollowedStream, StreamId, StreamTop};
use uuid::Uuid;

use super::counts::{self, Counted};
use super::event_rows::Subject;
use super::rows::{ConversationRow, bound, number};
use crate::error::{ActError, StoreActError};
use crate::schema::{conversations, user_streams, users};
use crate::statement::Statement;

/// Locks a conversation; `None` if there is none. Whoever has it holds its row until the transaction ends, so nobody
/// else takes the numbers that come next, and nobody commits greater ones first.
pub async fn lock<R>(mut conn: &AsyncPgConnection, id: ConversationId) -> Result<Option<Conversation>, ActError<R>> {
    let row = conversations::table.find(id.uuid()).select(ConversationRow::as_select()).for_no_key_update();
    Ok(row.first(&mut conn).await.optional()?.map(ConversationRow::read).transpose()?)
}

/// Locks those of these conversations that there are. In order of id: who locks several never waits for one who waits
/// for them.
pub async fn lock_all<R>(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = ConversationId>,
) -> Result<HashMap<ConversationId, Conversation>, ActError<R>> {
    let ids: Vec<Uuid> = ids.into_iter().map(ConversationId::uuid).collect();
    let rows: Vec<ConversationRow> = conversations::table
        .filter(conversations::id.eq_any(ids))
        .order(conversations::id)
        .select(ConversationRow::as_select())
        .for_no_key_update()
        .load(&mut conn)
        .await?;
    rows.into_iter().map(|row| Ok(row.read().map(|conversation| (conversation.id, conversation))?)).collect()
}

/// Logs an event in a locked conversation, under the number that is next, and moves the conversation on.
pub async fn record<R>(
    mut conn: &AsyncPgConnection,
    locked: &mut Conversation,
    at: Instant,
    body: EventBody,
) -> Result<Event, ActError<R>> {
    move_on(locked, at);
    if let EventBody::MessageCreated(message) = &body {
        locked.last_ordinal = message.ordinal;
    }
    let id = locked.id.uuid();
    let subject = Subject::of(&body);
    Statement::new(
        "WITH moved AS (
             UPDATE conversations SET last_seq = ?, last_ordinal = ?, last_event_at = ?,
                                      change_number = pg_current_xact_id()::text::bigint
             WHERE id = ?
         )
         INSERT INTO events (conversation_id, seq, kind, at, message_id, user_id, role, emoji)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind::<BigInt, _>(bound(locked.last_seq))
    .bind::<BigInt, _>(bound(locked.last_ordinal))
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(bound(locked.last_seq))
    .bind::<Text, _>(body.name())
    .bind::<Timestamptz, _>(at)
    .bind::<Nullable<SqlUuid>, _>(subject.message_id)
    .bind::<Nullable<SqlUuid>, _>(subject.user_id)
    .bind::<Nullable<Text>, _>(subject.role)
    .bind::<Nullable<Text>, _>(subject.emoji)
    .execute(&mut conn)
    .await?;
    Ok(Event { stream: locked.id.into(), seq: locked.last_seq, at, body })
}

/// What every event changes about the conversation in whose log it is.
pub fn move_on(conversation: &mut Conversation, at: Instant) {
    conversation.last_seq += 1;
    conversation.last_event_at = at;
}

pub async fn tops(mut conn: &AsyncPgConnection, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreActError> {
    let (mut ids, mut user_ids) = (Vec::new(), Vec::new());
    for stream in streams {
        match stream {
            StreamId::Conversation(id) => ids.push(id.uuid()),
            StreamId::Personal(user_id) => user_ids.push(user_id.uuid()),
        }
    }
    let rows: Vec<(Uuid, Uuid, i64)> = conversations::table
        .filter(conversations::id.eq_any(ids))
        .select((conversations::id, conversations::epoch, conversations::last_seq))
        .load(&mut conn)
        .await?;
    let mut tops = Vec::with_capacity(streams.len());
    for (id, epoch, last_seq) in rows {
        let stream = StreamId::Conversation(id.into());
        tops.push(StreamTop { stream, epoch: Epoch(epoch), last_seq: number(last_seq)? });
    }
    tops.extend(personal_tops(conn, user_ids).await?);
    Ok(tops)
}

/// The tops of the own logs of those of these who are users.
pub async fn personal_tops(mut conn: &AsyncPgConnection, user_ids: Vec<Uuid>) -> Result<Vec<StreamTop>, StoreActError> {
    if user_ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, Option<(Uuid, i64)>)> = users::table
        .left_join(user_streams::table)
        .filter(users::id.eq_any(user_ids))
        .select((users::id, (user_streams::epoch, user_streams::last_seq).nullable()))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(id, log)| personal_top(id, log)).collect::<Result<_, _>>()?)
}

/// The log positions of every conversation a user is in, with what they have read, and of their own log. Must be one
/// snapshot: a pointer that moves is in both.
pub async fn followed(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<FollowedStream>, StoreActError> {
    let mut followed: Vec<_> = counts::of_all(conn, user_id).await?.into_iter().map(Counted::followed).collect();
    let log = user_streams::table.find(user_id.uuid()).select((user_streams::epoch, user_streams::last_seq));
    let log: Option<(Uuid, i64)> = log.first(&mut conn).await.optional()?;
    followed.push(FollowedStream { top: personal_top(user_id.uuid(), log)?, read: None });
    Ok(followed)
}

/// The top of a user's own log; one that is empty yet has no row.
fn personal_top(user_id: Uuid, log: Option<(Uuid, i64)>) -> Result<StreamTop, StoreError> {
    let (epoch, last_seq) = log.unwrap_or((user_id, 0));
    Ok(StreamTop { stream: StreamId::Personal(user_id.into()), epoch: Epoch(epoch), last_seq: number(last_seq)? })
}
