//! Reactions come and go.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{Instant, MessageId};
use rialto_messaging::{Actor, Done, Emoji, EventBody, MAX_EMOJI, Message, MessageRefusal, ReactionChange};

use super::events::count_of;
use super::place::Place;
use crate::error::ActError;
use crate::schema::reactions;

pub async fn set(
    mut conn: &AsyncPgConnection,
    id: MessageId,
    by: Actor,
    emoji: Emoji,
    present: bool,
    at: Instant,
) -> Result<Done<Message>, ActError<MessageRefusal>> {
    let place = Place::lock(conn, id, by).await?;
    place.check_write(at)?;
    if place.message.deleted_at.is_some() {
        return Err(ActError::Refused(MessageRefusal::Deleted));
    }
    let shown = place.message.reactions.iter().find(|reaction| reaction.emoji == emoji);
    if shown.is_some_and(|reaction| reaction.mine) == present {
        return Ok(place.unchanged());
    }
    if present {
        if shown.is_none() && place.message.reactions.len() >= MAX_EMOJI {
            return Err(ActError::Refused(MessageRefusal::TooMany));
        }
        let row = (
            reactions::message_id.eq(id.uuid()),
            reactions::emoji.eq(emoji.as_str()),
            reactions::user_id.eq(by.id.uuid()),
            reactions::at.eq(at),
        );
        diesel::insert_into(reactions::table).values(row).execute(&mut conn).await?;
    } else {
        let row = reactions::table.find((id.uuid(), emoji.as_str(), by.id.uuid()));
        diesel::delete(row).execute(&mut conn).await?;
    }
    let user = place.actor()?;
    let body = |message: Message| {
        let change = ReactionChange { message_id: id, user, count: count_of(&message, &emoji), emoji };
        if present { EventBody::ReactionAdded(change) } else { EventBody::ReactionRemoved(change) }
    };
    place.done(conn, at, body).await
}
