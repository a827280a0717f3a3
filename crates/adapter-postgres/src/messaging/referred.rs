//! The messages that a new message refers to: its thread's first, and the one it answers.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{Instant, MessageId, UserId};
use rialto_messaging::{AppendRefusal, NewMessage};
use uuid::Uuid;

use crate::error::ActError;
use crate::schema::messages;

/// Where a message is, itself, the first of its thread, who said it, whether it is deleted.
pub type ReferredRow = (Uuid, Uuid, Option<Uuid>, Uuid, Option<Instant>);

/// Refuses a message that refers to what it may not; otherwise who started its thread, if it is in one.
pub async fn check(conn: &AsyncPgConnection, new: &NewMessage) -> Result<Option<UserId>, ActError<AppendRefusal>> {
    let found = find(conn, new.thread_root.into_iter().chain(new.reply_to)).await?;
    judge(new, &found).map_err(ActError::Refused)
}

/// Those of these messages that there are.
pub async fn find<R>(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<Vec<ReferredRow>, ActError<R>> {
    let ids: Vec<Uuid> = ids.into_iter().map(MessageId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = messages::table.filter(messages::id.eq_any(ids)).select((
        messages::conversation_id,
        messages::id,
        messages::thread_root,
        messages::sender_id,
        messages::deleted_at,
    ));
    Ok(found.load(&mut conn).await?)
}

/// The rules behind [`check`], by what was found.
pub fn judge(new: &NewMessage, found: &[ReferredRow]) -> Result<Option<UserId>, AppendRefusal> {
    let here: Vec<&ReferredRow> = found.iter().filter(|row| row.0 == new.conversation_id.uuid()).collect();
    let thread_root = new.thread_root.map(MessageId::uuid);
    let is_root = |row: &&&ReferredRow| Some(row.1) == thread_root && row.2.is_none() && row.4.is_none();
    let root = here.iter().find(is_root);
    if thread_root.is_some() && root.is_none() {
        return Err(AppendRefusal::UnknownThread);
    }
    // An answer stays in the thread of what it answers, whose first message belongs to both sides.
    let is_answered = |row: &ReferredRow| row.2 == thread_root || Some(row.1) == thread_root;
    if let Some(answered) = new.reply_to
        && !here.iter().any(|row| row.1 == answered.uuid() && is_answered(row))
    {
        return Err(AppendRefusal::UnknownReply);
    }
    Ok(root.map(|row| row.3.into()))
}
