//! What the tables of conversations and members hold, and how it becomes the domain's values.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use rialto_kernel::{Instant, StoreError};
use rialto_messaging::{
    Conversation, ConversationKind, ConversationName, ConversationSettings, Epoch, Member, MemberRole, Profile, Topic,
    Visibility,
};
use uuid::Uuid;

use crate::schema::{conversations, members, mutes, users};

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
    archived_at: Option<Instant>,
    slowmode_s: i32,
    guests_may_write: bool,
    receipts: bool,
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
            archived_at: self.archived_at,
            settings: ConversationSettings {
                slowmode_s: u32::try_from(self.slowmode_s)
                    .map_err(|_| StoreError::corrupt("conversations.slowmode_s"))?,
                guests_may_write: self.guests_may_write,
                receipts: self.receipts,
            },
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
    pub slowmode_s: i32,
    pub guests_may_write: bool,
    pub receipts: bool,
}

#[derive(Clone, Queryable, QueryableByName, Selectable)]
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

#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct MemberRow {
    role: String,
    joined_at: Instant,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    #[diesel(select_expression = muted_until())]
    #[diesel(select_expression_type = muted_until)]
    muted_until: Option<Instant>,
}

/// Of a member; kept beside the membership, which it outlasts.
#[auto_type]
fn muted_until() -> _ {
    mutes::table
        .filter(mutes::conversation_id.eq(members::conversation_id))
        .filter(mutes::user_id.eq(members::user_id))
        .select(mutes::until)
        .single_value()
}

impl MemberRow {
    pub fn read(self, user: ProfileRow) -> Result<Member, StoreError> {
        let role = role(&self.role)?;
        Ok(Member { user: user.into(), role, joined_at: self.joined_at, muted_until: self.muted_until })
    }
}

#[derive(Insertable)]
#[diesel(table_name = members)]
pub struct NewMemberRow {
    pub conversation_id: Uuid,
    pub user_id: Uuid,
    pub role: &'static str,
    pub joined_at: Instant,
    pub read_ordinal: i64,
}

pub fn role(word: &str) -> Result<MemberRole, StoreError> {
    MemberRole::from_word(word).ok_or_else(|| StoreError::corrupt("members.role"))
}

/// A number that only grows, from the signed column it is kept in.
pub fn number(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::corrupt("a number below zero"))
}

/// A bound for such a column; none is ever greater than the greatest that fits.
pub fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
