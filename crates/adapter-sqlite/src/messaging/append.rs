//! The next message of a conversation.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_kernel::StoreError;
use rialto_messaging::{AppendRefusal, Appended, Message, NewMessage};

use super::log::{insert_event, take_numbers};
use super::members::find_member;
use super::rows::{EventKind, MessageRow, NewEventRow, NewMessageRow};
use crate::error::{count, store_error};
use crate::schema::{messages, users};
use crate::value::{DbId, DbInstant};

pub fn append_message(connection: &mut SqliteConnection, new: NewMessage) -> Result<Appended, AppendRefusal> {
    if let Some(earlier) = find_by_nonce(connection, &new)? {
        let retry = new.is_retry_of(&earlier);
        return if retry { Ok(Appended::Duplicate(earlier)) } else { Err(AppendRefusal::NonceConflict) };
    }
    let member = find_member(connection, new.conversation_id, new.sender_id)?.ok_or(AppendRefusal::NotAMember)?;
    if !member.role.may_write() {
        return Err(AppendRefusal::ReadOnly);
    }
    if !reply_is_here(connection, &new)? {
        return Err(AppendRefusal::UnknownReply);
    }
    let numbers = take_numbers(connection, new.conversation_id, EventKind::MessageCreated, new.at)?
        .ok_or(AppendRefusal::NotAMember)?;
    let message = Message {
        id: new.id,
        conversation_id: new.conversation_id,
        seq: count(numbers.seq, "a message's number")?,
        ordinal: count(numbers.ordinal, "a message's ordinal")?,
        sender: member.user,
        content: new.content,
        reply_to: new.reply_to,
        created_at: new.at,
        nonce: new.nonce,
    };
    let event = NewEventRow {
        conversation_id: message.conversation_id.into(),
        seq: numbers.seq,
        kind: EventKind::MessageCreated.as_str(),
        at: DbInstant(message.created_at),
        message_id: Some(message.id.into()),
        user_id: None,
        role: None,
    };
    insert_event(connection, &event)?;
    let row = NewMessageRow {
        conversation_id: message.conversation_id.into(),
        seq: numbers.seq,
        id: message.id.into(),
        ordinal: numbers.ordinal,
        sender_id: message.sender.id.into(),
        nonce: message.nonce.as_str(),
        content: message.content.as_str(),
        reply_to: message.reply_to.map(DbId::from),
        created_at: DbInstant(message.created_at),
    };
    diesel::insert_into(messages::table).values(&row).execute(connection).map_err(store_error)?;
    Ok(Appended::New(message))
}

fn find_by_nonce(connection: &mut SqliteConnection, new: &NewMessage) -> Result<Option<Message>, StoreError> {
    let row = messages::table
        .inner_join(users::table)
        .filter(messages::sender_id.eq(DbId::from(new.sender_id)))
        .filter(messages::nonce.eq(new.nonce.as_str()))
        .select(MessageRow::as_select())
        .first(connection)
        .optional();
    row.map_err(store_error)?.map(Message::try_from).transpose()
}

fn reply_is_here(connection: &mut SqliteConnection, new: &NewMessage) -> Result<bool, StoreError> {
    let Some(reply_to) = new.reply_to else { return Ok(true) };
    let answered = messages::table
        .filter(messages::id.eq(DbId::from(reply_to)))
        .filter(messages::conversation_id.eq(DbId::from(new.conversation_id)));
    select(exists(answered)).get_result(connection).map_err(store_error)
}
