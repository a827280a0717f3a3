//! Messages are pinned and unpinned.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, MessageId, UserId};
use rialto_messaging::{Actor, Done, EventBody, MAX_PINS, Message, MessageRefusal, PinChange};

use super::message_rows::MessageRow;
use super::place::Place;
use super::rows::ProfileRow;
use super::{history, message_parts};
use crate::error::{ActError, StoreActError};
use crate::schema::{messages, users};

pub async fn set(
    mut conn: &AsyncPgConnection,
    id: MessageId,
    by: Actor,
    pinned: bool,
    at: Instant,
) -> Result<Done<Message>, ActError<MessageRefusal>> {
    let place = Place::lock(conn, id, by).await?;
    if !place.check_write(at)?.may_pin() {
        return Err(ActError::Refused(MessageRefusal::NotAllowed));
    }
    if place.message.deleted_at.is_some() {
        return Err(ActError::Refused(MessageRefusal::Deleted));
    }
    if place.message.pinned_at.is_some() == pinned {
        return Ok(place.unchanged());
    }
    if pinned && count(conn, place.locked.id).await? >= MAX_PINS {
        return Err(ActError::Refused(MessageRefusal::TooMany));
    }
    diesel::update(messages::table.filter(messages::id.eq(id.uuid())))
        .set(messages::pinned_at.eq(pinned.then_some(at)))
        .execute(&mut conn)
        .await?;
    let change = PinChange { message_id: id, user: place.actor()?, pinned };
    let body = |_| if pinned { EventBody::PinAdded(change) } else { EventBody::PinRemoved(change) };
    place.done(conn, at, body).await
}

async fn count(mut conn: &AsyncPgConnection, conversation_id: ConversationId) -> QueryResult<usize> {
    let count: i64 = messages::table
        .filter(messages::conversation_id.eq(conversation_id.uuid()))
        .filter(messages::pinned_at.is_not_null())
        .select(count_star())
        .get_result(&mut conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    reader: UserId,
) -> Result<Vec<Message>, StoreActError> {
    let rows = messages::table
        .inner_join(users::table)
        .filter(messages::conversation_id.eq(conversation_id.uuid()))
        .filter(messages::pinned_at.is_not_null())
        .order((messages::pinned_at.desc(), messages::seq.desc()))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .load(&mut conn)
        .await?;
    message_parts::complete(conn, history::read(rows)?, Some(reader)).await
}
