//! The next number of a log, and the entry that takes it.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{Event, EventBody, Member, MemberRole, Profile};

use super::rows::{EventKind, NewEventRow};
use crate::error::{count, store_error};
use crate::schema::{conversations, events};
use crate::value::{DbId, DbInstant};

/// What an act takes from its conversation.
pub struct Numbers {
    pub seq: i64,
    pub ordinal: i64,
}

/// Takes the next `seq`, and the next `ordinal` for a message; `None` if there is no such conversation.
pub fn take_numbers(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    kind: EventKind,
    at: Instant,
) -> Result<Option<Numbers>, StoreError> {
    let ordinals = i64::from(kind == EventKind::MessageCreated);
    let taken = diesel::update(conversations::table.find(DbId::from(conversation_id)))
        .set((
            conversations::last_seq.eq(conversations::last_seq + 1),
            conversations::last_ordinal.eq(conversations::last_ordinal + ordinals),
            conversations::last_event_at.eq(DbInstant(at)),
        ))
        .returning((conversations::last_seq, conversations::last_ordinal))
        .get_result(connection)
        .optional();
    Ok(taken.map_err(store_error)?.map(|(seq, ordinal)| Numbers { seq, ordinal }))
}

/// Logs that somebody came in; `None` if there is no such conversation.
pub fn log_added(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    member: Member,
) -> Result<Option<Event>, StoreError> {
    let (user_id, role, at) = (member.user.id, Some(member.role), member.joined_at);
    let seq = log_membership(connection, conversation_id, EventKind::MemberAdded, user_id, role, at)?;
    Ok(seq.map(|seq| Event { conversation_id, seq, at, body: EventBody::MemberAdded(member) }))
}

/// Logs that somebody left; `None` if there is no such conversation.
pub fn log_removed(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user: Profile,
    at: Instant,
) -> Result<Option<Event>, StoreError> {
    let seq = log_membership(connection, conversation_id, EventKind::MemberRemoved, user.id, None, at)?;
    Ok(seq.map(|seq| Event { conversation_id, seq, at, body: EventBody::MemberRemoved(user) }))
}

/// Writes an entry under a number that was taken.
pub fn insert_event(connection: &mut SqliteConnection, row: &NewEventRow) -> Result<(), StoreError> {
    diesel::insert_into(events::table).values(row).execute(connection).map_err(store_error)?;
    Ok(())
}

fn log_membership(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    kind: EventKind,
    user_id: UserId,
    role: Option<MemberRole>,
    at: Instant,
) -> Result<Option<u64>, StoreError> {
    let Some(numbers) = take_numbers(connection, conversation_id, kind, at)? else { return Ok(None) };
    let row = NewEventRow {
        conversation_id: conversation_id.into(),
        seq: numbers.seq,
        kind: kind.as_str(),
        at: DbInstant(at),
        message_id: None,
        user_id: Some(user_id.into()),
        role: role.map(MemberRole::as_str),
    };
    insert_event(connection, &row)?;
    count(numbers.seq, "an event's number").map(Some)
}
