//! Whom a message mentions: those of the wanted who are members.

use std::collections::HashMap;

use diesel::prelude::*;
use rialto_kernel::{ConversationId, StoreError, UserId};
use rialto_messaging::{Mention, Message, Standing, WantedMentions};

use crate::error::store_error;
use crate::prepared::one_of;
use crate::schema::{members, mentions, users};
use crate::value::{DbId, bounded};

/// How many users one query names.
const CHUNK: usize = 500;

/// Whom a text mentions as it is stored.
#[derive(Default)]
pub struct Mentioned {
    /// By name, in the order of the text.
    named: Vec<(UserId, String)>,
    pub all: bool,
    pub here: bool,
    /// By `@here`, and not by name.
    present: Vec<UserId>,
}

impl Mentioned {
    /// As a message shows it.
    pub fn shown(&self) -> Vec<Mention> {
        let named = self.named.iter().map(|(id, username)| Mention::User { id: *id, username: username.clone() });
        named.chain(self.all.then_some(Mention::All)).chain(self.here.then_some(Mention::Here)).collect()
    }

    /// Everybody who is to be told, each once.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.named.iter().map(|(id, _)| *id).chain(self.present.iter().copied())
    }
}

/// Finds out whom the sender mentions; without a query if they want to mention nobody.
pub fn resolve(
    connection: &mut SqliteConnection,
    standing: &Standing<'_>,
    wanted: &WantedMentions,
) -> Result<Mentioned, StoreError> {
    let (conversation_id, sender) = (standing.conversation.id, standing.actor.id);
    let everyone = standing.may_mention_everyone();
    let mut mentioned = Mentioned {
        named: named(connection, conversation_id, sender, &wanted.usernames)?,
        all: wanted.all && everyone,
        ..Mentioned::default()
    };
    if let Some(online) = wanted.here.as_deref().filter(|_| everyone) {
        mentioned.here = true;
        let told_by_name: Vec<UserId> = mentioned.users().chain([sender]).collect();
        mentioned.present = members_among(connection, conversation_id, online)?;
        mentioned.present.retain(|id| !told_by_name.contains(id));
    }
    Ok(mentioned)
}

fn named(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    sender: UserId,
    usernames: &[String],
) -> Result<Vec<(UserId, String)>, StoreError> {
    let mut found: HashMap<String, (UserId, String)> = HashMap::new();
    for chunk in usernames.chunks(CHUNK) {
        let rows: Vec<(String, DbId, String)> = users::table
            .inner_join(members::table)
            .filter(users::username_key.eq_any(chunk))
            .filter(members::conversation_id.eq(DbId::from(conversation_id)))
            .filter(users::id.ne(DbId::from(sender)))
            .select((users::username_key, users::id, users::username))
            .load(connection)
            .map_err(store_error)?;
        found.extend(rows.into_iter().map(|(key, id, username)| (key, (id.into(), username))));
    }
    // Taken out, so that a name that is there twice counts once.
    Ok(usernames.iter().filter_map(|name| found.remove(name)).collect())
}

fn members_among(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    ids: &[UserId],
) -> Result<Vec<UserId>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<DbId> = members::table
            .filter(members::conversation_id.eq(DbId::from(conversation_id)))
            .filter(one_of(members::user_id, chunk.iter().copied().map(DbId::from)))
            .select(members::user_id)
            .load(connection)
            .map_err(store_error)?;
        found.extend(rows.into_iter().map(UserId::from));
    }
    Ok(found)
}

/// Stores whom a message mentions.
pub fn insert_mentions(
    connection: &mut SqliteConnection,
    message: &Message,
    mentioned: &Mentioned,
) -> Result<(), StoreError> {
    let named = mentioned.named.iter().zip(0..).map(|((id, _), position)| (*id, Some(position)));
    let present = mentioned.present.iter().map(|id| (*id, None));
    let rows: Vec<MentionRow> =
        named.chain(present).map(|(id, position)| MentionRow::new(message, id, position)).collect();
    for chunk in rows.chunks(CHUNK) {
        diesel::insert_into(mentions::table).values(chunk).execute(connection).map_err(store_error)?;
    }
    Ok(())
}

/// Forgets whom a message mentions.
pub fn remove_mentions(connection: &mut SqliteConnection, message: &Message) -> Result<(), StoreError> {
    diesel::delete(mentions::table.filter(mentions::message_id.eq(DbId::from(message.id))))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = mentions, treat_none_as_default_value = false)]
struct MentionRow {
    message_id: DbId,
    user_id: DbId,
    conversation_id: DbId,
    ordinal: i64,
    thread_root: Option<DbId>,
    position: Option<i64>,
}

impl MentionRow {
    fn new(message: &Message, user_id: UserId, position: Option<i64>) -> Self {
        Self {
            message_id: message.id.into(),
            user_id: user_id.into(),
            conversation_id: message.conversation_id.into(),
            ordinal: bounded(message.ordinal),
            thread_root: message.thread_root.map(DbId::from),
            position,
        }
    }
}
