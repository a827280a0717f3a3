//! The messages that a new message refers to: its thread's first, and the one it answers.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{Instant, MessageId, UserId};
use rialto_messaging::{AppendRefusal, NewMessage};
use uuid::Uuid;

use crate::error::ActError;
use crate::schema::messages;

/// A message, the first of its thread, who said it, whether it is deleted.
type ReferredRow = (Uuid, Option<Uuid>, Uuid, Option<Instant>);

/// Refuses a message that refers to what it may not; otherwise who started its thread, if it is in one.
pub async fn check(mut conn: &AsyncPgConnection, new: &NewMessage) -> Result<Option<UserId>, ActError<AppendRefusal>> {
    let ids: Vec<Uuid> = new.thread_root.into_iter().chain(new.reply_to).map(MessageId::uuid).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let found: Vec<ReferredRow> = messages::table
        .filter(messages::id.eq_any(ids))
        .filter(messages::conversation_id.eq(new.conversation_id.uuid()))
        .select((messages::id, messages::thread_root, messages::sender_id, messages::deleted_at))
        .load(&mut conn)
        .await?;
    let thread_root = new.thread_root.map(MessageId::uuid);
    let is_root = |row: &&ReferredRow| Some(row.0) == thread_root && row.1.is_none() && row.3.is_none();
    let root = found.iter().find(is_root);
    if thread_root.is_some() && root.is_none() {
        return Err(ActError::Refused(AppendRefusal::UnknownThread));
    }
    // An answer stays in the thread of what it answers, whose first message belongs to both sides.
    let is_answered = |row: &ReferredRow| row.1 == thread_root || Some(row.0) == thread_root;
    if let Some(answered) = new.reply_to
        && !found.iter().any(|row| row.0 == answered.uuid() && is_answered(row))
    {
        return Err(ActError::Refused(AppendRefusal::UnknownReply));
    }
    Ok(root.map(|row| row.2.into()))
}
