//! The log of a conversation, read back in the state of now.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, MessageId, StoreError};
use rialto_messaging::{Conversation, Event, EventBody, Member, Message, PinChange, Profile, ReactionChange};

use super::event_rows::EventRow;
use super::rows::{MemberRow, ProfileRow, bound, number, role};
use super::{conversations, history, message_parts};
use crate::error::StoreActError;
use crate::schema::{events, members, users};

/// An event, the user it is about, their membership now.
type LoggedRow = (EventRow, Option<ProfileRow>, Option<MemberRow>);

pub async fn list(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreActError> {
    let membership =
        members::conversation_id.eq(events::conversation_id).and(members::user_id.nullable().eq(events::user_id));
    let rows: Vec<LoggedRow> = events::table
        .left_join(users::table.on(users::id.nullable().eq(events::user_id)))
        .left_join(members::table.on(membership))
        .filter(events::conversation_id.eq(conversation_id.uuid()))
        .filter(events::seq.gt(bound(after)))
        .order(events::seq)
        .limit(limit.max(0))
        .select((EventRow::as_select(), Option::<ProfileRow>::as_select(), Option::<MemberRow>::as_select()))
        .load(&mut conn)
        .await?;
    let now = Now::load(conn, conversation_id, &rows).await?;
    Ok(rows.into_iter().map(|row| now.event(row)).collect::<Result<_, _>>()?)
}

/// What the events are about, as it is now.
struct Now {
    messages: HashMap<MessageId, Message>,
    conversation: Option<Conversation>,
}

impl Now {
    async fn load(
        conn: &AsyncPgConnection,
        conversation_id: ConversationId,
        rows: &[LoggedRow],
    ) -> Result<Self, StoreActError> {
        let messages: HashSet<MessageId> =
            rows.iter().filter_map(|(event, ..)| event.message_id).map(Into::into).collect();
        let is_changed = rows.iter().any(|(event, ..)| event.kind == "conversation.changed");
        let conversation = async {
            match is_changed {
                true => conversations::find(conn, conversation_id).await,
                false => Ok(None),
            }
        };
        let (messages, conversation) = try_join!(history::find_messages(conn, messages, None), conversation)?;
        Ok(Self { messages: messages.into_iter().map(|message| (message.id, message)).collect(), conversation })
    }

    fn event(&self, (event, user, member): LoggedRow) -> Result<Event, StoreError> {
        let body = self.body(&event, user, member)?;
        let stream = ConversationId::from(event.conversation_id).into();
        Ok(Event { stream, seq: number(event.seq)?, at: event.at, body })
    }

    fn body(
        &self,
        event: &EventRow,
        user: Option<ProfileRow>,
        member: Option<MemberRow>,
    ) -> Result<EventBody, StoreError> {
        let user = user.ok_or_else(|| StoreError::corrupt("events.user_id"));
        Ok(match event.kind.as_str() {
            "message.created" => EventBody::MessageCreated(self.message(event)?.clone()),
            "message.edited" => EventBody::MessageEdited(self.message(event)?.clone()),
            "message.deleted" => EventBody::MessageDeleted(self.message(event)?.clone()),
            "reaction.added" => EventBody::ReactionAdded(self.reaction(event, user?.into())?),
            "reaction.removed" => EventBody::ReactionRemoved(self.reaction(event, user?.into())?),
            "pin.added" => EventBody::PinAdded(self.pin(event, user?.into())?),
            "pin.removed" => EventBody::PinRemoved(self.pin(event, user?.into())?),
            "member.added" => EventBody::MemberAdded(member_then(event, user?)?),
            "member.removed" => EventBody::MemberRemoved(user?.into()),
            "member.role_changed" => EventBody::MemberRoleChanged(member_now(event, user?, member)?),
            "member.mute_changed" => EventBody::MemberMuteChanged(member_now(event, user?, member)?),
            "conversation.changed" => {
                let conversation = self.conversation.clone();
                EventBody::ConversationChanged(
                    conversation.ok_or_else(|| StoreError::corrupt("events.conversation_id"))?,
                )
            }
            _ => return Err(StoreError::corrupt("events.kind")),
        })
    }

    fn message(&self, event: &EventRow) -> Result<&Message, StoreError> {
        let message = event.message_id.and_then(|id| self.messages.get(&id.into()));
        message.ok_or_else(|| StoreError::corrupt("events.message_id"))
    }

    fn reaction(&self, event: &EventRow, user: Profile) -> Result<ReactionChange, StoreError> {
        let message = self.message(event)?;
        let emoji = message_parts::emoji(event.emoji.as_deref().unwrap_or_default())?;
        Ok(ReactionChange { message_id: message.id, user, count: count_of(message, &emoji), emoji })
    }

    fn pin(&self, event: &EventRow, user: Profile) -> Result<PinChange, StoreError> {
        let message = self.message(event)?;
        Ok(PinChange { message_id: message.id, user, pinned: message.pinned_at.is_some() })
    }
}

/// How many users react to a message with this emoji.
pub fn count_of(message: &Message, emoji: &rialto_messaging::Emoji) -> u64 {
    message.reactions.iter().find(|reaction| reaction.emoji == *emoji).map_or(0, |reaction| reaction.count)
}

/// The member as they are; once they have left, as [`member_then`].
fn member_now(event: &EventRow, user: ProfileRow, member: Option<MemberRow>) -> Result<Member, StoreError> {
    match member {
        Some(member) => member.read(user),
        None => member_then(event, user),
    }
}

/// The member as far as the event tells, with the mute of now, which outlasts the membership.
fn member_then(event: &EventRow, user: ProfileRow) -> Result<Member, StoreError> {
    let role = role(event.role.as_deref().unwrap_or_default())?;
    Ok(Member { user: user.into(), role, joined_at: event.at, muted_until: event.muted_until })
}
