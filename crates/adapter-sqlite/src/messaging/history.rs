//! Messages and events that are there.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{
    Conversation, Event, EventBody, HistoryPart, HistorySlice, Member, Message, PinChange, ReactionChange, StreamId,
};

use super::conversations::find_conversation;
use super::message_parts::{complete, read_emoji};
use super::personal;
use super::rows::{EventKind, EventRow, MemberRow, MessageRow, member_role};
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::{events, members, messages, users};
use crate::value::{DbId, bounded};

pub fn list_messages(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    part: HistoryPart,
    slice: HistorySlice,
    limit: i64,
    reader: UserId,
) -> Result<Vec<Message>, StoreError> {
    let mut query = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
        .limit(limit)
        .select(MessageRow::as_select())
        .into_boxed();
    query = match part {
        HistoryPart::Main => query.filter(messages::thread_root.is_null()),
        HistoryPart::Thread(root) => query.filter(messages::thread_root.eq(DbId::from(root))),
    };
    query = match slice {
        HistorySlice::Latest => query.order(messages::seq.desc()),
        HistorySlice::Before(seq) => query.filter(messages::seq.lt(bounded(seq))).order(messages::seq.desc()),
        HistorySlice::After(seq) => query.filter(messages::seq.gt(bounded(seq))).order(messages::seq.asc()),
    };
    let rows = query.load(connection).map_err(store_error)?;
    complete(connection, rows, Some(reader))
}

/// A fixed number of queries whatever the limit: the log, then what it speaks of as it is now, each kind of thing only
/// if it does.
pub fn list_events(
    connection: &mut SqliteConnection,
    stream: StreamId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let conversation_id = match stream {
        StreamId::Conversation(id) => id,
        StreamId::Personal(user_id) => return personal::list_events(connection, user_id, after, limit),
    };
    let rows: Vec<EventRow> = events::table
        .left_join(users::table)
        .filter(events::conversation_id.eq(DbId::from(conversation_id)))
        .filter(events::seq.gt(bounded(after)))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let entries = rows.into_iter().map(|row| match EventKind::from_word(&row.kind) {
        Some(kind) => Ok((kind, row)),
        None => Err(StoreError::corrupt("an event's kind")),
    });
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let subjects = Subjects::load(connection, conversation_id, &entries)?;
    let events = entries.into_iter().map(|(kind, row)| {
        let (seq, at) = (count(row.seq, "an event's number")?, row.at.0);
        Ok(Event { stream, seq, at, body: subjects.body(kind, row)? })
    });
    events.collect()
}

/// What events speak of.
struct Subjects {
    messages: HashMap<DbId, Message>,
    members: HashMap<DbId, Member>,
    conversation: Option<Conversation>,
}

impl Subjects {
    fn load(
        connection: &mut SqliteConnection,
        conversation_id: ConversationId,
        entries: &[(EventKind, EventRow)],
    ) -> Result<Self, StoreError> {
        let speak_of = |wanted: &[EventKind]| entries.iter().any(|(kind, _)| wanted.contains(kind));
        let is_changed = speak_of(&[EventKind::ConversationChanged]);
        let are_changed = speak_of(&[EventKind::MemberRoleChanged, EventKind::MemberMuteChanged]);
        Ok(Self {
            messages: load_messages(connection, conversation_id, entries)?,
            members: if are_changed { load_members(connection, conversation_id, entries)? } else { HashMap::new() },
            conversation: if is_changed { find_conversation(connection, conversation_id)? } else { None },
        })
    }

    fn body(&self, kind: EventKind, row: EventRow) -> Result<EventBody, StoreError> {
        let incomplete = || StoreError::corrupt(format!("an event {:?} that lacks what it is about", kind.as_str()));
        let message = || row.message_id.and_then(|id| self.messages.get(&id)).ok_or_else(incomplete);
        Ok(match kind {
            EventKind::MessageCreated => EventBody::MessageCreated(message()?.clone()),
            EventKind::MessageEdited => EventBody::MessageEdited(message()?.clone()),
            EventKind::MessageDeleted => EventBody::MessageDeleted(message()?.clone()),
            EventKind::ReactionAdded | EventKind::ReactionRemoved => {
                let change = reaction(message()?, row)?.ok_or_else(incomplete)?;
                let is_added = kind == EventKind::ReactionAdded;
                if is_added { EventBody::ReactionAdded(change) } else { EventBody::ReactionRemoved(change) }
            }
            EventKind::PinAdded | EventKind::PinRemoved => {
                let message = message()?;
                let pinned = message.pinned_at.is_some();
                let user = row.user.ok_or_else(incomplete)?.into();
                let change = PinChange { message_id: message.id, user, pinned };
                if kind == EventKind::PinAdded { EventBody::PinAdded(change) } else { EventBody::PinRemoved(change) }
            }
            EventKind::MemberAdded => EventBody::MemberAdded(member_then(row)?.ok_or_else(incomplete)?),
            EventKind::MemberRemoved => EventBody::MemberRemoved(row.user.ok_or_else(incomplete)?.into()),
            EventKind::MemberRoleChanged => EventBody::MemberRoleChanged(self.member(row)?.ok_or_else(incomplete)?),
            EventKind::MemberMuteChanged => EventBody::MemberMuteChanged(self.member(row)?.ok_or_else(incomplete)?),
            EventKind::ConversationChanged => {
                EventBody::ConversationChanged(self.conversation.clone().ok_or_else(incomplete)?)
            }
        })
    }

    /// As they are now, or as [`member_then`] if they are not in any more.
    fn member(&self, row: EventRow) -> Result<Option<Member>, StoreError> {
        let now = row.user.as_ref().and_then(|user| self.members.get(&user.id));
        match now {
            Some(member) => Ok(Some(member.clone())),
            None => member_then(row),
        }
    }
}

/// The messages that were said in this part of the log, which lie side by side, and whatever others it speaks of.
fn load_messages(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    entries: &[(EventKind, EventRow)],
) -> Result<HashMap<DbId, Message>, StoreError> {
    let mut said = entries.iter().filter(|(kind, _)| *kind == EventKind::MessageCreated).map(|(_, row)| row.seq);
    let mut rows: Vec<MessageRow> = Vec::new();
    if let Some(first) = said.next() {
        let last = said.next_back().unwrap_or(first);
        rows = messages::table
            .inner_join(users::table)
            .filter(messages::conversation_id.eq(DbId::from(conversation_id)))
            .filter(messages::seq.between(first, last))
            .select(MessageRow::as_select())
            .load(connection)
            .map_err(store_error)?;
    }
    let mut others: HashSet<DbId> = entries.iter().filter_map(|(_, row)| row.message_id).collect();
    for row in &rows {
        others.remove(&row.id);
    }
    if !others.is_empty() {
        let others: Vec<MessageRow> = messages::table
            .inner_join(users::table)
            .filter(one_of(messages::id, others))
            .select(MessageRow::as_select())
            .load(connection)
            .map_err(store_error)?;
        rows.extend(others);
    }
    let messages = complete(connection, rows, None)?;
    Ok(messages.into_iter().map(|message| (DbId::from(message.id), message)).collect())
}

fn load_members(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    entries: &[(EventKind, EventRow)],
) -> Result<HashMap<DbId, Member>, StoreError> {
    let ids: HashSet<DbId> = entries.iter().filter_map(|(_, row)| row.user.as_ref().map(|user| user.id)).collect();
    let rows = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .filter(one_of(members::user_id, ids))
        .select(MemberRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let members = rows.into_iter().map(|row| {
        let member = Member::try_from(row)?;
        Ok((DbId::from(member.user.id), member))
    });
    members.collect()
}

fn reaction(message: &Message, row: EventRow) -> Result<Option<ReactionChange>, StoreError> {
    let (Some(user), Some(emoji)) = (row.user, row.emoji) else { return Ok(None) };
    let emoji = read_emoji(&emoji)?;
    let count = message.reactions.iter().find(|reaction| reaction.emoji == emoji).map_or(0, |reaction| reaction.count);
    Ok(Some(ReactionChange { message_id: message.id, user: user.into(), emoji, count }))
}

/// As they were then, with the mute of now, which outlasts the membership.
fn member_then(row: EventRow) -> Result<Option<Member>, StoreError> {
    let (Some(user), Some(role)) = (row.user, row.role) else { return Ok(None) };
    let muted_until = row.muted_until.map(|until| until.0);
    Ok(Some(Member { user: user.into(), role: member_role(&role)?, joined_at: row.at.0, muted_until }))
}
