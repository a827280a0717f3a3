//! Conversations are changed and deleted.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, ChangeRefusal, Conversation, ConversationChanges, ConversationKind, ConversationName, Done,
    Event, EventBody, MemberRole,
};
use uuid::Uuid;

use super::audit::{self, Decision};
use super::rows::ConversationRow;
use super::{log, members as membership, personal};
use crate::error::ActError;
use crate::schema::{conversations, members};

type Refused = ActError<ChangeRefusal>;

pub async fn change(
    conn: &AsyncPgConnection,
    id: ConversationId,
    by: Actor,
    changes: ConversationChanges,
    at: Instant,
) -> Result<Done<Conversation>, Refused> {
    let mut locked = log::lock(conn, id).await?.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    check_decides(conn, &locked, by, changes.needed_role()).await?;
    let mut changed = changes.applied_to(&locked, at);
    if changed == locked {
        return Ok(Done { value: changed, events: Vec::new() });
    }
    store(conn, &changed).await?;
    log::move_on(&mut changed, at);
    let event = log::record(conn, &mut locked, at, EventBody::ConversationChanged(changed.clone())).await?;
    let decision = Decision {
        conversation_id: id,
        by: by.id,
        action: AuditAction::ConversationChanged,
        user_id: None,
        message_id: None,
        detail: changes.names(),
        at,
    };
    audit::record(conn, decision).await?;
    Ok(Done { value: changed, events: vec![event] })
}

async fn store(mut conn: &AsyncPgConnection, changed: &Conversation) -> Result<(), Refused> {
    let slowmode_s = i32::try_from(changed.settings.slowmode_s).map_err(StoreError::unavailable)?;
    let stored = diesel::update(conversations::table.find(changed.id.uuid()))
        .set((
            conversations::name.eq(changed.name.as_ref().map(ConversationName::as_str)),
            conversations::name_key.eq(changed.name.as_ref().map(ConversationName::key)),
            conversations::topic.eq(changed.topic.as_str()),
            conversations::visibility.eq(changed.visibility.as_str()),
            conversations::archived_at.eq(changed.archived_at),
            conversations::slowmode_s.eq(slowmode_s),
            conversations::guests_may_write.eq(changed.settings.guests_may_write),
            conversations::receipts.eq(changed.settings.receipts),
        ))
        .execute(&mut conn)
        .await;
    match stored {
        Ok(_) => Ok(()),
        // Of what is changed, only the names of channels are unique.
        Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(ActError::Refused(ChangeRefusal::NameTaken))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn delete(
    mut conn: &AsyncPgConnection,
    id: ConversationId,
    by: Actor,
    at: Instant,
) -> Result<Vec<Event>, Refused> {
    let locked = lock_alone(conn, id).await?.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    check_decides(conn, &locked, by, MemberRole::Owner).await?;
    let members: Vec<Uuid> =
        members::table.filter(members::conversation_id.eq(id.uuid())).select(members::user_id).load(&mut conn).await?;
    let members: Vec<UserId> = members.into_iter().map(UserId::from).collect();
    let left = personal::record(conn, members, at, &EventBody::ConversationLeft(id)).await?;
    // Everything in it refers to it, and goes with it.
    diesel::delete(conversations::table.find(id.uuid())).execute(&mut conn).await?;
    let deleted = Event { stream: id.into(), seq: locked.last_seq + 1, at, body: EventBody::ConversationDeleted };
    Ok([vec![deleted], left].concat())
}

/// Locks a conversation against everybody, those too who only keep it from going. The row's deletion needs as much:
/// to ask for it later, holding personal logs, would be to wait for who waits for those.
async fn lock_alone(mut conn: &AsyncPgConnection, id: ConversationId) -> Result<Option<Conversation>, Refused> {
    let row = conversations::table.find(id.uuid()).select(ConversationRow::as_select()).for_update();
    Ok(row.first(&mut conn).await.optional()?.map(ConversationRow::read).transpose()?)
}

/// Whether somebody decides over the conversation: by a role of at least this, or as an admin of the server.
async fn check_decides(
    conn: &AsyncPgConnection,
    locked: &Conversation,
    by: Actor,
    needed: MemberRole,
) -> Result<(), Refused> {
    let role = membership::find(conn, locked.id, by.id).await?.map(|member| member.role);
    if role.is_none() && !by.is_admin {
        return Err(ActError::Refused(ChangeRefusal::NotFound));
    }
    let may = locked.kind != ConversationKind::Direct && (by.is_admin || role >= Some(needed));
    if may { Ok(()) } else { Err(ActError::Refused(ChangeRefusal::NotAllowed)) }
}
