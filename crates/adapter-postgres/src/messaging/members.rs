//! Who is in a conversation.

use chrono::DateTime;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, Event, EventBody, LeaveRefusal, Member, MemberRole, NewMember, Profile,
};
use uuid::Uuid;

use super::rows::{self, NewMemberRow, ProfileRow};
use super::{log, profiles};
use crate::error::{ActError, StoreActError};
use crate::schema::{members, users};

pub async fn find<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
) -> Result<Option<Member>, ActError<R>> {
    let found: Option<(ProfileRow, String, Instant)> = members::table
        .inner_join(users::table)
        .filter(members::conversation_id.eq(conversation_id.uuid()))
        .filter(members::user_id.eq(user_id.uuid()))
        .select((ProfileRow::as_select(), members::role, members::joined_at))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(rows::member).transpose()?)
}

pub async fn add(mut conn: &AsyncPgConnection, new: NewMember) -> Result<Added, ActError<AddMemberRefusal>> {
    let profile = profiles::hold(conn, [new.user_id]).await?.remove(&new.user_id);
    let profile = profile.ok_or(ActError::Refused(AddMemberRefusal::UnknownUser))?;
    let next = log::lock(conn, new.conversation_id).await?;
    let next = next.ok_or(ActError::Refused(AddMemberRefusal::UnknownConversation))?;
    if let Some(member) = find(conn, new.conversation_id, new.user_id).await? {
        return Ok(Added::Already(member));
    }
    if let Some(inviter) = new.invited_by {
        let inviter = find(conn, new.conversation_id, inviter).await?;
        if !inviter.is_some_and(|member| member.role.may_invite()) {
            return Err(ActError::Refused(AddMemberRefusal::InviterMayNot));
        }
    }
    let row = NewMemberRow {
        conversation_id: new.conversation_id.uuid(),
        user_id: new.user_id.uuid(),
        role: new.role.as_str(),
        joined_at: new.at,
    };
    diesel::insert_into(members::table).values(row).execute(&mut conn).await?;
    let member = Member { user: profile, role: new.role, joined_at: new.at };
    let event = log::record(conn, new.conversation_id, next, new.at, EventBody::MemberAdded(member)).await?;
    Ok(Added::New(event))
}

pub async fn leave(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Option<Event>, ActError<LeaveRefusal>> {
    let Some(next) = log::lock(conn, conversation_id).await? else {
        return Ok(None);
    };
    let Some(member) = find(conn, conversation_id, user_id).await? else {
        return Ok(None);
    };
    if member.role == MemberRole::Owner {
        let others = members::table
            .filter(members::conversation_id.eq(conversation_id.uuid()))
            .filter(members::user_id.ne(user_id.uuid()));
        if diesel::select(diesel::dsl::exists(others)).get_result(&mut conn).await? {
            return Err(ActError::Refused(LeaveRefusal::OwnerMustStay));
        }
    }
    dismiss(conn, conversation_id, next, member.user, at).await
}

pub async fn remove(
    conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    at: Instant,
) -> Result<Option<Event>, StoreActError> {
    let Some(next) = log::lock(conn, conversation_id).await? else {
        return Ok(None);
    };
    let Some(member) = find(conn, conversation_id, user_id).await? else {
        return Ok(None);
    };
    dismiss(conn, conversation_id, next, member.user, at).await
}

/// Ends a membership under the conversation's lock.
async fn dismiss<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    next: log::NextNumbers,
    user: Profile,
    at: Instant,
) -> Result<Option<Event>, ActError<R>> {
    diesel::delete(members::table.find((conversation_id.uuid(), user.id.uuid()))).execute(&mut conn).await?;
    Ok(Some(log::record(conn, conversation_id, next, at, EventBody::MemberRemoved(user)).await?))
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
        .select((ProfileRow::as_select(), members::role, members::joined_at))
        .into_boxed();
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(members::joined_at.gt(at).or(members::joined_at.eq(at).and(members::user_id.gt(id))));
    }
    let found: Vec<(ProfileRow, String, Instant)> = query.load(&mut conn).await?;
    let members = found.into_iter().map(rows::member).collect::<Result<_, _>>()?;
    Ok(Page::from_overfull(members, limit, |member: &Member| time_cursor(member.joined_at, member.user.id.uuid())))
}

/// A position in a list that is ordered by time, then id.
pub fn time_cursor(at: Instant, id: Uuid) -> Cursor {
    Cursor::from_keys(&[&at.timestamp_micros(), &id])
}

/// `None` for what [`time_cursor`] did not write. Times before 1970 are among it: some of them are
/// beyond what PostgreSQL can read.
pub fn read_time_cursor(cursor: &Cursor) -> Option<(Instant, Uuid)> {
    let mut keys = cursor.keys();
    let (micros, id, end) = (keys.next()?.parse().ok()?, keys.next()?.parse().ok()?, keys.next());
    let at = DateTime::from_timestamp_micros(micros)?;
    (micros >= 0 && end.is_none()).then_some((at, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_back_and_foreign_ones_are_not() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(read_time_cursor(&time_cursor(at, id)), Some((at, id)));
        let id = id.to_string();
        let foreign = ["x".into(), "1".into(), format!("-1~{id}"), format!("1~{id}~2"), format!("{}~{id}", i64::MAX)];
        for text in foreign {
            assert_eq!(read_time_cursor(&Cursor::parse(&text).unwrap()), None, "{text}");
        }
    }
}
