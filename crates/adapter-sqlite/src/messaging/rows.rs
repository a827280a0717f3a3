//! Rows of this domain's tables, and the values they stand for.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::StoreError;
use rialto_messaging::{
    Conversation, ConversationKind, ConversationName, Epoch, Member, MemberRole, Message, MessageContent, Nonce,
    Profile, StreamTop, Topic, Visibility,
};

use crate::error::count;
use crate::schema::{conversations, events, members, messages, users};
use crate::value::{DbId, DbInstant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Sqlite))]
pub struct ProfileRow {
    id: DbId,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        Self { id: row.id.into(), username: row.username, display_name: row.display_name, avatar_url: row.avatar_url }
    }
}

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
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, StoreError> {
        let name = row.name.as_deref().map(ConversationName::parse).transpose();
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
            conversation_id: row.id.into(),
            epoch: Epoch(row.epoch.0),
            last_seq: count(row.last_seq, "a conversation's last event")?,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(Sqlite))]
pub struct MemberRow {
    #[diesel(embed)]
    user: ProfileRow,
    role: String,
    joined_at: DbInstant,
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self { user: row.user.into(), role: member_role(&row.role)?, joined_at: row.joined_at.0 })
    }
}

/// Reads the word of a member's role.
pub fn member_role(word: &str) -> Result<MemberRole, StoreError> {
    MemberRole::from_word(word).ok_or_else(|| StoreError::corrupt("a member's role"))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(Sqlite))]
pub struct MessageRow {
    #[diesel(embed)]
    sender: ProfileRow,
    id: DbId,
    pub conversation_id: DbId,
    pub seq: i64,
    ordinal: i64,
    content: String,
    reply_to: Option<DbId>,
    created_at: DbInstant,
    nonce: String,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            conversation_id: row.conversation_id.into(),
            seq: count(row.seq, "a message's number")?,
            ordinal: count(row.ordinal, "a message's ordinal")?,
            sender: row.sender.into(),
            content: MessageContent::parse(&row.content).map_err(|_| StoreError::corrupt("a message's content"))?,
            reply_to: row.reply_to.map(Into::into),
            created_at: row.created_at.0,
            nonce: Nonce::parse(&row.nonce).map_err(|_| StoreError::corrupt("a message's nonce"))?,
        })
    }
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
}

/// An entry of a log with the user it is about, if it is about one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(Sqlite))]
pub struct EventRow {
    pub seq: i64,
    pub kind: String,
    pub at: DbInstant,
    pub role: Option<String>,
    #[diesel(embed)]
    pub user: Option<ProfileRow>,
}

#[derive(Insertable)]
#[diesel(table_name = events)]
pub struct NewEventRow {
    pub conversation_id: DbId,
    pub seq: i64,
    pub kind: &'static str,
    pub at: DbInstant,
    pub message_id: Option<DbId>,
    pub user_id: Option<DbId>,
    pub role: Option<&'static str>,
}

/// The words of the column `kind` of an event; those of [`EventBody::name`](rialto_messaging::EventBody::name).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    MessageCreated,
    MemberAdded,
    MemberRemoved,
}

impl EventKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageCreated => "message.created",
            Self::MemberAdded => "member.added",
            Self::MemberRemoved => "member.removed",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::MessageCreated, Self::MemberAdded, Self::MemberRemoved].into_iter().find(|kind| kind.as_str() == word)
    }
}
