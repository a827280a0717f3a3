//! What one user leaves behind.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, MessageId, UserId};
use rialto_messaging::{
    Conversation, ConversationKind, Emoji, Event, EventBody, Member, MemberRole, Message, Nonce, OwnReaction,
};
use uuid::Uuid;

use super::message_rows::MessageRow;
use super::rows::{MemberRow, ProfileRow};
use super::{history, log, members, message_parts};
use crate::error::StoreActError;
use crate::schema::{conversations, members as members_table, messages, reactions, users};

/// In the order of the index that keeps nonces unique.
pub async fn list_own_messages(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    after: Option<Nonce>,
    limit: i64,
) -> Result<Vec<Message>, StoreActError> {
    let mut query = messages::table
        .inner_join(users::table)
        .filter(messages::sender_id.eq(user_id.uuid()))
        .filter(messages::deleted_at.is_null())
        .order(messages::nonce)
        .limit(limit)
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .into_boxed();
    if let Some(nonce) = &after {
        query = query.filter(messages::nonce.gt(nonce.as_str()));
    }
    let rows: Vec<(MessageRow, ProfileRow)> = query.load(&mut conn).await?;
    message_parts::complete(conn, history::read(rows)?, Some(user_id)).await
}

pub async fn list_own_reactions(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    after: Option<(MessageId, Emoji)>,
    limit: i64,
) -> Result<Vec<OwnReaction>, StoreActError> {
    let mut query = reactions::table
        .filter(reactions::user_id.eq(user_id.uuid()))
        .order((reactions::message_id, reactions::emoji))
        .limit(limit)
        .select((reactions::message_id, reactions::emoji, reactions::at))
        .into_boxed();
    if let Some((id, emoji)) = &after {
        let same_message = reactions::message_id.eq(id.uuid()).and(reactions::emoji.gt(emoji.as_str().to_owned()));
        query = query.filter(reactions::message_id.gt(id.uuid()).or(same_message));
    }
    let rows: Vec<(Uuid, String, Instant)> = query.load(&mut conn).await?;
    let own = rows
        .into_iter()
        .map(|(id, emoji, at)| Ok(OwnReaction { message_id: id.into(), emoji: message_parts::emoji(&emoji)?, at }));
    own.collect()
}

pub async fn withdraw(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, StoreActError> {
    let Some(mut locked) = log::lock(conn, conversation_id).await? else { return Ok(Vec::new()) };
    match locked.kind {
        ConversationKind::Direct => return Ok(Vec::new()),
        ConversationKind::Group | ConversationKind::Channel => {}
    }
    let Some(member) = members::find(conn, conversation_id, user_id).await? else { return Ok(Vec::new()) };
    let mut events = Vec::new();
    if member.role == MemberRole::Owner {
        events.extend(hand_on(conn, &mut locked, user_id, at).await?);
    }
    events.extend(members::dismiss(conn, &mut locked, member.user, at).await?);
    Ok(events)
}

/// What becomes of a conversation whose owner goes.
async fn hand_on(
    mut conn: &AsyncPgConnection,
    locked: &mut Conversation,
    owner: UserId,
    at: Instant,
) -> Result<Option<Event>, StoreActError> {
    if let Some(heir) = find_heir(conn, locked.id, owner).await? {
        let member = Member { role: MemberRole::Owner, ..heir };
        diesel::update(members_table::table.find((locked.id.uuid(), member.user.id.uuid())))
            .set(members_table::role.eq(member.role.as_str()))
            .execute(&mut conn)
            .await?;
        return Ok(Some(log::record(conn, locked, at, EventBody::MemberRoleChanged(member)).await?));
    }
    if locked.archived_at.is_some() {
        return Ok(None);
    }
    diesel::update(conversations::table.find(locked.id.uuid()))
        .set(conversations::archived_at.eq(at))
        .execute(&mut conn)
        .await?;
    locked.archived_at = Some(at);
    let mut changed = locked.clone();
    log::move_on(&mut changed, at);
    Ok(Some(log::record(conn, locked, at, EventBody::ConversationChanged(changed)).await?))
}

async fn find_heir(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    owner: UserId,
) -> Result<Option<Member>, StoreActError> {
    let rank =
        sql::<Integer>("CASE members.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 WHEN 'member' THEN 2 ELSE 3 END");
    let found: Option<(ProfileRow, MemberRow)> = members_table::table
        .inner_join(users::table)
        .filter(members_table::conversation_id.eq(conversation_id.uuid()))
        .filter(members_table::user_id.ne(owner.uuid()))
        .filter(users::role.ne("guest"))
        .filter(users::deleted_at.is_null())
        .order((rank, members_table::joined_at, members_table::user_id))
        .select((ProfileRow::as_select(), MemberRow::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(|(user, member)| member.read(user)).transpose()?)
}
