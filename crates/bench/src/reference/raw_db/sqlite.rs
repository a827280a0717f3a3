//! SQLite: WAL, `synchronous=FULL`, one transaction per call, statements prepared once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{RawDb, Row};
use crate::database::Database;
use crate::error::Result;

diesel::table! {
    conversations (id) {
        id -> Binary,
        last_seq -> BigInt,
        last_ordinal -> BigInt,
        last_event_at -> BigInt,
    }
}

diesel::table! {
    events (conversation_id, seq) {
        conversation_id -> Binary,
        seq -> BigInt,
        kind -> Text,
        at -> BigInt,
        message_id -> Nullable<Binary>,
        user_id -> Nullable<Binary>,
        role -> Nullable<Text>,
    }
}

diesel::table! {
    messages (conversation_id, seq) {
        conversation_id -> Binary,
        seq -> BigInt,
        id -> Binary,
        ordinal -> BigInt,
        sender_id -> Binary,
        nonce -> Text,
        content -> Text,
        reply_to -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Binary,
        username -> Text,
        display_name -> Text,
        avatar_url -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(conversations, events, messages, users);

/// Some instant, in microseconds since 1970.
const AT: i64 = 1_790_000_000_000_000;

pub struct Raw(SqliteConnection);

impl Raw {
    pub fn connect(database: &Database) -> Result<Self> {
        Ok(Self(database.sqlite()?))
    }

    fn insert(&mut self, row: &Row) -> QueryResult<()> {
        let conversation = row.conversation.as_bytes().as_slice();
        diesel::insert_into(events::table)
            .values((
                events::conversation_id.eq(conversation),
                events::seq.eq(row.seq),
                events::kind.eq("message.created"),
                events::at.eq(AT),
                events::message_id.eq(row.message.as_bytes().as_slice()),
            ))
            .execute(&mut self.0)?;
        diesel::insert_into(messages::table)
            .values((
                messages::conversation_id.eq(conversation),
                messages::seq.eq(row.seq),
                messages::id.eq(row.message.as_bytes().as_slice()),
                messages::ordinal.eq(row.seq),
                messages::sender_id.eq(row.sender.as_bytes().as_slice()),
                messages::nonce.eq(&row.nonce),
                messages::content.eq(&row.content),
                messages::created_at.eq(AT),
            ))
            .execute(&mut self.0)?;
        diesel::update(conversations::table.find(conversation))
            .set((
                conversations::last_seq.eq(row.seq),
                conversations::last_ordinal.eq(row.seq),
                conversations::last_event_at.eq(AT),
            ))
            .execute(&mut self.0)?;
        Ok(())
    }
}

/// What is read of an event.
type Read = (
    (i64, String, i64),
    (Vec<u8>, i64, String, Option<Vec<u8>>, i64, String),
    (Vec<u8>, String, String, Option<String>),
);

impl RawDb for Raw {
    fn write(&mut self, rows: &[Row]) -> Result<()> {
        self.0.batch_execute("BEGIN IMMEDIATE")?;
        for row in rows {
            self.insert(row)?;
        }
        Ok(self.0.batch_execute("COMMIT")?)
    }

    fn read(&mut self, conversation: Uuid, after: u64) -> Result<usize> {
        let said = messages::conversation_id.eq(events::conversation_id).and(messages::seq.eq(events::seq));
        let read: Vec<Read> = events::table
            .inner_join(messages::table.on(said))
            .inner_join(users::table.on(users::id.eq(messages::sender_id)))
            .filter(events::conversation_id.eq(conversation.as_bytes().as_slice()))
            .filter(events::seq.gt(i64::try_from(after).unwrap_or(i64::MAX)))
            .order(events::seq)
            .select((
                (events::seq, events::kind, events::at),
                (
                    messages::id,
                    messages::ordinal,
                    messages::content,
                    messages::reply_to,
                    messages::created_at,
                    messages::nonce,
                ),
                (users::id, users::username, users::display_name, users::avatar_url),
            ))
            .load(&mut self.0)?;
        Ok(read.len())
    }
}
