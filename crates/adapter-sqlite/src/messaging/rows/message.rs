use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::StoreError;
use rialto_messaging::{Message, MessageContent, Nonce};

use super::ProfileRow;
use crate::error::count;
use crate::schema::messages;
use crate::value::{DbId, DbInstant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(Sqlite))]
pub struct MessageRow {
    #[diesel(embed)]
    sender: ProfileRow,
    pub id: DbId,
    pub conversation_id: DbId,
    pub seq: i64,
    ordinal: i64,
    content: String,
    reply_to: Option<DbId>,
    pub thread_root: Option<DbId>,
    pub mentions_all: bool,
    pub mentions_here: bool,
    pinned_at: Option<DbInstant>,
    edited_at: Option<DbInstant>,
    deleted_at: Option<DbInstant>,
    created_at: DbInstant,
    nonce: String,
}

impl MessageRow {
    /// The first message of the thread that it starts or belongs to.
    pub fn thread_id(&self) -> DbId {
        self.thread_root.unwrap_or(self.id)
    }
}

/// The message without what hangs on it, which [`complete`](super::super::message_parts::complete) adds.
impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        let content = match row.deleted_at {
            None => Some(message_content(&row.content)?),
            Some(_) => None,
        };
        Ok(Self {
            id: row.id.into(),
            conversation_id: row.conversation_id.into(),
            seq: count(row.seq, "a message's number")?,
            ordinal: count(row.ordinal, "a message's ordinal")?,
            sender: row.sender.into(),
            content,
            reply_to: row.reply_to.map(Into::into),
            thread_root: row.thread_root.map(Into::into),
            thread: None,
            mentions: Vec::new(),
            reactions: Vec::new(),
            pinned_at: row.pinned_at.map(|at| at.0),
            edited_at: row.edited_at.map(|at| at.0),
            deleted_at: row.deleted_at.map(|at| at.0),
            created_at: row.created_at.0,
            nonce: Nonce::parse(&row.nonce).map_err(|_| StoreError::corrupt("a message's nonce"))?,
        })
    }
}

/// Reads what a message says.
pub fn message_content(text: &str) -> Result<MessageContent, StoreError> {
    MessageContent::parse_of_at_most(text, MessageContent::LONGEST)
        .map_err(|_| StoreError::corrupt("a message's content"))
}

#[derive(Insertable)]
#[diesel(table_name = messages)]
pub struct NewMessageRow<'a> {
    pub conversation_id: DbId,
    pub seq: i64,
    pub id: DbId,
    pub ordinal: i64,
    pub sender_id: DbId,
    pub nonce: &'a str,
    pub content: &'a str,
    pub reply_to: Option<DbId>,
    pub created_at: DbInstant,
    pub thread_root: Option<DbId>,
    pub mentions_all: bool,
    pub mentions_here: bool,
}
