//! What the tables of this context hold, and how it becomes the domain's values.

use diesel::prelude::{Insertable, Queryable, Selectable};
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError};
use rialto_messaging::{
    Conversation, ConversationKind, ConversationName, Epoch, Event, EventBody, Member, MemberRole, Message,
    MessageContent, Nonce, Profile, StreamTop, Topic, Visibility,
};
use uuid::Uuid;

use crate::schema::{conversations, events, members, messages, users};

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations, check_for_backend(diesel::pg::Pg))]
pub struct ConversationRow {
    pub id: Uuid,
    kind: String,
    name: Option<String>,
    topic: String,
    visibility: String,
    created_at: Instant,
    last_seq: i64,
    last_ordinal: i64,
    last_event_at: Instant,
    epoch: Uuid,
}

impl ConversationRow {
    pub fn read(self) -> Result<Conversation, StoreError> {
        let name = self.name.as_deref().map(ConversationName::parse).transpose();
        Ok(Conversation {
            id: self.id.into(),
            kind: ConversationKind::from_word(&self.kind).ok_or_else(|| StoreError::corrupt("conversations.kind"))?,
            name: name.map_err(|_| StoreError::corrupt("conversations.name"))?,
            topic: Topic::parse(&self.topic).map_err(|_| StoreError::corrupt("conversations.topic"))?,
            visibility: Visibility::from_word(&self.visibility)
                .ok_or_else(|| StoreError::corrupt("conversations.visibility"))?,
            created_at: self.created_at,
            last_seq: number(self.last_seq)?,
            last_ordinal: number(self.last_ordinal)?,
            last_event_at: self.last_event_at,
            epoch: Epoch(self.epoch),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = conversations)]
pub struct NewConversationRow<'a> {
    pub id: Uuid,
    pub kind: &'a str,
    pub name: Option<&'a str>,
    pub name_key: Option<String>,
    pub topic: &'a str,
    pub visibility: &'a str,
    pub direct_key: Option<String>,
    pub created_at: Instant,
    pub last_seq: i64,
    pub last_ordinal: i64,
    pub last_event_at: Instant,
    pub epoch: Uuid,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations, check_for_backend(diesel::pg::Pg))]
pub struct StreamTopRow {
    id: Uuid,
    epoch: Uuid,
    last_seq: i64,
}

impl StreamTopRow {
    pub fn read(self) -> Result<StreamTop, StoreError> {
        Ok(StreamTop { conversation_id: self.id.into(), epoch: Epoch(self.epoch), last_seq: number(self.last_seq)? })
    }
}

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct ProfileRow {
    id: Uuid,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        Self { id: row.id.into(), username: row.username, display_name: row.display_name, avatar_url: row.avatar_url }
    }
}

#[derive(Insertable)]
#[diesel(table_name = members)]
pub struct NewMemberRow {
    pub conversation_id: Uuid,
    pub user_id: Uuid,
    pub role: &'static str,
    pub joined_at: Instant,
}

/// A member from its columns: who, as what, since when.
pub fn member((user, role, joined_at): (ProfileRow, String, Instant)) -> Result<Member, StoreError> {
    Ok(Member { user: user.into(), role: self::role(&role)?, joined_at })
}

pub fn role(word: &str) -> Result<MemberRole, StoreError> {
    MemberRole::from_word(word).ok_or_else(|| StoreError::corrupt("members.role"))
}

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
}

impl MessageRow {
    pub fn read(self, sender: ProfileRow) -> Result<Message, StoreError> {
        Ok(Message {
            id: self.id.into(),
            conversation_id: self.conversation_id.into(),
            seq: number(self.seq)?,
            ordinal: number(self.ordinal)?,
            sender: sender.into(),
            content: MessageContent::parse(&self.content).map_err(|_| StoreError::corrupt("messages.content"))?,
            reply_to: self.reply_to.map(MessageId::from),
            created_at: self.created_at,
            nonce: Nonce::parse(&self.nonce).map_err(|_| StoreError::corrupt("messages.nonce"))?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = messages)]
pub struct NewMessageRow<'a> {
    pub conversation_id: Uuid,
    pub seq: i64,
    pub id: Uuid,
    pub ordinal: i64,
    pub sender_id: Uuid,
    pub nonce: &'a str,
    pub content: &'a str,
    pub reply_to: Option<Uuid>,
    pub created_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
pub struct EventRow {
    conversation_id: Uuid,
    seq: i64,
    kind: String,
    at: Instant,
    role: Option<String>,
}

impl EventRow {
    /// The event about `message`, with its sender, or about `subject`.
    pub fn read(
        self,
        message: Option<(MessageRow, ProfileRow)>,
        subject: Option<ProfileRow>,
    ) -> Result<Event, StoreError> {
        let body = match (self.kind.as_str(), message, subject, self.role) {
            ("message.created", Some((message, sender)), _, _) => EventBody::MessageCreated(message.read(sender)?),
            ("member.added", _, Some(user), Some(role)) => EventBody::MemberAdded(member((user, role, self.at))?),
            ("member.removed", _, Some(user), _) => EventBody::MemberRemoved(user.into()),
            _ => return Err(StoreError::corrupt("events.kind, or what the event is about")),
        };
        Ok(Event { conversation_id: self.conversation_id.into(), seq: number(self.seq)?, at: self.at, body })
    }
}

#[derive(Insertable)]
#[diesel(table_name = events)]
pub struct NewEventRow {
    conversation_id: Uuid,
    seq: i64,
    kind: &'static str,
    at: Instant,
    message_id: Option<Uuid>,
    user_id: Option<Uuid>,
    role: Option<&'static str>,
}

impl NewEventRow {
    pub fn new(conversation_id: ConversationId, seq: i64, at: Instant, body: &EventBody) -> Self {
        let (message_id, user_id, role) = match body {
            EventBody::MessageCreated(message) => (Some(message.id.uuid()), None, None),
            EventBody::MemberAdded(member) => (None, Some(member.user.id.uuid()), Some(member.role.as_str())),
            EventBody::MemberRemoved(user) => (None, Some(user.id.uuid()), None),
        };
        Self { conversation_id: conversation_id.uuid(), seq, kind: body.name(), at, message_id, user_id, role }
    }
}

/// A number that only grows, from the signed column it is kept in.
pub fn number(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::corrupt("a number below zero"))
}

/// A bound for such a column; none is ever greater than the greatest that fits.
pub fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
