//! Conversations: made, found, and how far their logs reach.

use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::select;
use diesel::sql_types::Bool;
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{
    Conversation, ConversationKind, CreateConversationRefusal, Created, Member, NewConversation, NewConversationKind,
    Profile, StreamId, StreamTop,
};

use super::log::log_added;
use super::members::{find_newcomer, insert_member};
use super::personal::{self, log_entered};
use super::rows::{ConversationRow, StreamTopRow};
use crate::error::store_error;
use crate::identity::blocks::is_blocked;
use crate::prepared::one_of;
use crate::schema::conversations;
use crate::value::{DbId, DbInstant};

/// How many ids one query names.
const CHUNK: usize = 500;

pub fn create_conversation(
    connection: &mut SqliteConnection,
    new: &NewConversation,
) -> Result<Created, CreateConversationRefusal> {
    let direct_key = direct_key(new);
    if let Some(existing) = find_existing(connection, new.id, direct_key.as_deref())? {
        return match existing.kind {
            // The lobby, which another node was quicker to open.
            ConversationKind::Channel => Err(CreateConversationRefusal::NameTaken),
            ConversationKind::Direct | ConversationKind::Group => Ok(Created::Existing(existing)),
        };
    }
    let mut profiles = Vec::with_capacity(new.members.len());
    for &(user_id, _) in &new.members {
        let profile = find_newcomer(connection, user_id)?;
        profiles.push(profile.ok_or(CreateConversationRefusal::UnknownUser(user_id))?);
    }
    check_blocks(connection, new)?;
    let name_key = new.kind.name().map(|name| name.key());
    if let (NewConversationKind::Channel(..), Some(key)) = (&new.kind, &name_key) {
        let same_name = conversations::table.filter(is_channel()).filter(conversations::name_key.eq(key));
        if select(exists(same_name)).get_result(connection).map_err(store_error)? {
            return Err(CreateConversationRefusal::NameTaken);
        }
    }
    let keys = (conversations::name_key.eq(name_key), conversations::direct_key.eq(direct_key));
    diesel::insert_into(conversations::table).values((new_row(new), keys)).execute(connection).map_err(store_error)?;
    admit(connection, new, profiles)
}

/// Whether all let the first bring them in.
fn check_blocks(connection: &mut SqliteConnection, new: &NewConversation) -> Result<(), CreateConversationRefusal> {
    let Some((&(creator, _), others)) = new.members.split_first() else { return Ok(()) };
    for &(user_id, _) in others {
        if is_blocked(connection, user_id, creator)? {
            return Err(CreateConversationRefusal::Blocked(user_id));
        }
        if matches!(new.kind, NewConversationKind::Direct) && is_blocked(connection, creator, user_id)? {
            return Err(CreateConversationRefusal::UnblockFirst(user_id));
        }
    }
    Ok(())
}

/// Spelt out rather than bound: only then does SQLite see that the index of channel names holds all rows.
pub fn is_channel() -> SqlLiteral<Bool> {
    sql("conversations.kind = 'channel'")
}

/// Brings the first members in, and returns what is stored then.
fn admit(
    connection: &mut SqliteConnection,
    new: &NewConversation,
    profiles: Vec<Profile>,
) -> Result<Created, CreateConversationRefusal> {
    let vanished = || StoreError::corrupt("a conversation that was just stored");
    let mut events = Vec::with_capacity(2 * profiles.len());
    for (user, &(_, role)) in profiles.into_iter().zip(&new.members) {
        let member = Member { user, role, joined_at: new.at, muted_until: None };
        insert_member(connection, new.id, &member, 0)?;
        events.push(log_added(connection, new.id, member)?);
    }
    let mut entered: Vec<UserId> = new.members.iter().map(|(user_id, _)| *user_id).collect();
    entered.sort_unstable();
    for user_id in entered {
        events.push(log_entered(connection, user_id, new.id, new.at)?);
    }
    let conversation = find_conversation(connection, new.id)?.ok_or_else(vanished)?;
    Ok(Created::New(conversation, events))
}

fn new_row(new: &NewConversation) -> ConversationRow {
    ConversationRow {
        id: new.id.into(),
        kind: new.kind.kind().as_str().to_owned(),
        name: new.kind.name().map(|name| name.as_str().to_owned()),
        topic: new.topic.as_str().to_owned(),
        visibility: new.kind.visibility().as_str().to_owned(),
        created_at: DbInstant(new.at),
        last_seq: 0,
        last_ordinal: 0,
        last_event_at: DbInstant(new.at),
        epoch: DbId(new.epoch.0),
        archived_at: None,
        slowmode_s: new.settings.slowmode_s.into(),
        guests_may_write: new.settings.guests_may_write,
        receipts: new.settings.receipts,
    }
}

/// `<lower user id>:<greater user id>` of a direct conversation's pair.
fn direct_key(new: &NewConversation) -> Option<String> {
    let NewConversationKind::Direct = new.kind else { return None };
    Some(pair_key(new.members.iter().map(|(user_id, _)| *user_id)))
}

fn pair_key(users: impl IntoIterator<Item = UserId>) -> String {
    let mut pair: Vec<String> = users.into_iter().map(|user_id| user_id.to_string()).collect();
    pair.sort_unstable();
    pair.join(":")
}

pub fn find_direct(connection: &mut SqliteConnection, pair: [UserId; 2]) -> Result<Option<Conversation>, StoreError> {
    find_by_key(connection, &pair_key(pair))
}

fn find_by_key(connection: &mut SqliteConnection, direct_key: &str) -> Result<Option<Conversation>, StoreError> {
    let row = conversations::table
        .filter(conversations::direct_key.eq(direct_key))
        .select(ConversationRow::as_select())
        .first(connection)
        .optional();
    row.map_err(store_error)?.map(Conversation::try_from).transpose()
}

/// The conversation of the pair, or the one that has the id already.
fn find_existing(
    connection: &mut SqliteConnection,
    id: ConversationId,
    direct_key: Option<&str>,
) -> Result<Option<Conversation>, StoreError> {
    let of_the_pair = direct_key.map(|key| find_by_key(connection, key)).transpose()?.flatten();
    if of_the_pair.is_some() { Ok(of_the_pair) } else { find_conversation(connection, id) }
}

pub fn find_conversation(
    connection: &mut SqliteConnection,
    id: ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let row =
        conversations::table.find(DbId::from(id)).select(ConversationRow::as_select()).first(connection).optional();
    row.map_err(store_error)?.map(Conversation::try_from).transpose()
}

pub fn stream_tops(connection: &mut SqliteConnection, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError> {
    let mut tops = Vec::with_capacity(streams.len());
    for chunk in streams.chunks(CHUNK) {
        let ids = chunk.iter().filter_map(|stream| stream.conversation()).map(DbId::from);
        let rows = conversations::table
            .filter(one_of(conversations::id, ids))
            .select(StreamTopRow::as_select())
            .load(connection)
            .map_err(store_error)?;
        for row in rows {
            tops.push(row.try_into()?);
        }
        let users: Vec<DbId> = chunk.iter().filter_map(|stream| owner(*stream)).map(DbId::from).collect();
        if !users.is_empty() {
            tops.extend(personal::tops(connection, &users)?);
        }
    }
    Ok(tops)
}

/// Whose log it is, if it is a personal one.
const fn owner(stream: StreamId) -> Option<UserId> {
    match stream {
        StreamId::Conversation(_) => None,
        StreamId::Personal(user_id) => Some(user_id),
    }
}
