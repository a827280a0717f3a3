//! What the table of messages holds, and how it becomes a message.

use diesel::prelude::{Queryable, Selectable};
use rialto_kernel::{Instant, MessageId, StoreError};
use rialto_messaging::{Mention, Message, MessageContent, Nonce};
use uuid::Uuid;

use super::rows::{ProfileRow, number};
use crate::schema::messages;

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(diesel::pg::Pg))]
pub struct MessageRow {
    conversation_id: Uuid,
    seq: i64,
    id: Uuid,
    ordinal: i64,
    nonce: String,
    content: String,
    reply_to: Option<Uuid>,
    created_at: Instant,
    thread_root: Option<Uuid>,
    edited_at: Option<Instant>,
    deleted_at: Option<Instant>,
    pinned_at: Option<Instant>,
    mentions_all: bool,
    mentions_here: bool,
}

impl MessageRow {
    /// The message with what its row holds: without thread and reactions, and of the mentions only the groups.
    pub fn read(self, sender: ProfileRow) -> Result<Message, StoreError> {
        let content = self.deleted_at.is_none().then(|| content(&self.content)).transpose()?;
        let groups = [(self.mentions_all, Mention::All), (self.mentions_here, Mention::Here)];
        Ok(Message {
            id: self.id.into(),
            conversation_id: self.conversation_id.into(),
            seq: number(self.seq)?,
            ordinal: number(self.ordinal)?,
            sender: sender.into(),
            content,
            reply_to: self.reply_to.map(MessageId::from),
            thread_root: self.thread_root.map(MessageId::from),
            thread: None,
            mentions: groups.into_iter().filter(|(is_meant, _)| *is_meant).map(|(_, group)| group).collect(),
            reactions: Vec::new(),
            pinned_at: self.pinned_at,
            edited_at: self.edited_at,
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            nonce: Nonce::parse(&self.nonce).map_err(|_| StoreError::corrupt("messages.nonce"))?,
        })
    }
}

/// What a message says or said.
pub fn content(stored: &str) -> Result<MessageContent, StoreError> {
    MessageContent::parse_of_at_most(stored, MessageContent::LONGEST)
        .map_err(|_| StoreError::corrupt("messages.content"))
}
