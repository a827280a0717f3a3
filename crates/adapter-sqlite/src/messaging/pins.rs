//! The messages that a conversation keeps at hand.

use diesel::dsl::count_star;
use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Actor, Done, EventBody, MAX_PINS, Message, MessageRefusal, PinChange};

use super::changes::{seen, unchanged};
use super::log::{Entry, log};
use super::message_parts::complete;
use super::place::Target;
use super::rows::{EventKind, MessageRow};
use crate::error::store_error;
use crate::schema::{messages, users};
use crate::value::{DbId, DbInstant};

pub fn list_pins(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    reader: UserId,
) -> Result<Vec<Message>, StoreError> {
    let rows = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .filter(messages::pinned_at.is_not_null())
        .order((messages::pinned_at.desc(), messages::seq.desc()))
        .select(MessageRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    complete(connection, rows, Some(reader))
}

pub fn set_pin(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    pinned: bool,
    at: Instant,
) -> Result<Done<Message>, MessageRefusal> {
    let target = Target::find(connection, id, by, at)?;
    let user = target.writer()?;
    if !target.standing().may_pin() {
        return Err(MessageRefusal::NotAllowed);
    }
    target.check_not_deleted()?;
    if target.message.pinned_at.is_some() == pinned {
        return unchanged(connection, id, by);
    }
    let conversation_id = target.message.conversation_id;
    if pinned {
        check_room(connection, conversation_id)?;
    }
    diesel::update(messages::table.filter(messages::id.eq(DbId::from(id))))
        .set(messages::pinned_at.eq(pinned.then_some(DbInstant(at))))
        .execute(connection)
        .map_err(store_error)?;
    let kind = if pinned { EventKind::PinAdded } else { EventKind::PinRemoved };
    let numbers = log(connection, conversation_id, &Entry::of_pin(kind, id, by.id), at)?;
    let change = PinChange { message_id: id, user, pinned };
    let body = if pinned { EventBody::PinAdded(change) } else { EventBody::PinRemoved(change) };
    Ok(Done { value: seen(connection, id, by)?, events: vec![numbers.event(conversation_id, at, body)?] })
}

fn check_room(connection: &mut SqliteConnection, conversation_id: ConversationId) -> Result<(), MessageRefusal> {
    let pins: i64 = messages::table
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .filter(messages::pinned_at.is_not_null())
        .select(count_star())
        .first(connection)
        .map_err(store_error)?;
    if usize::try_from(pins).is_ok_and(|pins| pins < MAX_PINS) { Ok(()) } else { Err(MessageRefusal::TooMany) }
}
