//! The next number of a log, and the entry that takes it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Emoji, Event, EventBody, Member, MemberRole, Profile};

use super::rows::{EventKind, NewEventRow};
use crate::error::{count, store_error};
use crate::prepared::{Value, statement};
use crate::schema::events;
use crate::value::{DbId, DbInstant};

/// What an act takes from its conversation.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub seq: i64,
    pub ordinal: i64,
}

impl Numbers {
    /// The event that took them.
    pub fn event(self, conversation_id: ConversationId, at: Instant, body: EventBody) -> Result<Event, StoreError> {
        Ok(Event { stream: conversation_id.into(), seq: count(self.seq, "an event's number")?, at, body })
    }
}

/// What an entry is about, as its kind needs it.
pub struct Entry<'a> {
    kind: EventKind,
    message_id: Option<MessageId>,
    user_id: Option<UserId>,
    role: Option<MemberRole>,
    emoji: Option<&'a Emoji>,
}

impl<'a> Entry<'a> {
    pub const fn of_conversation(kind: EventKind) -> Self {
        Self { kind, message_id: None, user_id: None, role: None, emoji: None }
    }

    pub const fn of_message(kind: EventKind, message_id: MessageId) -> Self {
        Self { message_id: Some(message_id), ..Self::of_conversation(kind) }
    }

    pub const fn of_user(kind: EventKind, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..Self::of_conversation(kind) }
    }

    pub const fn of_member(kind: EventKind, member: &Member) -> Self {
        Self { role: Some(member.role), ..Self::of_user(kind, member.user.id) }
    }

    pub const fn of_pin(kind: EventKind, message_id: MessageId, user_id: UserId) -> Self {
        Self { message_id: Some(message_id), ..Self::of_user(kind, user_id) }
    }

    pub const fn of_reaction(kind: EventKind, message_id: MessageId, user_id: UserId, emoji: &'a Emoji) -> Self {
        Self { emoji: Some(emoji), ..Self::of_pin(kind, message_id, user_id) }
    }
}

/// Writes an entry under the next `seq` of a conversation that is there, and takes the next `ordinal` for a message.
pub fn log(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    entry: &Entry,
    at: Instant,
) -> Result<Numbers, StoreError> {
    let numbers = take_numbers(connection, conversation_id, entry.kind, at)?;
    let row = NewEventRow {
        conversation_id: conversation_id.into(),
        seq: numbers.seq,
        kind: entry.kind.as_str(),
        at: DbInstant(at),
        message_id: entry.message_id.map(DbId::from),
        user_id: entry.user_id.map(DbId::from),
        role: entry.role.map(MemberRole::as_str),
        emoji: entry.emoji.map(Emoji::as_str),
    };
    diesel::insert_into(events::table).values(&row).execute(connection).map_err(store_error)?;
    Ok(numbers)
}

const TAKE_NUMBERS: &str = "UPDATE conversations
    SET last_seq = last_seq + 1, last_ordinal = last_ordinal + ?, last_event_at = ?,
        change_number = (SELECT value FROM change_counter)
    WHERE id = ? RETURNING last_seq, last_ordinal";

fn take_numbers(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    kind: EventKind,
    at: Instant,
) -> Result<Numbers, StoreError> {
    let ordinals = i64::from(kind == EventKind::MessageCreated);
    statement::<0, ()>("UPDATE change_counter SET value = value + 1", []).execute(connection).map_err(store_error)?;
    let values = [Value::Integer(ordinals), Value::Integer(at.timestamp_micros()), Value::Id(conversation_id.into())];
    let (seq, ordinal) =
        statement::<3, (BigInt, BigInt)>(TAKE_NUMBERS, values).get_result(connection).map_err(store_error)?;
    Ok(Numbers { seq, ordinal })
}

/// Logs that somebody came in.
pub fn log_added(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    member: Member,
) -> Result<Event, StoreError> {
    let at = member.joined_at;
    let numbers = log(connection, conversation_id, &Entry::of_member(EventKind::MemberAdded, &member), at)?;
    numbers.event(conversation_id, at, EventBody::MemberAdded(member))
}

/// Logs that somebody left.
pub fn log_removed(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user: Profile,
    at: Instant,
) -> Result<Event, StoreError> {
    let numbers = log(connection, conversation_id, &Entry::of_user(EventKind::MemberRemoved, user.id), at)?;
    numbers.event(conversation_id, at, EventBody::MemberRemoved(user))
}
