//! Members who are silenced, and users who are kept out.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel::sqlite::Sqlite;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{AuditAction, Ban, ChangeRefusal, Done, Event, EventBody, Member, Reason};

use super::audit::{Decision, write_down};
use super::log::{Entry, log};
use super::members::{find_member, find_profile, take_out};
use super::place::Office;
use super::rows::{EventKind, ProfileRow};
use crate::error::store_error;
use crate::schema::{bans, mutes, users};
use crate::value::{DbId, DbInstant};

pub fn mute_member(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    until: Option<Instant>,
    at: Instant,
) -> Result<Done<Member>, ChangeRefusal> {
    let office = Office::find(connection, conversation_id, by, at)?;
    office.check_moderates()?;
    let member = office.member(connection, user_id)?;
    if !office.by.role.may_remove(member.role) {
        return Err(ChangeRefusal::NotAllowed);
    }
    if member.muted_until == until {
        return Ok(Done { value: member, events: Vec::new() });
    }
    keep_mute(connection, conversation_id, user_id, until)?;
    let value = Member { muted_until: until, ..member };
    let numbers = log(connection, conversation_id, &Entry::of_member(EventKind::MemberMuteChanged, &value), at)?;
    let decision = match until {
        Some(until) => {
            Decision { detail: until.to_rfc3339(), ..Decision::over_user(AuditAction::MemberMuted, user_id) }
        }
        None => Decision::over_user(AuditAction::MemberUnmuted, user_id),
    };
    write_down(connection, conversation_id, by, at, &decision)?;
    let event = numbers.event(conversation_id, at, EventBody::MemberMuteChanged(value.clone()))?;
    Ok(Done { value, events: vec![event] })
}

fn keep_mute(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    until: Option<Instant>,
) -> Result<(), StoreError> {
    let (conversation_id, user_id) = (DbId::from(conversation_id), DbId::from(user_id));
    let kept = match until {
        Some(until) => diesel::replace_into(mutes::table)
            .values((
                mutes::conversation_id.eq(conversation_id),
                mutes::user_id.eq(user_id),
                mutes::until.eq(DbInstant(until)),
            ))
            .execute(connection),
        None => diesel::delete(mutes::table.find((conversation_id, user_id))).execute(connection),
    };
    kept.map(drop).map_err(store_error)
}

/// Until when a user is silenced, member or not.
pub fn find_mute(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Option<Instant>, StoreError> {
    let mute = mutes::table.find((DbId::from(conversation_id), DbId::from(user_id))).select(mutes::until);
    let until: Option<DbInstant> = mute.first(connection).optional().map_err(store_error)?;
    Ok(until.map(|until| until.0))
}

pub fn ban_user(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    reason: &Reason,
    at: Instant,
) -> Result<Vec<Event>, ChangeRefusal> {
    let office = Office::find(connection, conversation_id, by, at)?;
    office.check_moderates()?;
    let user = find_profile(connection, user_id)?.ok_or(ChangeRefusal::NoSuchMember)?;
    let member = find_member(connection, conversation_id, user_id)?;
    if member.as_ref().is_some_and(|member| !office.by.role.may_remove(member.role)) {
        return Err(ChangeRefusal::NotAllowed);
    }
    let inserted = diesel::insert_into(bans::table)
        .values((
            bans::conversation_id.eq(DbId::from(conversation_id)),
            bans::user_id.eq(DbId::from(user_id)),
            bans::by_id.eq(DbId::from(by)),
            bans::reason.eq(reason.as_str()),
            bans::at.eq(DbInstant(at)),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .map_err(store_error)?;
    if inserted == 0 {
        return Ok(Vec::new());
    }
    let decision =
        Decision { detail: reason.as_str().to_owned(), ..Decision::over_user(AuditAction::UserBanned, user_id) };
    write_down(connection, conversation_id, by, at, &decision)?;
    match member {
        Some(_) => Ok(take_out(connection, conversation_id, user, at)?),
        None => Ok(Vec::new()),
    }
}

pub fn lift_ban(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    by: UserId,
    user_id: UserId,
    at: Instant,
) -> Result<bool, ChangeRefusal> {
    Office::find(connection, conversation_id, by, at)?.check_moderates()?;
    let lifted = diesel::delete(bans::table.find((DbId::from(conversation_id), DbId::from(user_id))))
        .execute(connection)
        .map_err(store_error)?;
    if lifted > 0 {
        write_down(connection, conversation_id, by, at, &Decision::over_user(AuditAction::UserUnbanned, user_id))?;
    }
    Ok(lifted > 0)
}

pub fn is_banned(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<bool, StoreError> {
    let ban = bans::table.find((DbId::from(conversation_id), DbId::from(user_id)));
    select(exists(ban)).get_result(connection).map_err(store_error)
}

pub fn list_bans(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Ban>, StoreError> {
    let mut query = bans::table
        .inner_join(users::table)
        .filter(bans::conversation_id.eq(DbId::from(conversation_id)))
        .order(bans::user_id)
        .limit(limit.overfull())
        .select(BanRow::as_select())
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<UserId>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(bans::user_id.gt(DbId::from(last)));
    }
    let rows: Vec<BanRow> = query.load(connection).map_err(store_error)?;
    let items = rows.into_iter().map(Ban::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_overfull(items, limit, |ban| Cursor::from_keys(&[&ban.user.id])))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bans, check_for_backend(Sqlite))]
struct BanRow {
    #[diesel(embed)]
    user: ProfileRow,
    by_id: DbId,
    reason: String,
    at: DbInstant,
}

impl TryFrom<BanRow> for Ban {
    type Error = StoreError;

    fn try_from(row: BanRow) -> Result<Self, StoreError> {
        let reason = Reason::parse(&row.reason).map_err(|_| StoreError::corrupt("the reason of a ban"))?;
        Ok(Self { user: row.user.into(), by: row.by_id.into(), reason, at: row.at.0 })
    }
}
