//! Messages are said differently, or taken back.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{Instant, MessageId};
use rialto_messaging::{
    Actor, AuditAction, Done, EventBody, MAX_REVISIONS, Message, MessageContent, MessageRefusal, WantedMentions,
};

use super::audit::{self, Decision};
use super::mentions::{self, Mentioned};
use super::place::Place;
use super::{terms, threads};
use crate::error::ActError;
use crate::schema::{message_revisions, reactions};
use crate::statement::Statement;

type Refused = ActError<MessageRefusal>;

pub async fn edit(
    conn: &AsyncPgConnection,
    id: MessageId,
    by: Actor,
    content: MessageContent,
    wanted: WantedMentions,
    at: Instant,
) -> Result<Done<Message>, Refused> {
    let place = Place::lock(conn, id, by).await?;
    let standing = place.check_write(at)?;
    if place.message.sender.id != by.id {
        return Err(ActError::Refused(MessageRefusal::NotAllowed));
    }
    let Some(before) = &place.message.content else {
        return Err(ActError::Refused(MessageRefusal::Deleted));
    };
    if *before == content {
        return Ok(place.unchanged());
    }
    let (number, mentioned) = try_join!(next_revision(conn, id), mentions::resolve(conn, &standing, &wanted))?;
    let revision = (
        message_revisions::message_id.eq(id.uuid()),
        message_revisions::number.eq(number),
        message_revisions::content.eq(before.as_str()),
        message_revisions::at.eq(place.message.edited_at.unwrap_or(place.message.created_at)),
    );
    diesel::insert_into(message_revisions::table).values(revision).execute(&mut &*conn).await?;
    rewrite(conn, id, &content, &mentioned, at).await?;
    mentions::forget(conn, id).await?;
    mentions::store(conn, &place.message, &mentioned).await?;
    if let Some(root) = place.message.thread_root {
        let followers = mentioned.users().map(|user_id| (user_id, place.message.ordinal - 1)).collect();
        threads::follow(conn, root, &place.message, followers).await?;
    }
    place.done(conn, at, EventBody::MessageEdited).await
}

/// The number of the revision that keeps what a message says now.
async fn next_revision(mut conn: &AsyncPgConnection, id: MessageId) -> Result<i32, Refused> {
    let earlier = message_revisions::table.filter(message_revisions::message_id.eq(id.uuid()));
    let last: Option<i32> = earlier.select(diesel::dsl::max(message_revisions::number)).get_result(&mut conn).await?;
    let last = last.unwrap_or_default();
    if usize::try_from(last).is_ok_and(|last| last >= MAX_REVISIONS) {
        return Err(ActError::Refused(MessageRefusal::TooMany));
    }
    Ok(last + 1)
}

async fn rewrite(
    mut conn: &AsyncPgConnection,
    id: MessageId,
    content: &MessageContent,
    mentioned: &Mentioned,
    at: Instant,
) -> QueryResult<()> {
    Statement::new(
        "UPDATE messages SET content = ?, edited_at = ?, mentions_all = ?, mentions_here = ?, terms = ?::tsvector
         WHERE id = ?",
    )
    .bind::<Text, _>(content.as_str())
    .bind::<Timestamptz, _>(at)
    .bind::<Bool, _>(mentioned.all)
    .bind::<Bool, _>(mentioned.here)
    .bind::<Text, _>(terms::vector(content.as_str()))
    .bind::<SqlUuid, _>(id.uuid())
    .execute(&mut conn)
    .await?;
    Ok(())
}

pub async fn delete(conn: &AsyncPgConnection, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, Refused> {
    let place = Place::lock_as_admin(conn, id, by).await?;
    if !place.standing(at).may_delete(&place.message) {
        return Err(ActError::Refused(MessageRefusal::NotAllowed));
    }
    if place.message.deleted_at.is_some() {
        return Ok(place.unchanged());
    }
    erase(conn, id, at).await?;
    if place.message.sender.id != by.id {
        let decision = Decision {
            message_id: Some(id),
            ..Decision::about_user(place.locked.id, by.id, AuditAction::MessageDeleted, place.message.sender.id, at)
        };
        audit::record(conn, decision).await?;
    }
    place.done(conn, at, EventBody::MessageDeleted).await
}

/// Leaves nothing of a message but its place.
async fn erase(mut conn: &AsyncPgConnection, id: MessageId, at: Instant) -> Result<(), Refused> {
    Statement::new(
        "UPDATE messages SET content = '', deleted_at = ?, pinned_at = NULL, mentions_all = false,
                             mentions_here = false, terms = NULL
         WHERE id = ?",
    )
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id.uuid())
    .execute(&mut conn)
    .await?;
    let revisions = message_revisions::table.filter(message_revisions::message_id.eq(id.uuid()));
    diesel::delete(revisions).execute(&mut conn).await?;
    diesel::delete(reactions::table.filter(reactions::message_id.eq(id.uuid()))).execute(&mut conn).await?;
    mentions::forget(conn, id).await
}
