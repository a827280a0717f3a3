//! Members get other roles.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{
    AuditAction, ChangeRefusal, Conversation, ConversationKind, Done, Event, EventBody, Member, MemberRole,
};

use super::audit::{self, Decision};
use super::{log, members};
use crate::error::ActError;
use crate::schema::members as members_table;

type Refused = ActError<ChangeRefusal>;

pub async fn change(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    role: MemberRole,
    at: Instant,
) -> Result<Done<Member>, Refused> {
    let locked = log::lock(conn, conversation_id).await?;
    let mut locked = locked.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let (by, member) = try_join!(members::find(conn, locked.id, by), members::find(conn, locked.id, user_id))?;
    let by = by.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let member = member.ok_or(ActError::Refused(ChangeRefusal::NoSuchMember))?;
    let hands_over = role == MemberRole::Owner;
    let may = if hands_over { by.role == MemberRole::Owner } else { by.role.may_change(member.role, role) };
    if locked.kind == ConversationKind::Direct || !may {
        return Err(ActError::Refused(ChangeRefusal::NotAllowed));
    }
    if member.role == role {
        return Ok(Done { value: member, events: Vec::new() });
    }
    let decision = Decision {
        detail: role.as_str().to_owned(),
        ..Decision::about_user(locked.id, by.user.id, AuditAction::RoleChanged, user_id, at)
    };
    audit::record(conn, decision).await?;
    let mut events = Vec::new();
    if hands_over {
        events.push(give(conn, &mut locked, Member { role: MemberRole::Admin, ..by }, at).await?);
    }
    let value = Member { role, ..member };
    events.push(give(conn, &mut locked, value.clone(), at).await?);
    Ok(Done { value, events })
}

/// Stores the role of a member and logs it.
async fn give(
    mut conn: &AsyncPgConnection,
    locked: &mut Conversation,
    member: Member,
    at: Instant,
) -> Result<Event, Refused> {
    diesel::update(members_table::table.find((locked.id.uuid(), member.user.id.uuid())))
        .set(members_table::role.eq(member.role.as_str()))
        .execute(&mut conn)
        .await?;
    log::record(conn, locked, at, EventBody::MemberRoleChanged(member)).await
}
