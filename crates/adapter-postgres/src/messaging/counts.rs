//! How many messages a reader has not read, and how many of them mention the reader.
//!
//! Unread messages are not counted one by one: all that came after the pointer, less the few that do not count. So it
//! costs the same however many there are.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};
use rialto_messaging::{Epoch, FollowedStream, ReadState, StreamTop};
use uuid::Uuid;

use super::rows::number;
use crate::error::ActError;
use crate::statement::Statement;

/// What a member has read, and the numbers of the conversation that it was counted at.
pub struct Counted {
    pub conversation_id: ConversationId,
    pub last_ordinal: u64,
    pub read: ReadState,
    top: StreamTop,
}

impl Counted {
    pub fn followed(self) -> FollowedStream {
        FollowedStream { top: self.top, read: Some(self.read) }
    }
}

/// What a user has read, of those of their memberships that the condition picks. A message that names them beside
/// `@all` mentions them once.
macro_rules! counts_where {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.epoch, c.last_seq, c.last_ordinal, m.read_ordinal,
                c.last_ordinal - m.read_ordinal
                - (SELECT count(*) FROM messages own
                   WHERE own.conversation_id = c.id AND own.sender_id = m.user_id AND own.ordinal > m.read_ordinal)
                - (SELECT count(*) FROM messages other
                   WHERE other.conversation_id = c.id AND other.ordinal > m.read_ordinal
                     AND (other.deleted_at IS NOT NULL OR other.thread_root IS NOT NULL)
                     AND other.sender_id <> m.user_id) AS unread,
                (SELECT count(*) FROM mentions named
                 WHERE named.user_id = m.user_id AND named.conversation_id = c.id AND named.thread_root IS NULL
                   AND named.ordinal > m.read_ordinal)
                + (SELECT count(*) FROM mentions named
                   JOIN thread_followers f ON f.root_id = named.thread_root AND f.user_id = named.user_id
                   WHERE named.user_id = m.user_id AND named.conversation_id = c.id
                     AND named.ordinal > f.read_ordinal)
                + (SELECT count(*) FROM messages called
                   WHERE called.conversation_id = c.id AND called.mentions_all AND called.thread_root IS NULL
                     AND called.ordinal > m.read_ordinal AND called.sender_id <> m.user_id
                     AND NOT EXISTS (SELECT FROM mentions named
                                     WHERE named.message_id = called.id AND named.user_id = m.user_id))
                + (SELECT count(*) FROM messages called
                   JOIN thread_followers f ON f.root_id = called.thread_root AND f.user_id = m.user_id
                   WHERE called.conversation_id = c.id AND called.mentions_all
                     AND called.ordinal > f.read_ordinal AND called.sender_id <> m.user_id
                     AND NOT EXISTS (SELECT FROM mentions named
                                     WHERE named.message_id = called.id AND named.user_id = m.user_id)) AS mentions
             FROM members m JOIN conversations c ON c.id = m.conversation_id
             WHERE m.user_id = ?",
            $condition
        )
    };
}

/// What `reader` has read of a conversation; `None` if they are not in it.
pub async fn of_conversation<R>(
    mut conn: &AsyncPgConnection,
    id: ConversationId,
    reader: UserId,
) -> Result<Option<Counted>, ActError<R>> {
    let row: Option<CountsRow> = Statement::new(counts_where!(" AND c.id = ?"))
        .bind::<SqlUuid, _>(reader.uuid())
        .bind::<SqlUuid, _>(id.uuid())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(row.map(CountsRow::read).transpose()?)
}

/// What `reader` has read of those of these conversations that they are in.
pub async fn of_conversations<R>(
    mut conn: &AsyncPgConnection,
    ids: Vec<Uuid>,
    reader: UserId,
) -> Result<Vec<Counted>, ActError<R>> {
    let rows: Vec<CountsRow> = Statement::new(counts_where!(" AND c.id = ANY(?)"))
        .bind::<SqlUuid, _>(reader.uuid())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(CountsRow::read).collect::<Result<_, _>>()?)
}

/// What `reader` has read of every conversation that they are in.
pub async fn of_all<R>(mut conn: &AsyncPgConnection, reader: UserId) -> Result<Vec<Counted>, ActError<R>> {
    let all = Statement::new(counts_where!("")).bind::<SqlUuid, _>(reader.uuid());
    let rows: Vec<CountsRow> = all.load(&mut conn).await?;
    Ok(rows.into_iter().map(CountsRow::read).collect::<Result<_, _>>()?)
}

/// What `reader` has read of the thread of `root`; `None` if they do not follow it.
pub async fn of_thread<R>(
    mut conn: &AsyncPgConnection,
    root: MessageId,
    reader: UserId,
) -> Result<Option<Counted>, ActError<R>> {
    let row: Option<CountsRow> = Statement::new(
        "SELECT c.id, c.epoch, c.last_seq, c.last_ordinal, f.read_ordinal,
            (SELECT count(*) FROM messages reply
             WHERE reply.thread_root = f.root_id AND reply.ordinal > f.read_ordinal
               AND reply.sender_id <> f.user_id AND reply.deleted_at IS NULL) AS unread,
            (SELECT count(*) FROM messages reply
             WHERE reply.thread_root = f.root_id AND reply.ordinal > f.read_ordinal
               AND reply.sender_id <> f.user_id AND reply.deleted_at IS NULL
               AND (reply.mentions_all
                    OR EXISTS (SELECT FROM mentions named
                               WHERE named.message_id = reply.id AND named.user_id = f.user_id))) AS mentions
         FROM thread_followers f JOIN conversations c ON c.id = f.conversation_id
         WHERE f.root_id = ? AND f.user_id = ?",
    )
    .bind::<SqlUuid, _>(root.uuid())
    .bind::<SqlUuid, _>(reader.uuid())
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(row.map(CountsRow::read).transpose()?)
}

#[derive(QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    epoch: Uuid,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
    #[diesel(sql_type = BigInt)]
    last_ordinal: i64,
    #[diesel(sql_type = BigInt)]
    read_ordinal: i64,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = BigInt)]
    mentions: i64,
}

impl CountsRow {
    fn read(self) -> Result<Counted, StoreError> {
        let conversation_id = ConversationId::from(self.id);
        Ok(Counted {
            conversation_id,
            last_ordinal: number(self.last_ordinal)?,
            read: ReadState {
                ordinal: number(self.read_ordinal)?,
                unread: number(self.unread)?,
                mentions: number(self.mentions)?,
            },
            top: StreamTop {
                stream: conversation_id.into(),
                epoch: Epoch(self.epoch),
                last_seq: number(self.last_seq)?,
            },
        })
    }
}
