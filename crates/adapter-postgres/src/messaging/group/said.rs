//! What the messages of a batch leave behind.

use std::collections::{HashMap, HashSet};

use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, MessageId};
use rialto_messaging::{Conversation, Message, MessageContent};
use uuid::Uuid;

use crate::error::StoreActError;
use crate::messaging::rows::bound;
use crate::messaging::terms;
use crate::statement::Statement;

/// Stores new messages with their events, and moves their conversations on, which must be locked. Fails if a sender used
/// a nonce meanwhile, in another conversation; waits for the one who is about to.
pub async fn insert(
    mut conn: &AsyncPgConnection,
    messages: &[&Message],
    moved: &HashMap<ConversationId, Conversation>,
) -> Result<(), StoreActError> {
    if messages.is_empty() {
        return Ok(());
    }
    let concerned: HashSet<ConversationId> = messages.iter().map(|message| message.conversation_id).collect();
    let moved: Vec<&Conversation> = concerned.iter().filter_map(|id| moved.get(id)).collect();
    let contents: Vec<&str> = messages.iter().map(|message| content(message)).collect();
    Statement::new(
        "WITH given AS (
             SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 AS given (conversation_id, seq, id, ordinal, sender_id, nonce, content, reply_to, created_at, terms)
         ), said AS (
             INSERT INTO messages (conversation_id, seq, id, ordinal, sender_id, nonce, content, reply_to, created_at,
                                   terms)
             SELECT conversation_id, seq, id, ordinal, sender_id, nonce, content, reply_to, created_at, terms::tsvector
             FROM given
         ), logged AS (
             INSERT INTO events (conversation_id, seq, kind, at, message_id)
             SELECT conversation_id, seq, 'message.created', created_at, id FROM given
         )
         UPDATE conversations SET last_seq = moved.seq, last_ordinal = moved.ordinal, last_event_at = moved.at,
                                  change_number = pg_current_xact_id()::text::bigint
         FROM unnest(?, ?, ?, ?) AS moved (id, seq, ordinal, at)
         WHERE conversations.id = moved.id",
    )
    .bind::<Array<SqlUuid>, _>(each(messages, |message| message.conversation_id.uuid()))
    .bind::<Array<BigInt>, _>(each(messages, |message| bound(message.seq)))
    .bind::<Array<SqlUuid>, _>(each(messages, |message| message.id.uuid()))
    .bind::<Array<BigInt>, _>(each(messages, |message| bound(message.ordinal)))
    .bind::<Array<SqlUuid>, _>(each(messages, |message| message.sender.id.uuid()))
    .bind::<Array<Text>, _>(each(messages, |message| message.nonce.as_str()))
    .bind::<Array<Text>, _>(contents.clone())
    .bind::<Array<Nullable<SqlUuid>>, _>(each(messages, |message| message.reply_to.map(MessageId::uuid)))
    .bind::<Array<Timestamptz>, _>(each(messages, |message| message.created_at))
    .bind::<Array<Text>, _>(contents.iter().map(|content| terms::vector(content)).collect::<Vec<String>>())
    .bind::<Array<SqlUuid>, _>(moved.iter().map(|conversation| conversation.id.uuid()).collect::<Vec<Uuid>>())
    .bind::<Array<BigInt>, _>(moved.iter().map(|conversation| bound(conversation.last_seq)).collect::<Vec<i64>>())
    .bind::<Array<BigInt>, _>(moved.iter().map(|conversation| bound(conversation.last_ordinal)).collect::<Vec<i64>>())
    .bind::<Array<Timestamptz>, _>(
        moved.iter().map(|conversation| conversation.last_event_at).collect::<Vec<Instant>>(),
    )
    .execute(&mut conn)
    .await?;
    Ok(())
}

fn each<'a, T>(messages: &[&'a Message], of: impl Fn(&'a Message) -> T) -> Vec<T> {
    messages.iter().map(|message| of(message)).collect()
}

/// A new message has content: only a deletion takes it.
fn content(message: &Message) -> &str {
    message.content.as_ref().map_or("", MessageContent::as_str)
}
