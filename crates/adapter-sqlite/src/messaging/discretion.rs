//! What users do not want others to see, and whom they want nothing to do with.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{Block, Conversation, ConversationKind, Line, PresenceVisibility};

use super::conversations::find_conversation;
use crate::error::store_error;
use crate::schema::{blocks, members, users};
use crate::value::DbId;

/// How many ids one query names.
const CHUNK: usize = 500;

/// What is between the two of a direct conversation, for one of them; nothing in others.
pub fn block_in(
    connection: &mut SqliteConnection,
    conversation: &Conversation,
    user_id: UserId,
) -> Result<Option<Block>, StoreError> {
    match conversation.kind {
        ConversationKind::Direct => {}
        ConversationKind::Group | ConversationKind::Channel => return Ok(None),
    }
    let user = DbId::from(user_id);
    let other = members::table
        .filter(members::conversation_id.eq(DbId::from(conversation.id)))
        .filter(members::user_id.ne(user))
        .select(members::user_id);
    let own = blocks::blocker_id.eq(user).and(blocks::blocked_id.eq_any(other));
    let others = blocks::blocked_id.eq(user).and(blocks::blocker_id.eq_any(other));
    let blockers: Vec<DbId> =
        blocks::table.filter(own.or(others)).select(blocks::blocker_id).load(connection).map_err(store_error)?;
    Ok(Block::between(blockers.iter().any(|blocker| *blocker != user), blockers.contains(&user)))
}

pub fn visibility_of(connection: &mut SqliteConnection, user_id: UserId) -> Result<PresenceVisibility, StoreError> {
    let id = DbId::from(user_id);
    let hidden: Option<bool> =
        users::table.find(id).select(users::presence_hidden).first(connection).optional().map_err(store_error)?;
    let hidden_from: Vec<DbId> = blocks::table
        .filter(blocks::blocker_id.eq(id))
        .select(blocks::blocked_id)
        .load(connection)
        .map_err(store_error)?;
    Ok(PresenceVisibility {
        hidden: hidden.unwrap_or(true),
        hidden_from: hidden_from.into_iter().map(UserId::from).collect(),
    })
}

pub fn unseen_by(
    connection: &mut SqliteConnection,
    reader: UserId,
    asked: &[UserId],
) -> Result<Vec<UserId>, StoreError> {
    let mut unseen = Vec::new();
    for chunk in asked.chunks(CHUNK) {
        let ids: Vec<DbId> = chunk.iter().copied().map(DbId::from).collect();
        let hiding: Vec<DbId> = users::table
            .filter(users::id.eq_any(&ids))
            .filter(users::presence_hidden)
            .select(users::id)
            .load(connection)
            .map_err(store_error)?;
        let blocking: Vec<DbId> = blocks::table
            .filter(blocks::blocker_id.eq_any(&ids))
            .filter(blocks::blocked_id.eq(DbId::from(reader)))
            .select(blocks::blocker_id)
            .load(connection)
            .map_err(store_error)?;
        unseen.extend(hiding.into_iter().chain(blocking).map(UserId::from));
    }
    unseen.retain(|user_id| *user_id != reader);
    unseen.sort_unstable();
    unseen.dedup();
    Ok(unseen)
}

pub fn line_of(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Line, StoreError> {
    let Some(conversation) = find_conversation(connection, conversation_id)? else { return Ok(Line::Direct(None)) };
    match conversation.kind {
        ConversationKind::Direct => Ok(Line::Direct(block_in(connection, &conversation, user_id)?)),
        ConversationKind::Group | ConversationKind::Channel => Ok(Line::Shared),
    }
}
