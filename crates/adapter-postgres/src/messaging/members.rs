//! Who is in a conversation.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AuditAction, ChangeRefusal, Conversation, Event, EventBody, LeaveRefusal, Member,
    MemberRole, NewMember, Profile,
};

use super::audit::{self, Decision};
use super::cursors::{read_time_cursor, time_cursor};
use super::rows::{MemberRow, NewMemberRow, ProfileRow, bound};
use super::{discretion, log, moderation, personal, profiles, threads};
use crate::error::{ActError, StoreActError};
use crate::schema::{members, users};

pub async fn find<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Option<Member>, ActError<R>> {
    let found: Option<(ProfileRow, MemberRow)> = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(conversation_id.uuid()))
        .filter(members::user_id.eq(user_id.uuid()))
        .select((ProfileRow::as_select(), MemberRow::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(|(user, member)| member.read(user)).transpose()?)
}

pub async fn add(mut conn: &AsyncPgConnection, new: NewMember) -> Result<Added, ActError<AddMemberRefusal>> {
    let profile = profiles::hold_newcomers(conn, [new.user_id]).await?.remove(&new.user_id);
    let user = profile.ok_or(ActError::Refused(AddMemberRefusal::UnknownUser))?;
    let locked = log::lock(conn, new.conversation_id).await?;
    let mut locked = locked.ok_or(ActError::Refused(AddMemberRefusal::UnknownConversation))?;
    let (is_banned, muted_until, already) = try_join!(
        moderation::is_banned(conn, locked.id, new.user_id),
        moderation::find_mute(conn, locked.id, new.user_id),
        find(conn, locked.id, new.user_id)
    )?;
    if is_banned {
        return Err(ActError::Refused(AddMemberRefusal::Banned));
    }
    if let Some(member) = already {
        return Ok(Added::Already(member));
    }
    if let Some(inviter) = new.invited_by {
        let inviter = find(conn, new.conversation_id, inviter).await?;
        if !inviter.is_some_and(|member| member.role.may_invite()) {
            return Err(ActError::Refused(AddMemberRefusal::InviterMayNot));
        }
    }
    if let Some(inviter) = new.invited_by
        && discretion::is_blocked(conn, new.user_id, inviter).await?
    {
        return Err(ActError::Refused(AddMemberRefusal::Blocked));
    }
    let row = NewMemberRow {
        conversation_id: new.conversation_id.uuid(),
        user_id: new.user_id.uuid(),
        role: new.role.as_str(),
        joined_at: new.at,
        read_ordinal: bound(locked.last_ordinal),
    };
    diesel::insert_into(members::table).values(row).execute(&mut conn).await?;
    let member = Member { user, role: new.role, joined_at: new.at, muted_until };
    let entered = EventBody::ConversationEntered(locked.id);
    let last_ordinal = locked.last_ordinal;
    let ((), came, entered) = try_join!(
        threads::read_followed(conn, new.conversation_id, new.user_id, last_ordinal),
        log::record(conn, &mut locked, new.at, EventBody::MemberAdded(member.clone())),
        personal::record(conn, vec![new.user_id], new.at, &entered)
    )?;
    Ok(Added::New { member, events: [vec![came], entered].concat() })
}

pub async fn leave(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, ActError<LeaveRefusal>> {
    let Some(mut locked) = log::lock(conn, conversation_id).await? else {
        return Ok(Vec::new());
    };
    let Some(member) = find(conn, conversation_id, user_id).await? else {
        return Ok(Vec::new());
    };
    if member.role == MemberRole::Owner {
        let others = members::table
            .filter(members::conversation_id.eq(conversation_id.uuid()))
            .filter(members::user_id.ne(user_id.uuid()));
        if diesel::select(diesel::dsl::exists(others)).get_result(&mut conn).await? {
            return Err(ActError::Refused(LeaveRefusal::OwnerMustStay));
        }
    }
    dismiss(conn, &mut locked, member.user, at).await
}

pub async fn remove(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<Vec<Event>, ActError<ChangeRefusal>> {
    let locked = log::lock(conn, conversation_id).await?;
    let mut locked = locked.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let (by, member) = try_join!(find(conn, locked.id, by), find(conn, locked.id, user_id))?;
    let by = by.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let member = member.ok_or(ActError::Refused(ChangeRefusal::NoSuchMember))?;
    if !by.role.may_remove(member.role) {
        return Err(ActError::Refused(ChangeRefusal::NotAllowed));
    }
    let decision = Decision::about_user(locked.id, by.user.id, AuditAction::MemberRemoved, user_id, at);
    audit::record(conn, decision).await?;
    dismiss(conn, &mut locked, member.user, at).await
}

/// Ends a membership under the conversation's lock.
pub async fn dismiss<R>(
    mut conn: &AsyncPgConnection,
    locked: &mut Conversation,
    user: Profile,
    at: Instant,
) -> Result<Vec<Event>, ActError<R>> {
    let (user_id, left) = (user.id, EventBody::ConversationLeft(locked.id));
    diesel::delete(members::table.find((locked.id.uuid(), user_id.uuid()))).execute(&mut conn).await?;
    let (went, left) = try_join!(
        log::record(conn, locked, at, EventBody::MemberRemoved(user)),
        personal::record(conn, vec![user_id], at, &left)
    )?;
    Ok([vec![went], left].concat())
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Member>, StoreActError> {
    let mut query = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(conversation_id.uuid()))
        .order((members::joined_at, members::user_id))
        .limit(limit.overfull())
        .select((ProfileRow::as_select(), MemberRow::as_select()))
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(members::joined_at.gt(at).or(members::joined_at.eq(at).and(members::user_id.gt(id))));
    }
    let found: Vec<(ProfileRow, MemberRow)> = query.load(&mut conn).await?;
    let members = found.into_iter().map(|(user, member)| member.read(user)).collect::<Result<_, _>>()?;
    Ok(Page::from_overfull(members, limit, |member: &Member| time_cursor(member.joined_at, member.user.id.uuid())))
}
