//! What was said, and who was there, on another server.

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{AddMemberRefusal, Added, BroughtIn, Message, NewMember, PastAppended, PastMessage, Profile};

use super::append::insert;
use super::conversations::find_conversation;
use super::log::{Entry, log};
use super::members::{add_member, find_newcomer};
use super::mentions::Mentioned;
use super::rows::EventKind;
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::{conversations, events, members, messages};
use crate::value::{DbId, DbInstant};

pub fn bring_in(connection: &mut SqliteConnection, new: NewMember) -> Result<BroughtIn, AddMemberRefusal> {
    let in_now = members::table.find((DbId::from(new.conversation_id), DbId::from(new.user_id)));
    if select(exists(in_now)).get_result(connection).map_err(store_error)? {
        return Ok(BroughtIn::Known);
    }
    let came = events::table
        .filter(events::conversation_id.eq(DbId::from(new.conversation_id)))
        .filter(events::user_id.eq(DbId::from(new.user_id)))
        .filter(events::kind.eq(EventKind::MemberAdded.as_str()));
    if select(exists(came)).get_result(connection).map_err(store_error)? {
        return Ok(BroughtIn::Known);
    }
    Ok(match add_member(connection, new)? {
        Added::New { .. } => BroughtIn::New,
        Added::Already(_) => BroughtIn::Known,
    })
}

pub fn known_messages(
    connection: &mut SqliteConnection,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<Vec<MessageId>, StoreError> {
    let known: Vec<DbId> = messages::table
        .filter(one_of(messages::id, ids.into_iter().map(DbId::from)))
        .select(messages::id)
        .load(connection)
        .map_err(store_error)?;
    Ok(known.into_iter().map(MessageId::from).collect())
}

pub fn append_past(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    past: Vec<PastMessage>,
) -> Result<Vec<PastAppended>, StoreError> {
    let Some(before) = find_conversation(connection, conversation_id)? else {
        return Ok(vec![PastAppended::UnknownConversation; past.len()]);
    };
    let known = known_messages(connection, past.iter().map(|message| message.id))?;
    let mut known: HashSet<MessageId> = known.into_iter().collect();
    let mut senders = HashMap::new();
    let (mut outcomes, mut newest) = (Vec::with_capacity(past.len()), before.last_event_at);
    for message in past {
        if !known.insert(message.id) {
            outcomes.push(PastAppended::Known);
            continue;
        }
        let Some(sender) = find_sender(connection, &mut senders, message.sender)? else {
            outcomes.push(PastAppended::UnknownSender);
            continue;
        };
        newest = newest.max(message.at);
        append(connection, conversation_id, message, sender)?;
        outcomes.push(PastAppended::New);
    }
    if outcomes.contains(&PastAppended::New) {
        settle(connection, conversation_id, newest)?;
    }
    Ok(outcomes)
}

fn find_sender(
    connection: &mut SqliteConnection,
    senders: &mut HashMap<UserId, Option<Profile>>,
    id: UserId,
) -> Result<Option<Profile>, StoreError> {
    if let Some(found) = senders.get(&id) {
        return Ok(found.clone());
    }
    let found = find_newcomer(connection, id)?;
    senders.insert(id, found.clone());
    Ok(found)
}

fn append(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    past: PastMessage,
    sender: Profile,
) -> Result<(), StoreError> {
    let entry = Entry::of_message(EventKind::MessageCreated, past.id);
    let numbers = log(connection, conversation_id, &entry, past.at)?;
    let message = Message {
        id: past.id,
        conversation_id,
        seq: count(numbers.seq, "a message's number")?,
        ordinal: count(numbers.ordinal, "a message's ordinal")?,
        sender,
        content: Some(past.content.clone()),
        reply_to: None,
        thread_root: None,
        thread: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: past.at,
        nonce: past.nonce,
    };
    insert(connection, &message, &past.content, &Mentioned::default())
}

/// Everybody has read what is old, and what is old makes nothing older.
fn settle(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    newest: Instant,
) -> Result<(), StoreError> {
    let id = DbId::from(conversation_id);
    let ordinal: i64 = diesel::update(conversations::table.find(id))
        .set(conversations::last_event_at.eq(DbInstant(newest)))
        .returning(conversations::last_ordinal)
        .get_result(connection)
        .map_err(store_error)?;
    diesel::update(members::table.filter(members::conversation_id.eq(id)))
        .set(members::read_ordinal.eq(ordinal))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}
