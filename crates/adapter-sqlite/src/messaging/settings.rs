//! Conversations that become different, or go.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, ChangeRefusal, Conversation, ConversationChanges, ConversationKind, Done, Event, EventBody,
    MemberRole,
};

use super::audit::{Decision, write_down};
use super::conversations::{find_conversation, is_channel};
use super::log::{Entry, log};
use super::personal::log_left;
use super::place::Place;
use super::rows::EventKind;
use super::terms::remove_conversation;
use crate::error::store_error;
use crate::schema::{conversations, members};
use crate::value::{DbId, DbInstant};

pub fn change_conversation(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: Actor,
    changes: &ConversationChanges,
    at: Instant,
) -> Result<Done<Conversation>, ChangeRefusal> {
    let conversation = find_ruled(connection, conversation_id, by, changes.needed_role())?;
    let changed = changes.applied_to(&conversation, at);
    if changed == conversation {
        return Ok(Done { value: conversation, events: Vec::new() });
    }
    check_name(connection, &changed)?;
    store(connection, &changed)?;
    let numbers = log(connection, conversation_id, &Entry::of_conversation(EventKind::ConversationChanged), at)?;
    let decision =
        Decision { action: AuditAction::ConversationChanged, user_id: None, message_id: None, detail: changes.names() };
    write_down(connection, conversation_id, by.id, at, &decision)?;
    let value = find_conversation(connection, conversation_id)?.ok_or(ChangeRefusal::NotFound)?;
    let event = numbers.event(conversation_id, at, EventBody::ConversationChanged(value.clone()))?;
    Ok(Done { value, events: vec![event] })
}

/// A conversation over which `by` may decide what takes at least this role.
fn find_ruled(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: Actor,
    role: MemberRole,
) -> Result<Conversation, ChangeRefusal> {
    let Place { conversation, member, .. } =
        Place::find(connection, conversation_id, by.id)?.ok_or(ChangeRefusal::NotFound)?;
    if member.is_none() && !by.is_admin {
        return Err(ChangeRefusal::NotFound);
    }
    let allowed = by.is_admin || member.is_some_and(|member| member.role >= role);
    match conversation.kind {
        ConversationKind::Group | ConversationKind::Channel if allowed => Ok(conversation),
        ConversationKind::Group | ConversationKind::Channel | ConversationKind::Direct => {
            Err(ChangeRefusal::NotAllowed)
        }
    }
}

fn check_name(connection: &mut SqliteConnection, changed: &Conversation) -> Result<(), ChangeRefusal> {
    let (ConversationKind::Channel, Some(name)) = (changed.kind, &changed.name) else { return Ok(()) };
    let namesakes = conversations::table
        .filter(is_channel())
        .filter(conversations::name_key.eq(name.key()))
        .filter(conversations::id.ne(DbId::from(changed.id)));
    if select(exists(namesakes)).get_result(connection).map_err(store_error)? {
        return Err(ChangeRefusal::NameTaken);
    }
    Ok(())
}

pub fn store(connection: &mut SqliteConnection, changed: &Conversation) -> Result<(), StoreError> {
    diesel::update(conversations::table.find(DbId::from(changed.id)))
        .set((
            conversations::name.eq(changed.name.as_ref().map(|name| name.as_str())),
            conversations::name_key.eq(changed.name.as_ref().map(|name| name.key())),
            conversations::topic.eq(changed.topic.as_str()),
            conversations::visibility.eq(changed.visibility.as_str()),
            conversations::archived_at.eq(changed.archived_at.map(DbInstant)),
            conversations::slowmode_s.eq(i64::from(changed.settings.slowmode_s)),
            conversations::guests_may_write.eq(changed.settings.guests_may_write),
            conversations::receipts.eq(changed.settings.receipts),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

pub fn delete_conversation(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: Actor,
    at: Instant,
) -> Result<Vec<Event>, ChangeRefusal> {
    let conversation = find_ruled(connection, conversation_id, by, MemberRole::Owner)?;
    let mut events = vec![Event {
        stream: conversation_id.into(),
        seq: conversation.last_seq + 1,
        at,
        body: EventBody::ConversationDeleted,
    }];
    let members: Vec<DbId> = members::table
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .order(members::user_id)
        .select(members::user_id)
        .load(connection)
        .map_err(store_error)?;
    // The index is no table of rows that go with others.
    remove_conversation(connection, conversation_id)?;
    diesel::delete(conversations::table.find(DbId::from(conversation_id))).execute(connection).map_err(store_error)?;
    for user_id in members.into_iter().map(UserId::from) {
        events.push(log_left(connection, user_id, conversation_id, at)?);
    }
    Ok(events)
}
