//! One message into the log.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    AppendRefusal, Appended, Conversation, EventBody, Message, MessageContent, NewMessage, Nonce, Profile, Standing,
    WriteRefusal,
};

use super::mentions::Mentioned;
use super::message_rows::{self, MessageRow};
use super::rows::{ProfileRow, bound};
use super::{discretion, log, members, mentions, message_parts, referred, terms, threads};
use crate::error::ActError;
use crate::schema::{message_revisions, messages, users};
use crate::statement::Statement;

type Refused = ActError<AppendRefusal>;

const FIRST_REVISION: i32 = 1;

pub async fn append(conn: &AsyncPgConnection, new: NewMessage) -> Result<Appended, Refused> {
    // The lock comes first: what is read below cannot change before the commit.
    let locked = log::lock(conn, new.conversation_id).await?;
    // Sent together: everyone else who writes here waits for each round trip made under the lock.
    let (earlier, sender, last_sent_at, block) = try_join!(
        find_by_nonce(conn, new.sender.id, &new.nonce),
        members::find(conn, new.conversation_id, new.sender.id),
        last_sent_at(conn, locked.as_ref(), new.sender.id),
        discretion::block_in(conn, locked.as_ref(), new.sender.id)
    )?;
    if let Some(earlier) = earlier {
        return retry_or_conflict(conn, &new, earlier).await;
    }
    let (Some(mut locked), Some(sender)) = (locked, sender) else {
        return Err(ActError::Refused(WriteRefusal::NotAMember.into()));
    };
    let standing = Standing { conversation: &locked, member: Some(&sender), block, actor: new.sender, at: new.at };
    standing.check_write().map_err(|refusal| ActError::Refused(refusal.into()))?;
    if let Some(until) = standing.slowed_until(last_sent_at) {
        return Err(ActError::Refused(AppendRefusal::SlowMode { until }));
    }
    let (starter, mentioned) =
        try_join!(referred::check(conn, &new), mentions::resolve(conn, &standing, &new.mentions))?;
    let mut message = message(&new, locked.last_seq + 1, locked.last_ordinal + 1, sender.user.clone(), &mentioned);
    if !insert(conn, &message, &new.content, &mentioned).await? {
        // The nonce came in through another conversation, whose lock this act does not hold.
        let earlier = find_by_nonce(conn, new.sender.id, &new.nonce).await?;
        let earlier = earlier.ok_or_else(|| StoreError::unavailable("a message vanished while its nonce was taken"))?;
        return retry_or_conflict(conn, &new, earlier).await;
    }
    let thread = async {
        let Some((root, starter)) = message.thread_root.zip(starter) else { return Ok(None) };
        threads::add_reply(conn, root, starter, &message, mentioned.users()).await.map(Some)
    };
    let (_, (), thread) = try_join!(
        log::record(conn, &mut locked, new.at, EventBody::MessageCreated(message.clone())),
        mentions::store(conn, &message, &mentioned),
        thread
    )?;
    message.thread = thread;
    Ok(Appended::New(message))
}

/// A message that nobody has replied or reacted to yet.
pub fn message(new: &NewMessage, seq: u64, ordinal: u64, sender: Profile, mentioned: &Mentioned) -> Message {
    Message {
        id: new.id,
        conversation_id: new.conversation_id,
        seq,
        ordinal,
        sender,
        content: Some(new.content.clone()),
        reply_to: new.reply_to,
        thread_root: new.thread_root,
        thread: None,
        mentions: mentioned.shown(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: new.at,
        nonce: new.nonce.clone(),
    }
}

/// What a sender's nonce stands for: the message now, without what hangs on it, and what it said first.
type Earlier = (Message, Option<MessageContent>);

async fn find_by_nonce(
    mut conn: &AsyncPgConnection,
    sender: UserId,
    nonce: &Nonce,
) -> Result<Option<Earlier>, Refused> {
    let first_revision =
        message_revisions::message_id.eq(messages::id).and(message_revisions::number.eq(FIRST_REVISION));
    let found: Option<(MessageRow, ProfileRow, Option<String>)> = messages::table
        .inner_join(users::table)
        .left_join(message_revisions::table.on(first_revision))
        .filter(messages::sender_id.eq(sender.uuid()))
        .filter(messages::nonce.eq(nonce.as_str()))
        .select((MessageRow::as_select(), ProfileRow::as_select(), message_revisions::content.nullable()))
        .first(&mut conn)
        .await
        .optional()?;
    let Some((message, sender, said_first)) = found else { return Ok(None) };
    let message = message.read(sender)?;
    let said_first = said_first.as_deref().map(message_rows::content).transpose()?.or_else(|| message.content.clone());
    Ok(Some((message, said_first)))
}

async fn retry_or_conflict(
    conn: &AsyncPgConnection,
    new: &NewMessage,
    (earlier, said_first): Earlier,
) -> Result<Appended, Refused> {
    if !new.is_retry_of(&earlier, said_first.as_ref()) {
        return Err(ActError::Refused(AppendRefusal::NonceConflict));
    }
    let message = message_parts::complete(conn, vec![earlier], Some(new.sender.id)).await?.pop();
    Ok(Appended::Duplicate(message.ok_or_else(|| StoreError::corrupt("a message that was found"))?))
}

/// When the sender last said something; asked only where slow mode is on.
async fn last_sent_at(
    mut conn: &AsyncPgConnection,
    locked: Option<&Conversation>,
    sender: UserId,
) -> Result<Option<Instant>, Refused> {
    let Some(slow) = locked.filter(|locked| locked.settings.slowmode_s > 0) else { return Ok(None) };
    let newest = messages::table
        .filter(messages::conversation_id.eq(slow.id.uuid()))
        .filter(messages::sender_id.eq(sender.uuid()))
        .order(messages::ordinal.desc())
        .select(messages::created_at)
        .first(&mut conn)
        .await;
    Ok(newest.optional()?)
}

/// `false` if the sender used the nonce meanwhile; waits for the one who is about to.
async fn insert(
    mut conn: &AsyncPgConnection,
    message: &Message,
    content: &MessageContent,
    mentioned: &Mentioned,
) -> QueryResult<bool> {
    let inserted = Statement::new(
        "INSERT INTO messages (conversation_id, seq, id, ordinal, sender_id, nonce, content, reply_to, thread_root,
                               created_at, mentions_all, mentions_here, terms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::tsvector)
         ON CONFLICT (sender_id, nonce) DO NOTHING",
    )
    .bind::<SqlUuid, _>(message.conversation_id.uuid())
    .bind::<BigInt, _>(bound(message.seq))
    .bind::<SqlUuid, _>(message.id.uuid())
    .bind::<BigInt, _>(bound(message.ordinal))
    .bind::<SqlUuid, _>(message.sender.id.uuid())
    .bind::<Text, _>(message.nonce.as_str())
    .bind::<Text, _>(content.as_str())
    .bind::<Nullable<SqlUuid>, _>(message.reply_to.map(MessageId::uuid))
    .bind::<Nullable<SqlUuid>, _>(message.thread_root.map(MessageId::uuid))
    .bind::<Timestamptz, _>(message.created_at)
    .bind::<Bool, _>(mentioned.all)
    .bind::<Bool, _>(mentioned.here)
    .bind::<Text, _>(terms::vector(content.as_str()))
    .execute(&mut conn)
    .await?;
    Ok(inserted > 0)
}
