//! Mutes and bans.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, Ban, ChangeRefusal, Conversation, Done, Event, EventBody, Member, Reason, Standing,
};
use uuid::Uuid;

use super::audit::{self, Decision};
use super::rows::ProfileRow;
use super::{log, members, profiles};
use crate::error::{ActError, StoreActError};
use crate::schema::{bans, mutes, users};

type Refused = ActError<ChangeRefusal>;

pub async fn mute(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    until: Option<Instant>,
    at: Instant,
) -> Result<Done<Member>, Refused> {
    let Taken { mut locked, moderator, member } = take(conn, conversation_id, by, user_id, at).await?;
    let member = member.ok_or(ActError::Refused(ChangeRefusal::NoSuchMember))?;
    if !moderator.role.may_remove(member.role) {
        return Err(ActError::Refused(ChangeRefusal::NotAllowed));
    }
    if member.muted_until == until {
        return Ok(Done { value: member, events: Vec::new() });
    }
    keep_mute(conn, conversation_id, user_id, until).await?;
    let value = Member { muted_until: until, ..member };
    let body = EventBody::MemberMuteChanged(value.clone());
    let event = log::record(conn, &mut locked, at, body).await?;
    let action = if until.is_some() { AuditAction::MemberMuted } else { AuditAction::MemberUnmuted };
    let detail = until.map(|until| until.to_rfc3339()).unwrap_or_default();
    let decision = Decision { detail, ..Decision::about_user(conversation_id, by, action, user_id, at) };
    audit::record(conn, decision).await?;
    Ok(Done { value, events: vec![event] })
}

async fn keep_mute(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    until: Option<Instant>,
) -> QueryResult<()> {
    let (conversation_id, user_id) = (conversation_id.uuid(), user_id.uuid());
    let Some(until) = until else {
        diesel::delete(mutes::table.find((conversation_id, user_id))).execute(&mut conn).await?;
        return Ok(());
    };
    diesel::insert_into(mutes::table)
        .values((mutes::conversation_id.eq(conversation_id), mutes::user_id.eq(user_id), mutes::until.eq(until)))
        .on_conflict((mutes::conversation_id, mutes::user_id))
        .do_update()
        .set(mutes::until.eq(until))
        .execute(&mut conn)
        .await?;
    Ok(())
}

pub async fn ban(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    reason: Reason,
    at: Instant,
) -> Result<Vec<Event>, Refused> {
    let is_user = !profiles::hold(conn, [user_id]).await?.is_empty();
    let Taken { mut locked, moderator, member } = take(conn, conversation_id, by, user_id, at).await?;
    if !is_user {
        return Err(ActError::Refused(ChangeRefusal::NoSuchMember));
    }
    if member.as_ref().is_some_and(|member| !moderator.role.may_remove(member.role)) {
        return Err(ActError::Refused(ChangeRefusal::NotAllowed));
    }
    let row = (
        bans::conversation_id.eq(conversation_id.uuid()),
        bans::user_id.eq(user_id.uuid()),
        bans::by_id.eq(by.uuid()),
        bans::reason.eq(reason.as_str()),
        bans::at.eq(at),
    );
    if diesel::insert_into(bans::table).values(row).on_conflict_do_nothing().execute(&mut conn).await? == 0 {
        return Ok(Vec::new());
    }
    let decision = Decision {
        detail: reason.as_str().to_owned(),
        ..Decision::about_user(conversation_id, by, AuditAction::UserBanned, user_id, at)
    };
    audit::record(conn, decision).await?;
    match member {
        Some(member) => members::dismiss(conn, &mut locked, member.user, at).await,
        None => Ok(Vec::new()),
    }
}

pub async fn lift_ban(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<bool, Refused> {
    take(conn, conversation_id, by, user_id, at).await?;
    let row = bans::table.find((conversation_id.uuid(), user_id.uuid()));
    if diesel::delete(row).execute(&mut conn).await? == 0 {
        return Ok(false);
    }
    let decision = Decision::about_user(conversation_id, by, AuditAction::UserUnbanned, user_id, at);
    audit::record(conn, decision).await?;
    Ok(true)
}

/// A locked conversation, who keeps order in it, and over whom.
struct Taken {
    locked: Conversation,
    moderator: Member,
    member: Option<Member>,
}

async fn take(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<Taken, Refused> {
    let locked = log::lock(conn, conversation_id).await?;
    let locked = locked.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let (moderator, member) = try_join!(members::find(conn, locked.id, by), members::find(conn, locked.id, user_id))?;
    let moderator = moderator.ok_or(ActError::Refused(ChangeRefusal::NotFound))?;
    let actor = Actor { id: by, is_guest: false, is_admin: false };
    if !(Standing { conversation: &locked, member: Some(&moderator), block: None, actor, at }).moderates() {
        return Err(ActError::Refused(ChangeRefusal::NotAllowed));
    }
    Ok(Taken { locked, moderator, member })
}

/// Until when a user is silenced, member or not.
pub async fn find_mute<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Option<Instant>, ActError<R>> {
    let mute = mutes::table.find((conversation_id.uuid(), user_id.uuid())).select(mutes::until);
    Ok(mute.first(&mut conn).await.optional()?)
}

pub async fn is_banned<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<bool, ActError<R>> {
    let ban = bans::table.find((conversation_id.uuid(), user_id.uuid()));
    Ok(diesel::select(diesel::dsl::exists(ban)).get_result(&mut conn).await?)
}

pub async fn list_bans(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Ban>, StoreActError> {
    let mut query = bans::table
        .inner_join(users::table)
        .filter(bans::conversation_id.eq(conversation_id.uuid()))
        .order(bans::user_id)
        .limit(limit.overfull())
        .select((ProfileRow::as_select(), bans::by_id, bans::reason, bans::at))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<Uuid>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(bans::user_id.gt(last));
    }
    let rows: Vec<(ProfileRow, Uuid, String, Instant)> = query.load(&mut conn).await?;
    let found = rows.into_iter().map(|(user, by, reason, at)| {
        let reason = Reason::parse(&reason).map_err(|_| StoreError::corrupt("bans.reason"))?;
        Ok(Ban { user: user.into(), by: by.into(), reason, at })
    });
    let found = found.collect::<Result<_, StoreActError>>()?;
    Ok(Page::from_overfull(found, limit, |ban: &Ban| Cursor::from_keys(&[&ban.user.id])))
}
