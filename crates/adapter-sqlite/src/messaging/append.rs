//! The next message of a conversation.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{AppendRefusal, Appended, Message, MessageContent, NewMessage, Standing, WriteRefusal};

use super::log::{Entry, log};
use super::mentions::{Mentioned, insert_mentions, resolve};
use super::message_parts::complete;
use super::place::Place;
use super::rows::{EventKind, MessageRow, NewMessageRow, message_content};
use super::terms::insert_terms;
use super::threads::{Root, add_reply, find_root, may_answer};
use crate::error::{count, store_error};
use crate::schema::{message_revisions, messages, users};
use crate::value::{DbId, DbInstant, bounded};

pub fn append_message(connection: &mut SqliteConnection, new: NewMessage) -> Result<Appended, AppendRefusal> {
    if let Some(earlier) = find_by_nonce(connection, &new)? {
        return retry(connection, &new, earlier);
    }
    let place = Place::find(connection, new.conversation_id, new.sender.id)?;
    let place = place.ok_or(WriteRefusal::NotAMember)?;
    let standing = place.standing(new.sender, new.at);
    let sender = standing.check_write()?.user.clone();
    check_pause(connection, &standing)?;
    let root = find_thread(connection, &new)?;
    if let Some(reply_to) = new.reply_to
        && !may_answer(connection, new.conversation_id, new.thread_root, reply_to)?
    {
        return Err(AppendRefusal::UnknownReply);
    }
    let mentioned = resolve(connection, &standing, &new.mentions)?;
    let entry = Entry::of_message(EventKind::MessageCreated, new.id);
    let numbers = log(connection, new.conversation_id, &entry, new.at)?;
    let mut message = Message {
        id: new.id,
        conversation_id: new.conversation_id,
        seq: count(numbers.seq, "a message's number")?,
        ordinal: count(numbers.ordinal, "a message's ordinal")?,
        sender,
        content: Some(new.content.clone()),
        reply_to: new.reply_to,
        thread_root: new.thread_root,
        thread: None,
        mentions: mentioned.shown(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: new.at,
        nonce: new.nonce,
    };
    insert(connection, &message, &new.content, &mentioned)?;
    if let Some(root) = root {
        message.thread = Some(add_reply(connection, &root, &message, &mentioned)?);
    }
    Ok(Appended::New(message))
}

fn find_by_nonce(connection: &mut SqliteConnection, new: &NewMessage) -> Result<Option<MessageRow>, StoreError> {
    messages::table
        .inner_join(users::table)
        .filter(messages::sender_id.eq(DbId::from(new.sender.id)))
        .filter(messages::nonce.eq(new.nonce.as_str()))
        .select(MessageRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)
}

fn retry(connection: &mut SqliteConnection, new: &NewMessage, earlier: MessageRow) -> Result<Appended, AppendRefusal> {
    let earlier = complete(connection, vec![earlier], Some(new.sender.id))?.pop();
    let earlier = earlier.ok_or_else(|| StoreError::corrupt("a message that was just found"))?;
    let original = original_content(connection, &earlier)?;
    if new.is_retry_of(&earlier, original.as_ref()) {
        Ok(Appended::Duplicate(earlier))
    } else {
        Err(AppendRefusal::NonceConflict)
    }
}

/// What a message said first; `None` once it is deleted.
fn original_content(
    connection: &mut SqliteConnection,
    message: &Message,
) -> Result<Option<MessageContent>, StoreError> {
    if message.edited_at.is_none() || message.deleted_at.is_some() {
        return Ok(message.content.clone());
    }
    let first: String = message_revisions::table
        .find((DbId::from(message.id), 1))
        .select(message_revisions::content)
        .first(connection)
        .map_err(store_error)?;
    message_content(&first).map(Some)
}

/// Slow mode: when the sender last said something is asked only where it counts.
fn check_pause(connection: &mut SqliteConnection, standing: &Standing<'_>) -> Result<(), AppendRefusal> {
    if standing.conversation.settings.slowmode_s == 0 {
        return Ok(());
    }
    let last = last_sent_at(connection, standing.conversation.id, standing.actor.id)?;
    match standing.slowed_until(last) {
        Some(until) => Err(AppendRefusal::SlowMode { until }),
        None => Ok(()),
    }
}

fn last_sent_at(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    sender: UserId,
) -> Result<Option<Instant>, StoreError> {
    let at: Option<DbInstant> = messages::table
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .filter(messages::sender_id.eq(DbId::from(sender)))
        .order(messages::ordinal.desc())
        .select(messages::created_at)
        .first(connection)
        .optional()
        .map_err(store_error)?;
    Ok(at.map(|at| at.0))
}

fn find_thread(connection: &mut SqliteConnection, new: &NewMessage) -> Result<Option<Root>, AppendRefusal> {
    let Some(id) = new.thread_root else { return Ok(None) };
    match find_root(connection, new.conversation_id, id)? {
        Some(root) if !root.is_deleted => Ok(Some(root)),
        _ => Err(AppendRefusal::UnknownThread),
    }
}

pub fn insert(
    connection: &mut SqliteConnection,
    message: &Message,
    content: &MessageContent,
    mentioned: &Mentioned,
) -> Result<(), StoreError> {
    let row = NewMessageRow {
        conversation_id: message.conversation_id.into(),
        seq: bounded(message.seq),
        id: message.id.into(),
        ordinal: bounded(message.ordinal),
        sender_id: message.sender.id.into(),
        nonce: message.nonce.as_str(),
        content: content.as_str(),
        reply_to: message.reply_to.map(DbId::from),
        created_at: DbInstant(message.created_at),
        thread_root: message.thread_root.map(DbId::from),
        mentions_all: mentioned.all,
        mentions_here: mentioned.here,
    };
    diesel::insert_into(messages::table).values(&row).execute(connection).map_err(store_error)?;
    insert_mentions(connection, message, mentioned)?;
    insert_terms(connection, message.conversation_id, message.id, content)
}
