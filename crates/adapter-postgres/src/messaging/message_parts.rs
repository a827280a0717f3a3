//! What hangs on messages: reactions, the members they mention, threads. Three queries for however many messages.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{Instant, StoreError, UserId};
use rialto_messaging::{Emoji, Mention, Message, Reaction, Thread};
use uuid::Uuid;

use super::rows::number;
use crate::error::ActError;
use crate::schema::{mentions, threads, users};
use crate::statement::Statement;

/// Completes messages as `reader` sees them, or as they are in events, the same for all.
pub async fn complete<R>(
    conn: &AsyncPgConnection,
    mut messages: Vec<Message>,
    reader: Option<UserId>,
) -> Result<Vec<Message>, ActError<R>> {
    if messages.is_empty() {
        return Ok(messages);
    }
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id.uuid()).collect();
    let roots: Vec<Uuid> = messages.iter().map(thread_of).collect();
    let (mut reactions, mut named, threads) =
        try_join!(reactions(conn, ids.clone(), reader), named(conn, ids), threads(conn, roots))?;
    for message in &mut messages {
        let id = message.id.uuid();
        message.thread = threads.get(&thread_of(message)).copied();
        message.reactions = reactions.remove(&id).unwrap_or_default();
        // The row has the groups already, which come after the names.
        message.mentions.splice(0..0, named.remove(&id).unwrap_or_default());
    }
    Ok(messages)
}

/// A message as it is in events.
pub fn for_all(message: &Message) -> Message {
    let reactions = message.reactions.iter().map(|reaction| Reaction { mine: false, ..reaction.clone() }).collect();
    Message { reactions, ..message.clone() }
}

/// The first message of the thread that a message starts or belongs to.
fn thread_of(message: &Message) -> Uuid {
    message.thread_root.unwrap_or(message.id).uuid()
}

#[derive(QueryableByName)]
struct ReactionRow {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    emoji: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Nullable<Bool>)]
    mine: Option<bool>,
}

async fn reactions<R>(
    mut conn: &AsyncPgConnection,
    ids: Vec<Uuid>,
    reader: Option<UserId>,
) -> Result<HashMap<Uuid, Vec<Reaction>>, ActError<R>> {
    let rows: Vec<ReactionRow> = Statement::new(
        "SELECT message_id, emoji, count(*) AS count, bool_or(user_id = ?) AS mine
         FROM reactions WHERE message_id = ANY(?)
         GROUP BY message_id, emoji ORDER BY min(at), emoji",
    )
    .bind::<Nullable<SqlUuid>, _>(reader.map(UserId::uuid))
    .bind::<Array<SqlUuid>, _>(ids)
    .load(&mut conn)
    .await?;
    let mut found: HashMap<Uuid, Vec<Reaction>> = HashMap::new();
    for row in rows {
        let emoji = emoji(&row.emoji)?;
        let reaction = Reaction { emoji, count: number(row.count)?, mine: row.mine.unwrap_or_default() };
        found.entry(row.message_id).or_default().push(reaction);
    }
    Ok(found)
}

async fn named<R>(mut conn: &AsyncPgConnection, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Mention>>, ActError<R>> {
    let rows: Vec<(Uuid, Uuid, String)> = mentions::table
        .inner_join(users::table)
        .filter(mentions::message_id.eq_any(ids))
        .filter(mentions::position.is_not_null())
        .order(mentions::position)
        .select((mentions::message_id, mentions::user_id, users::username))
        .load(&mut conn)
        .await?;
    let mut found: HashMap<Uuid, Vec<Mention>> = HashMap::new();
    for (message_id, user_id, username) in rows {
        found.entry(message_id).or_default().push(Mention::User { id: user_id.into(), username });
    }
    Ok(found)
}

async fn threads<R>(mut conn: &AsyncPgConnection, roots: Vec<Uuid>) -> Result<HashMap<Uuid, Thread>, ActError<R>> {
    let rows: Vec<(Uuid, i64, Instant)> = threads::table
        .filter(threads::root_id.eq_any(roots))
        .select((threads::root_id, threads::replies, threads::last_reply_at))
        .load(&mut conn)
        .await?;
    let found = rows
        .into_iter()
        .map(|(root, replies, last_reply_at)| Ok((root, Thread { replies: number(replies)?, last_reply_at })));
    found.collect()
}

/// An emoji from its column.
pub fn emoji(stored: &str) -> Result<Emoji, StoreError> {
    Emoji::parse(stored).map_err(|_| StoreError::corrupt("an emoji"))
}
