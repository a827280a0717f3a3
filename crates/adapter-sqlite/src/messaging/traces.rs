//! What one user leaves behind.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Conversation, ConversationKind, Emoji, Event, EventBody, Member, MemberRole, Message, Nonce, OwnReaction,
};

use super::conversations::find_conversation;
use super::log::{Entry, log};
use super::members::{find_member, take_out};
use super::message_parts::{complete, read_emoji};
use super::roles::give;
use super::rows::{EventKind, MemberRow, MessageRow};
use super::settings::store;
use crate::error::store_error;
use crate::schema::{members, messages, reactions, users};
use crate::value::{DbId, DbInstant};

/// In the order of the index that keeps nonces unique.
pub fn list_own_messages(
    connection: &mut SqliteConnection,
    user_id: UserId,
    after: Option<&Nonce>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let mut query = messages::table
        .inner_join(users::table)
        .filter(messages::sender_id.eq(DbId::from(user_id)))
        .filter(messages::deleted_at.is_null())
        .order(messages::nonce)
        .limit(limit)
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(nonce) = after {
        query = query.filter(messages::nonce.gt(nonce.as_str()));
    }
    let rows = query.load(connection).map_err(store_error)?;
    complete(connection, rows, Some(user_id))
}

pub fn list_own_reactions(
    connection: &mut SqliteConnection,
    user_id: UserId,
    after: Option<&(MessageId, Emoji)>,
    limit: i64,
) -> Result<Vec<OwnReaction>, StoreError> {
    let mut query = reactions::table
        .filter(reactions::user_id.eq(DbId::from(user_id)))
        .order((reactions::message_id, reactions::emoji))
        .limit(limit)
        .select((reactions::message_id, reactions::emoji, reactions::at))
        .into_boxed();
    if let Some((id, emoji)) = after {
        let id = DbId::from(*id);
        let same_message = reactions::message_id.eq(id).and(reactions::emoji.gt(emoji.as_str()));
        query = query.filter(reactions::message_id.gt(id).or(same_message));
    }
    let rows: Vec<(DbId, String, DbInstant)> = query.load(connection).map_err(store_error)?;
    let own = rows
        .into_iter()
        .map(|(id, emoji, at)| Ok(OwnReaction { message_id: id.into(), emoji: read_emoji(&emoji)?, at: at.0 }));
    own.collect()
}

pub fn withdraw_member(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, StoreError> {
    let Some(conversation) = find_conversation(connection, conversation_id)? else { return Ok(Vec::new()) };
    match conversation.kind {
        ConversationKind::Direct => return Ok(Vec::new()),
        ConversationKind::Group | ConversationKind::Channel => {}
    }
    let Some(member) = find_member(connection, conversation_id, user_id)? else { return Ok(Vec::new()) };
    let mut events = Vec::new();
    if member.role == MemberRole::Owner {
        events.extend(hand_on(connection, conversation, user_id, at)?);
    }
    events.extend(take_out(connection, conversation_id, member.user, at)?);
    Ok(events)
}

/// What becomes of a conversation whose owner goes.
fn hand_on(
    connection: &mut SqliteConnection,
    conversation: Conversation,
    owner: UserId,
    at: Instant,
) -> Result<Option<Event>, StoreError> {
    if let Some(heir) = find_heir(connection, conversation.id, owner)? {
        return give(connection, conversation.id, Member { role: MemberRole::Owner, ..heir }, at).map(Some);
    }
    if conversation.archived_at.is_some() {
        return Ok(None);
    }
    let id = conversation.id;
    store(connection, &Conversation { archived_at: Some(at), ..conversation })?;
    let numbers = log(connection, id, &Entry::of_conversation(EventKind::ConversationChanged), at)?;
    let now = find_conversation(connection, id)?;
    let now = now.ok_or_else(|| StoreError::corrupt("a conversation that was just stored"))?;
    numbers.event(id, at, EventBody::ConversationChanged(now)).map(Some)
}

fn find_heir(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    owner: UserId,
) -> Result<Option<Member>, StoreError> {
    let rank =
        sql::<Integer>("CASE members.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 WHEN 'member' THEN 2 ELSE 3 END");
    let row: Option<MemberRow> = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .filter(members::user_id.ne(DbId::from(owner)))
        .filter(users::role.ne("guest"))
        .filter(users::deleted_at.is_null())
        .order((rank, members::joined_at, members::user_id))
        .select(MemberRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)?;
    row.map(Member::try_from).transpose()
}
