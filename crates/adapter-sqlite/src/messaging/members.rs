//! Who is in a conversation.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AuditAction, ChangeRefusal, Event, LeaveRefusal, Member, MemberRole, NewMember, Profile,
};

use super::audit::{Decision, write_down};
use super::conversations::find_conversation;
use super::log::{log_added, log_removed};
use super::moderation::{find_mute, is_banned};
use super::personal::{log_entered, log_left};
use super::place::Office;
use super::rows::{MemberRow, ProfileRow};
use super::threads::read_followed;
use crate::error::store_error;
use crate::identity::blocks::is_blocked;
use crate::schema::{members, users};
use crate::value::{DbId, DbInstant, bounded, read_position};

pub fn find_profile(connection: &mut SqliteConnection, id: UserId) -> Result<Option<Profile>, StoreError> {
    let row = users::table.find(DbId::from(id)).select(ProfileRow::as_select()).first(connection).optional();
    Ok(row.map_err(store_error)?.map(Profile::from))
}

/// As [`find_profile`], of somebody who can come into a conversation: their account is not deleted.
pub fn find_newcomer(connection: &mut SqliteConnection, id: UserId) -> Result<Option<Profile>, StoreError> {
    let live = users::table.find(DbId::from(id)).filter(users::deleted_at.is_null());
    let row = live.select(ProfileRow::as_select()).first(connection).optional();
    Ok(row.map_err(store_error)?.map(Profile::from))
}

pub fn find_member(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Option<Member>, StoreError> {
    let row = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .filter(members::user_id.eq(DbId::from(user_id)))
        .select(MemberRow::as_select())
        .first(connection)
        .optional();
    row.map_err(store_error)?.map(Member::try_from).transpose()
}

/// Stores a membership of one who has read everything up to `last_ordinal`.
pub fn insert_member(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    member: &Member,
    last_ordinal: u64,
) -> Result<(), StoreError> {
    diesel::insert_into(members::table)
        .values((
            members::conversation_id.eq(DbId::from(conversation_id)),
            members::user_id.eq(DbId::from(member.user.id)),
            members::role.eq(member.role.as_str()),
            members::joined_at.eq(DbInstant(member.joined_at)),
            members::read_ordinal.eq(bounded(last_ordinal)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

pub fn add_member(connection: &mut SqliteConnection, new: NewMember) -> Result<Added, AddMemberRefusal> {
    let (id, user_id) = (new.conversation_id, new.user_id);
    let user = find_newcomer(connection, user_id)?.ok_or(AddMemberRefusal::UnknownUser)?;
    let conversation = find_conversation(connection, id)?.ok_or(AddMemberRefusal::UnknownConversation)?;
    if is_banned(connection, id, user_id)? {
        return Err(AddMemberRefusal::Banned);
    }
    if let Some(member) = find_member(connection, id, user_id)? {
        return Ok(Added::Already(member));
    }
    if let Some(inviter) = new.invited_by {
        let inviter = find_member(connection, id, inviter)?;
        if !inviter.is_some_and(|member| member.role.may_invite()) {
            return Err(AddMemberRefusal::InviterMayNot);
        }
    }
    if let Some(inviter) = new.invited_by
        && is_blocked(connection, user_id, inviter)?
    {
        return Err(AddMemberRefusal::Blocked);
    }
    let muted_until = find_mute(connection, id, user_id)?;
    let member = Member { user, role: new.role, joined_at: new.at, muted_until };
    insert_member(connection, id, &member, conversation.last_ordinal)?;
    read_followed(connection, id, user_id, conversation.last_ordinal)?;
    let added = log_added(connection, id, member.clone())?;
    let entered = log_entered(connection, user_id, id, new.at)?;
    Ok(Added::New { member, events: vec![added, entered] })
}

pub fn leave(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, LeaveRefusal> {
    let Some(member) = find_member(connection, conversation_id, user_id)? else { return Ok(Vec::new()) };
    if member.role == MemberRole::Owner && has_others(connection, conversation_id, user_id)? {
        return Err(LeaveRefusal::OwnerMustStay);
    }
    Ok(take_out(connection, conversation_id, member.user, at)?)
}

fn has_others(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<bool, StoreError> {
    let others = members::table
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .filter(members::user_id.ne(DbId::from(user_id)));
    diesel::select(diesel::dsl::exists(others)).get_result(connection).map_err(store_error)
}

pub fn remove_member(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, ChangeRefusal> {
    let office = Office::find(connection, conversation_id, by, at)?;
    let member = office.member(connection, user_id)?;
    if !office.by.role.may_remove(member.role) {
        return Err(ChangeRefusal::NotAllowed);
    }
    write_down(connection, conversation_id, by, at, &Decision::over_user(AuditAction::MemberRemoved, user_id))?;
    Ok(take_out(connection, conversation_id, member.user, at)?)
}

/// Ends a membership that is there.
pub fn take_out(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user: Profile,
    at: Instant,
) -> Result<Vec<Event>, StoreError> {
    let user_id = user.id;
    diesel::delete(members::table.find((DbId::from(conversation_id), DbId::from(user_id))))
        .execute(connection)
        .map_err(store_error)?;
    let removed = log_removed(connection, conversation_id, user, at)?;
    let left = log_left(connection, user_id, conversation_id, at)?;
    Ok(vec![removed, left])
}

pub fn list_members(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Member>, StoreError> {
    let mut query = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(DbId::from(conversation_id)))
        .order((members::joined_at, members::user_id))
        .limit(limit.overfull())
        .select(MemberRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let later = members::joined_at.gt(at).or(members::joined_at.eq(at).and(members::user_id.gt(id)));
        query = query.filter(later);
    }
    let rows = query.load(connection).map_err(store_error)?;
    let items = rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overfull(items, limit, |member| {
        Cursor::from_keys(&[&member.joined_at.timestamp_micros(), &member.user.id])
    }))
}
