use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;

use super::ProfileRow;
use crate::schema::{events, mutes};
use crate::value::{DbId, DbInstant};

/// An entry of a log with the user it is about, if it is about one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(Sqlite))]
pub struct EventRow {
    pub seq: i64,
    pub kind: String,
    pub at: DbInstant,
    pub message_id: Option<DbId>,
    pub role: Option<String>,
    pub emoji: Option<String>,
    #[diesel(embed)]
    pub user: Option<ProfileRow>,
    #[diesel(select_expression = muted_until())]
    #[diesel(select_expression_type = muted_until)]
    pub muted_until: Option<DbInstant>,
}

/// Of the user it is about, as it is now, member or not.
#[auto_type]
fn muted_until() -> _ {
    mutes::table
        .filter(mutes::conversation_id.eq(events::conversation_id))
        .filter(mutes::user_id.nullable().eq(events::user_id))
        .select(mutes::until)
        .single_value()
}

#[derive(Insertable)]
#[diesel(table_name = events)]
pub struct NewEventRow<'a> {
    pub conversation_id: DbId,
    pub seq: i64,
    pub kind: &'static str,
    pub at: DbInstant,
    pub message_id: Option<DbId>,
    pub user_id: Option<DbId>,
    pub role: Option<&'static str>,
    pub emoji: Option<&'a str>,
}

/// The words of the column `kind` of a conversation's event; those of [`EventBody::name`](rialto_messaging::EventBody::name).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    MessageCreated,
    MessageEdited,
    MessageDeleted,
    ReactionAdded,
    ReactionRemoved,
    PinAdded,
    PinRemoved,
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    MemberMuteChanged,
    ConversationChanged,
}

impl EventKind {
    const ALL: [Self; 12] = [
        Self::MessageCreated,
        Self::MessageEdited,
        Self::MessageDeleted,
        Self::ReactionAdded,
        Self::ReactionRemoved,
        Self::PinAdded,
        Self::PinRemoved,
        Self::MemberAdded,
        Self::MemberRemoved,
        Self::MemberRoleChanged,
        Self::MemberMuteChanged,
        Self::ConversationChanged,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageCreated => "message.created",
            Self::MessageEdited => "message.edited",
            Self::MessageDeleted => "message.deleted",
            Self::ReactionAdded => "reaction.added",
            Self::ReactionRemoved => "reaction.removed",
            Self::PinAdded => "pin.added",
            Self::PinRemoved => "pin.removed",
            Self::MemberAdded => "member.added",
            Self::MemberRemoved => "member.removed",
            Self::MemberRoleChanged => "member.role_changed",
            Self::MemberMuteChanged => "member.mute_changed",
            Self::ConversationChanged => "conversation.changed",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The words of the column `kind` of a personal event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalKind {
    Entered,
    Left,
    ReadChanged,
    Notified,
}

impl PersonalKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "conversation.entered",
            Self::Left => "conversation.left",
            Self::ReadChanged => "read.changed",
            Self::Notified => "notified",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Entered, Self::Left, Self::ReadChanged, Self::Notified].into_iter().find(|kind| kind.as_str() == word)
    }
}
