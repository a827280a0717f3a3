//! What users do not want others to see, and whom they want nothing to do with.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{Block, Conversation, ConversationKind, Line, PresenceVisibility};
use uuid::Uuid;

use super::conversations;
use crate::error::{ActError, StoreActError};
use crate::schema::{blocks, users};
use crate::statement::Statement;

/// What is between the two of a direct conversation, for one of them; nothing in others. Under the conversation's lock,
/// it stays so until the act commits.
pub async fn block_in<R>(
    mut conn: &AsyncPgConnection,
    conversation: Option<&Conversation>,
    user_id: UserId,
) -> Result<Option<Block>, ActError<R>> {
    let direct = conversation.filter(|conversation| conversation.kind == ConversationKind::Direct);
    let Some(direct) = direct else { return Ok(None) };
    let between: Vec<Between> = Statement::new(
        "SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = other.user_id AND blocked_id = asked.id) AS by_other,
                EXISTS (SELECT FROM blocks WHERE blocker_id = asked.id AND blocked_id = other.user_id) AS by_oneself
         FROM (SELECT ?) AS asked (id)
         JOIN members AS other ON other.conversation_id = ? AND other.user_id <> asked.id",
    )
    .bind::<SqlUuid, _>(user_id.uuid())
    .bind::<SqlUuid, _>(direct.id.uuid())
    .load(&mut conn)
    .await?;
    Ok(between.into_iter().next().and_then(|between| Block::between(between.by_other, between.by_oneself)))
}

#[derive(QueryableByName)]
struct Between {
    #[diesel(sql_type = Bool)]
    by_other: bool,
    #[diesel(sql_type = Bool)]
    by_oneself: bool,
}

/// Whether somebody lets another bring them into conversations.
pub async fn is_blocked<R>(mut conn: &AsyncPgConnection, by: UserId, user_id: UserId) -> Result<bool, ActError<R>> {
    let block = blocks::table.find((by.uuid(), user_id.uuid()));
    Ok(diesel::select(diesel::dsl::exists(block)).get_result(&mut conn).await?)
}

/// Of these users, those who have blocked somebody.
pub async fn blockers_of<R>(
    mut conn: &AsyncPgConnection,
    users: &[UserId],
    blocked: UserId,
) -> Result<Vec<UserId>, ActError<R>> {
    let ids: Vec<Uuid> = users.iter().map(|user_id| user_id.uuid()).collect();
    let blockers: Vec<Uuid> = blocks::table
        .filter(blocks::blocker_id.eq_any(ids))
        .filter(blocks::blocked_id.eq(blocked.uuid()))
        .select(blocks::blocker_id)
        .load(&mut conn)
        .await?;
    Ok(blockers.into_iter().map(UserId::from).collect())
}

pub async fn visibility_of(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<PresenceVisibility, StoreActError> {
    let hidden: Option<bool> =
        users::table.find(user_id.uuid()).select(users::presence_hidden).first(&mut conn).await.optional()?;
    let own = blocks::table.filter(blocks::blocker_id.eq(user_id.uuid()));
    let hidden_from: Vec<Uuid> = own.select(blocks::blocked_id).load(&mut conn).await?;
    Ok(PresenceVisibility {
        hidden: hidden.unwrap_or(true),
        hidden_from: hidden_from.into_iter().map(UserId::from).collect(),
    })
}

pub async fn unseen_by(
    mut conn: &AsyncPgConnection,
    reader: UserId,
    asked: &[UserId],
) -> Result<Vec<UserId>, StoreActError> {
    let ids: Vec<Uuid> = asked.iter().map(|user_id| user_id.uuid()).collect();
    let unseen: Vec<Unseen> = Statement::new(
        "SELECT id FROM users
         WHERE id = ANY(?) AND id <> ?
               AND (presence_hidden OR EXISTS (SELECT FROM blocks WHERE blocker_id = users.id AND blocked_id = ?))",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(reader.uuid())
    .bind::<SqlUuid, _>(reader.uuid())
    .load(&mut conn)
    .await?;
    Ok(unseen.into_iter().map(|unseen| unseen.id.into()).collect())
}

#[derive(QueryableByName)]
struct Unseen {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

pub async fn line_of(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Line, StoreActError> {
    let Some(conversation) = conversations::find(conn, conversation_id).await? else { return Ok(Line::Direct(None)) };
    match conversation.kind {
        ConversationKind::Direct => Ok(Line::Direct(block_in(conn, Some(&conversation), user_id).await?)),
        ConversationKind::Group | ConversationKind::Channel => Ok(Line::Shared),
    }
}
