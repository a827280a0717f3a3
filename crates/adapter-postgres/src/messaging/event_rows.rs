//! What the table of events holds.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant};
use rialto_messaging::EventBody;
use uuid::Uuid;

use crate::schema::{events, mutes};

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
pub struct EventRow {
    pub conversation_id: Uuid,
    pub seq: i64,
    pub kind: String,
    pub at: Instant,
    pub message_id: Option<Uuid>,
    pub role: Option<String>,
    pub emoji: Option<String>,
    #[diesel(select_expression = muted_until())]
    #[diesel(select_expression_type = muted_until)]
    pub muted_until: Option<Instant>,
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

/// What an event is about; its kind says which of it counts.
#[derive(Default)]
pub struct Subject<'a> {
    pub message_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub role: Option<&'static str>,
    pub emoji: Option<&'a str>,
}

impl<'a> Subject<'a> {
    pub fn of(body: &'a EventBody) -> Self {
        match body {
            EventBody::MessageCreated(message)
            | EventBody::MessageEdited(message)
            | EventBody::MessageDeleted(message) => Self { message_id: Some(message.id.uuid()), ..Self::default() },
            EventBody::ReactionAdded(change) | EventBody::ReactionRemoved(change) => Self {
                message_id: Some(change.message_id.uuid()),
                user_id: Some(change.user.id.uuid()),
                emoji: Some(change.emoji.as_str()),
                ..Self::default()
            },
            EventBody::PinAdded(change) | EventBody::PinRemoved(change) => Self {
                message_id: Some(change.message_id.uuid()),
                user_id: Some(change.user.id.uuid()),
                ..Self::default()
            },
            EventBody::MemberAdded(member)
            | EventBody::MemberRoleChanged(member)
            | EventBody::MemberMuteChanged(member) => {
                Self { user_id: Some(member.user.id.uuid()), role: Some(member.role.as_str()), ..Self::default() }
            }
            EventBody::MemberRemoved(user) => Self { user_id: Some(user.id.uuid()), ..Self::default() },
            // The conversation itself; the others are never in a conversation's log.
            EventBody::ConversationChanged(_)
            | EventBody::ConversationDeleted
            | EventBody::ConversationEntered(_)
            | EventBody::ConversationLeft(_)
            | EventBody::ReadChanged(_)
            | EventBody::Notified(_) => Self::default(),
        }
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
    /// Of the first events of a conversation, which are stored together.
    pub fn new(conversation_id: ConversationId, seq: i64, at: Instant, body: &EventBody) -> Self {
        let Subject { message_id, user_id, role, emoji: _ } = Subject::of(body);
        Self { conversation_id: conversation_id.uuid(), seq, kind: body.name(), at, message_id, user_id, role }
    }
}
