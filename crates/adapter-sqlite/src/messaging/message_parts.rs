//! What hangs on messages: three queries, however many messages.

use std::collections::HashMap;

use diesel::dsl::{case_when, count_star, max, min};
use diesel::prelude::*;
use diesel::sql_types::Integer;
use rialto_kernel::{MessageId, StoreError, UserId};
use rialto_messaging::{Emoji, Mention, Message, Reaction, Thread};
use uuid::Uuid;

use super::place::find_row;
use super::rows::MessageRow;
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::{mentions, reactions, threads, users};
use crate::value::{DbId, DbInstant};

/// How many ids one query names.
const CHUNK: usize = 10_000;

/// Completes messages, in their order. `mine` of their reactions is that of `reader`; `false` for all without.
pub fn complete(
    connection: &mut SqliteConnection,
    rows: Vec<MessageRow>,
    reader: Option<UserId>,
) -> Result<Vec<Message>, StoreError> {
    let mut parts = Parts::default();
    for chunk in rows.chunks(CHUNK) {
        parts.load(connection, chunk, reader)?;
    }
    rows.into_iter().map(|row| parts.join(row)).collect()
}

/// A message as `reader` sees it.
pub fn find_message(
    connection: &mut SqliteConnection,
    id: MessageId,
    reader: Option<UserId>,
) -> Result<Option<Message>, StoreError> {
    let row = find_row(connection, id)?;
    Ok(complete(connection, row.into_iter().collect(), reader)?.pop())
}

/// The message as an event carries it: the same for all.
pub fn for_all(message: &Message) -> Message {
    let mut message = message.clone();
    message.reactions.iter_mut().for_each(|reaction| reaction.mine = false);
    message
}

#[derive(Default)]
struct Parts {
    reactions: HashMap<DbId, Vec<Reaction>>,
    mentions: HashMap<DbId, Vec<Mention>>,
    threads: HashMap<DbId, Thread>,
}

impl Parts {
    fn load(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &[MessageRow],
        reader: Option<UserId>,
    ) -> Result<(), StoreError> {
        let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
        let roots: Vec<DbId> = rows.iter().map(MessageRow::thread_id).collect();
        self.load_reactions(connection, &ids, reader)?;
        self.load_mentions(connection, &ids)?;
        self.load_threads(connection, &roots)
    }

    fn load_reactions(
        &mut self,
        connection: &mut SqliteConnection,
        ids: &[DbId],
        reader: Option<UserId>,
    ) -> Result<(), StoreError> {
        // Nobody has the nil id.
        let is_mine = reactions::user_id.eq(reader.map_or(DbId(Uuid::nil()), DbId::from));
        let is_mine = max(case_when(is_mine, 1_i32.into_sql::<Integer>()).otherwise(0));
        let rows: Vec<(DbId, String, i64, Option<i32>)> = reactions::table
            .filter(one_of(reactions::message_id, ids.iter().copied()))
            .group_by((reactions::message_id, reactions::emoji))
            .order((min(reactions::at), reactions::emoji))
            .select((reactions::message_id, reactions::emoji, count_star(), is_mine))
            .load(connection)
            .map_err(store_error)?;
        for (id, emoji, number, mine) in rows {
            let (emoji, number) = (read_emoji(&emoji)?, count(number, "a count of reactions")?);
            let reaction = Reaction { emoji, count: number, mine: mine == Some(1) };
            self.reactions.entry(id).or_default().push(reaction);
        }
        Ok(())
    }

    fn load_mentions(&mut self, connection: &mut SqliteConnection, ids: &[DbId]) -> Result<(), StoreError> {
        let rows: Vec<(DbId, DbId, String)> = mentions::table
            .inner_join(users::table)
            .filter(one_of(mentions::message_id, ids.iter().copied()))
            .filter(mentions::position.is_not_null())
            .order(mentions::position)
            .select((mentions::message_id, users::id, users::username))
            .load(connection)
            .map_err(store_error)?;
        for (id, user_id, username) in rows {
            self.mentions.entry(id).or_default().push(Mention::User { id: user_id.into(), username });
        }
        Ok(())
    }

    fn load_threads(&mut self, connection: &mut SqliteConnection, roots: &[DbId]) -> Result<(), StoreError> {
        let rows: Vec<(DbId, i64, DbInstant)> = threads::table
            .filter(one_of(threads::root_id, roots.iter().copied()))
            .select((threads::root_id, threads::replies, threads::last_reply_at))
            .load(connection)
            .map_err(store_error)?;
        for (root, replies, last_reply_at) in rows {
            let replies = count(replies, "a count of replies")?;
            self.threads.insert(root, Thread { replies, last_reply_at: last_reply_at.0 });
        }
        Ok(())
    }

    fn join(&mut self, row: MessageRow) -> Result<Message, StoreError> {
        let thread = self.threads.get(&row.thread_id()).copied();
        let reactions = self.reactions.remove(&row.id).unwrap_or_default();
        let mut mentions = self.mentions.remove(&row.id).unwrap_or_default();
        mentions.extend(row.mentions_all.then_some(Mention::All));
        mentions.extend(row.mentions_here.then_some(Mention::Here));
        Ok(Message { thread, reactions, mentions, ..row.try_into()? })
    }
}

/// Reads an emoji.
pub fn read_emoji(text: &str) -> Result<Emoji, StoreError> {
    Emoji::parse(text).map_err(|_| StoreError::corrupt("a reaction's emoji"))
}
