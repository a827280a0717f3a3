//! Conversations come into being and are found.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{
    Conversation, ConversationKind, ConversationName, CreateConversationRefusal, Created, Event, EventBody, Member,
    MemberRole, NewConversation,
};

use super::event_rows::NewEventRow;
use super::rows::{ConversationRow, NewConversationRow, NewMemberRow, number};
use super::{discretion, personal, profiles};
use crate::error::{ActError, StoreActError};
use crate::schema::{conversations, events, members};
use crate::statement::CurrentTransaction;

type Refused = ActError<CreateConversationRefusal>;

pub async fn find(mut conn: &AsyncPgConnection, id: ConversationId) -> Result<Option<Conversation>, StoreActError> {
    let row = conversations::table.find(id.uuid()).select(ConversationRow::as_select());
    let row = row.first(&mut conn).await.optional()?;
    Ok(row.map(ConversationRow::read).transpose()?)
}

pub async fn create(conn: &AsyncPgConnection, new: NewConversation) -> Result<Created, Refused> {
    let direct_key = match new.kind.kind() {
        ConversationKind::Direct => Some(direct_key(&new.members)?),
        ConversationKind::Group | ConversationKind::Channel => None,
    };
    // Asked first: what there is opens, whatever is between the two by now.
    if let Some(found) = find_by_key(conn, direct_key.as_deref()).await? {
        return Ok(Created::Existing(found));
    }
    let first_members = first_members(conn, &new).await?;
    check_blocks(conn, &new).await?;
    match insert(conn, &new, direct_key.clone()).await? {
        Some(row) => {
            let logged = insert_members(conn, &new, first_members).await?;
            Ok(Created::New(row.read()?, logged))
        }
        None => existing(conn, &new, direct_key).await,
    }
}

pub async fn find_direct(
    conn: &AsyncPgConnection,
    one: UserId,
    other: UserId,
) -> Result<Option<Conversation>, StoreActError> {
    find_by_key(conn, Some(&pair_key(one, other))).await
}

async fn find_by_key<R>(mut conn: &AsyncPgConnection, key: Option<&str>) -> Result<Option<Conversation>, ActError<R>> {
    let Some(key) = key else { return Ok(None) };
    let found: Option<ConversationRow> = conversations::table
        .filter(conversations::direct_key.eq(key))
        .select(ConversationRow::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(ConversationRow::read).transpose()?)
}

/// Whether all let the first bring them in. All are held, so nobody blocks anybody before the commit.
async fn check_blocks(conn: &AsyncPgConnection, new: &NewConversation) -> Result<(), Refused> {
    let Some((&(creator, _), others)) = new.members.split_first() else { return Ok(()) };
    let others: Vec<UserId> = others.iter().map(|&(user_id, _)| user_id).collect();
    if let Some(blocker) = discretion::blockers_of(conn, &others, creator).await?.pop() {
        return Err(ActError::Refused(CreateConversationRefusal::Blocked(blocker)));
    }
    if let (ConversationKind::Direct, [other]) = (new.kind.kind(), &*others)
        && discretion::is_blocked(conn, creator, *other).await?
    {
        return Err(ActError::Refused(CreateConversationRefusal::UnblockFirst(*other)));
    }
    Ok(())
}

async fn first_members(conn: &AsyncPgConnection, new: &NewConversation) -> Result<Vec<Member>, Refused> {
    let profiles = profiles::hold_newcomers(conn, new.members.iter().map(|&(user_id, _)| user_id)).await?;
    let members = new.members.iter().map(|&(user_id, role)| {
        let user = profiles.get(&user_id).cloned();
        let user = user.ok_or(ActError::Refused(CreateConversationRefusal::UnknownUser(user_id)))?;
        Ok(Member { user, role, joined_at: new.at, muted_until: None })
    });
    members.collect()
}

/// What is unique per pair: both ids, the lower first.
fn direct_key(members: &[(UserId, MemberRole)]) -> Result<String, StoreError> {
    match members {
        [(one, _), (other, _)] => Ok(pair_key(*one, *other)),
        _ => Err(StoreError::corrupt("the members of a direct conversation")),
    }
}

fn pair_key(one: UserId, other: UserId) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// `None` if another conversation has the name, the pair or the id; waits for the one that is about to.
async fn insert(
    mut conn: &AsyncPgConnection,
    new: &NewConversation,
    direct_key: Option<String>,
) -> Result<Option<ConversationRow>, Refused> {
    let row = NewConversationRow {
        id: new.id.uuid(),
        kind: new.kind.kind().as_str(),
        name: new.kind.name().map(ConversationName::as_str),
        name_key: new.kind.name().map(ConversationName::key),
        topic: new.topic.as_str(),
        visibility: new.kind.visibility().as_str(),
        direct_key,
        created_at: new.at,
        last_seq: seq_after(new.members.len())?,
        last_ordinal: 0,
        last_event_at: new.at,
        epoch: new.epoch.0,
        slowmode_s: i32::try_from(new.settings.slowmode_s).map_err(StoreError::unavailable)?,
        guests_may_write: new.settings.guests_may_write,
        receipts: new.settings.receipts,
    };
    let inserted = diesel::insert_into(conversations::table)
        .values((row, conversations::change_number.eq(CurrentTransaction)))
        .on_conflict_do_nothing()
        .returning(ConversationRow::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(inserted)
}

async fn insert_members(
    mut conn: &AsyncPgConnection,
    new: &NewConversation,
    first_members: Vec<Member>,
) -> Result<Vec<Event>, Refused> {
    let mut rows = Vec::with_capacity(first_members.len());
    let mut logged_rows = Vec::with_capacity(first_members.len());
    let mut logged = Vec::with_capacity(first_members.len());
    for (index, member) in first_members.into_iter().enumerate() {
        rows.push(NewMemberRow {
            conversation_id: new.id.uuid(),
            user_id: member.user.id.uuid(),
            role: member.role.as_str(),
            joined_at: new.at,
            read_ordinal: 0,
        });
        let (seq, body) = (seq_after(index + 1)?, EventBody::MemberAdded(member));
        logged_rows.push(NewEventRow::new(new.id, seq, new.at, &body));
        logged.push(Event { stream: new.id.into(), seq: number(seq)?, at: new.at, body });
    }
    diesel::insert_into(members::table).values(rows).execute(&mut conn).await?;
    diesel::insert_into(events::table).values(logged_rows).execute(&mut conn).await?;
    let user_ids: Vec<UserId> = new.members.iter().map(|&(user_id, _)| user_id).collect();
    logged.extend(personal::record(conn, user_ids, new.at, &EventBody::ConversationEntered(new.id)).await?);
    Ok(logged)
}

/// What stands in the way of a conversation that was not inserted.
async fn existing(
    conn: &AsyncPgConnection,
    new: &NewConversation,
    direct_key: Option<String>,
) -> Result<Created, Refused> {
    let id_in_use = || StoreError::unavailable(format!("the conversation id {} is in use", new.id));
    match new.kind.kind() {
        // A channel's id is in the way only where its name is too: several nodes open the lobby at once.
        ConversationKind::Channel => Err(ActError::Refused(CreateConversationRefusal::NameTaken)),
        ConversationKind::Group => Err(id_in_use().into()),
        ConversationKind::Direct => {
            let found = find_by_key(conn, direct_key.as_deref()).await?;
            Ok(Created::Existing(found.ok_or_else(id_in_use)?))
        }
    }
}

/// The number of the last event after `count` events.
fn seq_after(count: usize) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(StoreError::unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_key_in_any_order() {
        let member = |n| (UserId::from_uuid(uuid::Uuid::from_u128(n)), MemberRole::Member);
        let key = direct_key(&[member(1), member(2)]).unwrap();
        assert_eq!(key, direct_key(&[member(2), member(1)]).unwrap());
        assert!(direct_key(&[member(1)]).is_err());
    }
}
