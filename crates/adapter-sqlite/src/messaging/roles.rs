//! What members may do.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{AuditAction, ChangeRefusal, ConversationKind, Done, Event, EventBody, Member, MemberRole};

use super::audit::{Decision, write_down};
use super::log::{Entry, log};
use super::place::Office;
use super::rows::EventKind;
use crate::error::store_error;
use crate::schema::members;
use crate::value::DbId;

pub fn change_role(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    role: MemberRole,
    at: Instant,
) -> Result<Done<Member>, ChangeRefusal> {
    let office = Office::find(connection, conversation_id, by, at)?;
    let member = office.member(connection, user_id)?;
    let hands_over = role == MemberRole::Owner && office.by.role == MemberRole::Owner;
    let is_direct = office.conversation.kind == ConversationKind::Direct;
    if is_direct || !(hands_over || office.by.role.may_change(member.role, role)) {
        return Err(ChangeRefusal::NotAllowed);
    }
    if member.role == role {
        return Ok(Done { value: member, events: Vec::new() });
    }
    let mut events = Vec::new();
    if hands_over {
        let former = Member { role: MemberRole::Admin, ..office.by };
        events.push(give(connection, conversation_id, former, at)?);
    }
    let value = Member { role, ..member };
    events.push(give(connection, conversation_id, value.clone(), at)?);
    let decision =
        Decision { detail: role.as_str().to_owned(), ..Decision::over_user(AuditAction::RoleChanged, user_id) };
    write_down(connection, conversation_id, by, at, &decision)?;
    Ok(Done { value, events })
}

/// Stores a member's role and logs it.
pub fn give(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    member: Member,
    at: Instant,
) -> Result<Event, StoreError> {
    diesel::update(members::table.find((DbId::from(conversation_id), DbId::from(member.user.id))))
        .set(members::role.eq(member.role.as_str()))
        .execute(connection)
        .map_err(store_error)?;
    let numbers = log(connection, conversation_id, &Entry::of_member(EventKind::MemberRoleChanged, &member), at)?;
    numbers.event(conversation_id, at, EventBody::MemberRoleChanged(member))
}
