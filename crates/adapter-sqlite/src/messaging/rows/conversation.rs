use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::{ConversationId, StoreError};
use rialto_messaging::{
    Conversation, ConversationKind, ConversationName, ConversationSettings, Epoch, StreamId, StreamTop, Topic,
    Visibility,
};

use crate::error::count;
use crate::schema::conversations;
use crate::value::{DbId, DbInstant};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = conversations, check_for_backend(Sqlite))]
pub struct ConversationRow {
    pub id: DbId,
    pub kind: String,
    pub name: Option<String>,
    pub topic: String,
    pub visibility: String,
    pub created_at: DbInstant,
    pub last_seq: i64,
    pub last_ordinal: i64,
    pub last_event_at: DbInstant,
    pub epoch: DbId,
    pub archived_at: Option<DbInstant>,
    pub slowmode_s: i64,
    pub guests_may_write: bool,
    pub receipts: bool,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, StoreError> {
        let name = row.name.as_deref().map(ConversationName::parse).transpose();
        let slowmode_s = u32::try_from(row.slowmode_s);
        Ok(Self {
            id: row.id.into(),
            kind: ConversationKind::from_word(&row.kind).ok_or_else(|| StoreError::corrupt("a conversation's kind"))?,
            name: name.map_err(|_| StoreError::corrupt("a conversation's name"))?,
            topic: Topic::parse(&row.topic).map_err(|_| StoreError::corrupt("a conversation's topic"))?,
            visibility: Visibility::from_word(&row.visibility)
                .ok_or_else(|| StoreError::corrupt("a conversation's visibility"))?,
            created_at: row.created_at.0,
            last_seq: count(row.last_seq, "a conversation's last event")?,
            last_ordinal: count(row.last_ordinal, "a conversation's last message")?,
            last_event_at: row.last_event_at.0,
            epoch: Epoch(row.epoch.0),
            archived_at: row.archived_at.map(|at| at.0),
            settings: ConversationSettings {
                slowmode_s: slowmode_s.map_err(|_| StoreError::corrupt("a conversation's slow mode"))?,
                guests_may_write: row.guests_may_write,
                receipts: row.receipts,
            },
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations, check_for_backend(Sqlite))]
pub struct StreamTopRow {
    id: DbId,
    epoch: DbId,
    last_seq: i64,
}

impl TryFrom<StreamTopRow> for StreamTop {
    type Error = StoreError;

    fn try_from(row: StreamTopRow) -> Result<Self, StoreError> {
        Ok(Self {
            stream: StreamId::Conversation(ConversationId::from(row.id)),
            epoch: Epoch(row.epoch.0),
            last_seq: count(row.last_seq, "a conversation's last event")?,
        })
    }
}
