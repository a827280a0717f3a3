//! Who reacts to a message how.

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel::select;
use rialto_kernel::{Instant, MessageId, StoreError};
use rialto_messaging::{Actor, Done, Emoji, EventBody, MAX_EMOJI, Message, MessageRefusal, ReactionChange};

use super::changes::{seen, unchanged};
use super::log::{Entry, log};
use super::place::Target;
use super::rows::EventKind;
use crate::error::{count, store_error};
use crate::schema::reactions;
use crate::value::{DbId, DbInstant};

pub fn set_reaction(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    emoji: Emoji,
    present: bool,
    at: Instant,
) -> Result<Done<Message>, MessageRefusal> {
    let target = Target::find(connection, id, by, at)?;
    let user = target.writer()?;
    target.check_not_deleted()?;
    let moved = if present { add(connection, id, by, &emoji, at)? } else { take_back(connection, id, by, &emoji)? };
    if !moved {
        return unchanged(connection, id, by);
    }
    let kind = if present { EventKind::ReactionAdded } else { EventKind::ReactionRemoved };
    let conversation_id = target.message.conversation_id;
    let numbers = log(connection, conversation_id, &Entry::of_reaction(kind, id, by.id, &emoji), at)?;
    let count = count_of(connection, id, &emoji)?;
    let change = ReactionChange { message_id: id, user, emoji, count };
    let body = if present { EventBody::ReactionAdded(change) } else { EventBody::ReactionRemoved(change) };
    Ok(Done { value: seen(connection, id, by)?, events: vec![numbers.event(conversation_id, at, body)?] })
}

/// Whether the reaction is new.
fn add(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    emoji: &Emoji,
    at: Instant,
) -> Result<bool, MessageRefusal> {
    let of_message = reactions::table.filter(reactions::message_id.eq(DbId::from(id)));
    let same = of_message.filter(reactions::emoji.eq(emoji.as_str()));
    if !select(exists(same)).get_result(connection).map_err(store_error)? {
        let different: i64 = of_message
            .select(diesel::dsl::count(reactions::emoji).aggregate_distinct())
            .first(connection)
            .map_err(store_error)?;
        if usize::try_from(different).is_ok_and(|different| different >= MAX_EMOJI) {
            return Err(MessageRefusal::TooMany);
        }
    }
    let inserted = diesel::insert_into(reactions::table)
        .values((
            reactions::message_id.eq(DbId::from(id)),
            reactions::emoji.eq(emoji.as_str()),
            reactions::user_id.eq(DbId::from(by.id)),
            reactions::at.eq(DbInstant(at)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .map_err(store_error)?;
    Ok(inserted > 0)
}

/// Whether the reaction was there.
fn take_back(connection: &mut SqliteConnection, id: MessageId, by: Actor, emoji: &Emoji) -> Result<bool, StoreError> {
    let own = reactions::table.find((DbId::from(id), emoji.as_str(), DbId::from(by.id)));
    Ok(diesel::delete(own).execute(connection).map_err(store_error)? > 0)
}

fn count_of(connection: &mut SqliteConnection, id: MessageId, emoji: &Emoji) -> Result<u64, StoreError> {
    let number = reactions::table
        .filter(reactions::message_id.eq(DbId::from(id)))
        .filter(reactions::emoji.eq(emoji.as_str()))
        .select(count_star())
        .first(connection)
        .map_err(store_error)?;
    count(number, "a count of reactions")
}
