//! Threads grow, and are followed.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Message, Thread};
use uuid::Uuid;

use super::rows::{bound, number};
use crate::error::ActError;
use crate::statement::Statement;

#[derive(QueryableByName)]
struct ThreadRow {
    #[diesel(sql_type = BigInt)]
    replies: i64,
    #[diesel(sql_type = Timestamptz)]
    last_reply_at: Instant,
}

impl ThreadRow {
    fn read(&self) -> Result<Thread, StoreError> {
        Ok(Thread { replies: number(self.replies)?, last_reply_at: self.last_reply_at })
    }
}

/// Counts a reply to `root`, and lets those follow the thread whom it concerns.
pub async fn add_reply<R>(
    mut conn: &AsyncPgConnection,
    root: MessageId,
    starter: UserId,
    reply: &Message,
    mentioned: impl IntoIterator<Item = UserId>,
) -> Result<Thread, ActError<R>> {
    let thread: ThreadRow = Statement::new(
        "INSERT INTO threads (root_id, conversation_id, replies, last_ordinal, last_reply_at) VALUES (?, ?, 1, ?, ?)
         ON CONFLICT (root_id) DO UPDATE SET replies = threads.replies + 1, last_ordinal = excluded.last_ordinal,
                                             last_reply_at = excluded.last_reply_at
         RETURNING replies, last_reply_at",
    )
    .bind::<SqlUuid, _>(root.uuid())
    .bind::<SqlUuid, _>(reply.conversation_id.uuid())
    .bind::<BigInt, _>(bound(reply.ordinal))
    .bind::<Timestamptz, _>(reply.created_at)
    .get_result(&mut conn)
    .await?;
    let thread = thread.read()?;
    let starter = (thread.replies == 1).then_some(starter);
    // What they have not read yet begins with the reply that concerns them.
    let concerned = starter.into_iter().chain(mentioned).filter(|id| *id != reply.sender.id);
    let mut followers = vec![(reply.sender.id, reply.ordinal)];
    followers.extend(concerned.map(|id| (id, reply.ordinal - 1)));
    follow(conn, root, reply, followers).await?;
    Ok(thread)
}

/// Lets users follow the thread of `root` who do not yet, each from an ordinal on.
pub async fn follow(
    mut conn: &AsyncPgConnection,
    root: MessageId,
    reply: &Message,
    followers: Vec<(UserId, u64)>,
) -> QueryResult<()> {
    let (ids, ordinals): (Vec<Uuid>, Vec<i64>) =
        followers.into_iter().map(|(id, ordinal)| (id.uuid(), bound(ordinal))).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    Statement::new(
        "INSERT INTO thread_followers (root_id, user_id, conversation_id, read_ordinal)
         SELECT ?, who, ?, ordinal FROM unnest(?, ?) AS follower (who, ordinal) ORDER BY who
         ON CONFLICT (root_id, user_id) DO NOTHING",
    )
    .bind::<SqlUuid, _>(root.uuid())
    .bind::<SqlUuid, _>(reply.conversation_id.uuid())
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(ordinals)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Has a user read all threads that they follow in a conversation.
pub async fn read_followed<R>(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    user_id: UserId,
    last_ordinal: u64,
) -> Result<(), ActError<R>> {
    Statement::new("UPDATE thread_followers SET read_ordinal = ? WHERE user_id = ? AND conversation_id = ?")
        .bind::<BigInt, _>(bound(last_ordinal))
        .bind::<SqlUuid, _>(user_id.uuid())
        .bind::<SqlUuid, _>(conversation_id.uuid())
        .execute(&mut conn)
        .await?;
    Ok(())
}
