//! Messages that are said differently, or taken back.

use diesel::dsl::count_star;
use diesel::prelude::*;
use rialto_kernel::{Instant, MessageId, StoreError};
use rialto_messaging::{
    Actor, AuditAction, Done, EventBody, MAX_REVISIONS, Message, MessageContent, MessageRefusal, Revision,
    WantedMentions,
};

use super::audit::{Decision, write_down};
use super::log::{Entry, Numbers, log};
use super::mentions::{Mentioned, insert_mentions, remove_mentions, resolve};
use super::message_parts::{find_message, for_all};
use super::place::Target;
use super::rows::{EventKind, message_content};
use super::terms::{remove_terms, replace_terms};
use super::threads::follow_mentioned;
use crate::error::store_error;
use crate::schema::{message_revisions, messages, reactions};
use crate::value::{DbId, DbInstant};

pub fn list_revisions(connection: &mut SqliteConnection, id: MessageId) -> Result<Vec<Revision>, StoreError> {
    let rows: Vec<(String, DbInstant)> = message_revisions::table
        .filter(message_revisions::message_id.eq(DbId::from(id)))
        .order(message_revisions::number)
        .select((message_revisions::content, message_revisions::at))
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|(content, at)| Ok(Revision { content: message_content(&content)?, at: at.0 })).collect()
}

pub fn edit_message(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    content: &MessageContent,
    mentions: &WantedMentions,
    at: Instant,
) -> Result<Done<Message>, MessageRefusal> {
    let target = Target::find(connection, id, by, at)?;
    target.writer()?;
    if target.message.sender.id != by.id {
        return Err(MessageRefusal::NotAllowed);
    }
    let Some(earlier) = &target.message.content else { return Err(MessageRefusal::Deleted) };
    if earlier == content {
        return unchanged(connection, id, by);
    }
    keep_revision(connection, &target.message, earlier)?;
    let mentioned = resolve(connection, &target.standing(), mentions)?;
    rewrite(connection, &target.message, content, &mentioned, at)?;
    let numbers =
        log(connection, target.message.conversation_id, &Entry::of_message(EventKind::MessageEdited, id), at)?;
    changed(connection, id, by, numbers, at, EventBody::MessageEdited)
}

fn keep_revision(
    connection: &mut SqliteConnection,
    message: &Message,
    earlier: &MessageContent,
) -> Result<(), MessageRefusal> {
    let kept: i64 = message_revisions::table
        .filter(message_revisions::message_id.eq(DbId::from(message.id)))
        .select(count_star())
        .first(connection)
        .map_err(store_error)?;
    if usize::try_from(kept).is_ok_and(|kept| kept >= MAX_REVISIONS) {
        return Err(MessageRefusal::TooMany);
    }
    diesel::insert_into(message_revisions::table)
        .values((
            message_revisions::message_id.eq(DbId::from(message.id)),
            message_revisions::number.eq(kept + 1),
            message_revisions::content.eq(earlier.as_str()),
            message_revisions::at.eq(DbInstant(message.edited_at.unwrap_or(message.created_at))),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn rewrite(
    connection: &mut SqliteConnection,
    message: &Message,
    content: &MessageContent,
    mentioned: &Mentioned,
    at: Instant,
) -> Result<(), StoreError> {
    diesel::update(messages::table.filter(messages::id.eq(DbId::from(message.id))))
        .set((
            messages::content.eq(content.as_str()),
            messages::edited_at.eq(DbInstant(at)),
            messages::mentions_all.eq(mentioned.all),
            messages::mentions_here.eq(mentioned.here),
        ))
        .execute(connection)
        .map_err(store_error)?;
    remove_mentions(connection, message)?;
    insert_mentions(connection, message, mentioned)?;
    follow_mentioned(connection, message, mentioned)?;
    replace_terms(connection, message.id, content)
}

pub fn delete_message(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    at: Instant,
) -> Result<Done<Message>, MessageRefusal> {
    let target = Target::find(connection, id, by, at)?;
    if target.place.member.is_none() && !by.is_admin {
        return Err(MessageRefusal::UnknownMessage);
    }
    if !target.standing().may_delete(&target.message) {
        return Err(MessageRefusal::NotAllowed);
    }
    if target.message.deleted_at.is_some() {
        return unchanged(connection, id, by);
    }
    erase(connection, &target.message, at)?;
    let (conversation_id, sender) = (target.message.conversation_id, target.message.sender.id);
    if sender != by.id {
        let decision = Decision { message_id: Some(id), ..Decision::over_user(AuditAction::MessageDeleted, sender) };
        write_down(connection, conversation_id, by.id, at, &decision)?;
    }
    let numbers = log(connection, conversation_id, &Entry::of_message(EventKind::MessageDeleted, id), at)?;
    changed(connection, id, by, numbers, at, EventBody::MessageDeleted)
}

/// Leaves nothing of a message but its place.
fn erase(connection: &mut SqliteConnection, message: &Message, at: Instant) -> Result<(), StoreError> {
    let id = DbId::from(message.id);
    diesel::update(messages::table.filter(messages::id.eq(id)))
        .set((
            messages::content.eq(""),
            messages::deleted_at.eq(DbInstant(at)),
            messages::pinned_at.eq(None::<DbInstant>),
            messages::mentions_all.eq(false),
            messages::mentions_here.eq(false),
        ))
        .execute(connection)
        .map_err(store_error)?;
    diesel::delete(message_revisions::table.filter(message_revisions::message_id.eq(id)))
        .execute(connection)
        .map_err(store_error)?;
    diesel::delete(reactions::table.filter(reactions::message_id.eq(id))).execute(connection).map_err(store_error)?;
    remove_mentions(connection, message)?;
    remove_terms(connection, message.id)
}

/// A message that is there, as the actor sees it.
pub fn seen(connection: &mut SqliteConnection, id: MessageId, by: Actor) -> Result<Message, StoreError> {
    find_message(connection, id, Some(by.id))?.ok_or_else(|| StoreError::corrupt("a message that was just found"))
}

/// What an act returns that found all as it should be.
pub fn unchanged(connection: &mut SqliteConnection, id: MessageId, by: Actor) -> Result<Done<Message>, MessageRefusal> {
    Ok(Done { value: seen(connection, id, by)?, events: Vec::new() })
}

fn changed(
    connection: &mut SqliteConnection,
    id: MessageId,
    by: Actor,
    numbers: Numbers,
    at: Instant,
    body: impl FnOnce(Message) -> EventBody,
) -> Result<Done<Message>, MessageRefusal> {
    let value = seen(connection, id, by)?;
    let event = numbers.event(value.conversation_id, at, body(for_all(&value)))?;
    Ok(Done { value, events: vec![event] })
}
