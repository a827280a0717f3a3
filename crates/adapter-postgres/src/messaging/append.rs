//! One message into the log.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};
use rialto_messaging::{AppendRefusal, Appended, EventBody, Message, NewMessage, Nonce};

use super::log::{self, NextNumbers};
use super::members;
use super::rows::{MessageRow, NewMessageRow, ProfileRow, number};
use crate::error::ActError;
use crate::schema::{messages, users};

type Refused = ActError<AppendRefusal>;

pub async fn append(conn: &AsyncPgConnection, new: NewMessage) -> Result<Appended, Refused> {
    // The lock comes first: what is read below cannot change before the commit.
    let next = log::lock(conn, new.conversation_id).await?;
    // Sent together: everyone else who writes here waits for each round trip made under the lock.
    let (earlier, member) = try_join!(
        find_by_nonce(conn, new.sender_id, &new.nonce),
        members::find(conn, new.conversation_id, new.sender_id)
    )?;
    if let Some(earlier) = earlier {
        return retry_or_conflict(&new, earlier);
    }
    let (Some(next), Some(member)) = (next, member) else {
        return Err(ActError::Refused(AppendRefusal::NotAMember));
    };
    if !member.role.may_write() {
        return Err(ActError::Refused(AppendRefusal::ReadOnly));
    }
    if let Some(answered) = new.reply_to
        && !holds_message(conn, new.conversation_id, answered).await?
    {
        return Err(ActError::Refused(AppendRefusal::UnknownReply));
    }
    if !insert(conn, &new, next).await? {
        // The nonce came in through another conversation, whose lock this act does not hold.
        let earlier = find_by_nonce(conn, new.sender_id, &new.nonce).await?;
        let earlier = earlier.ok_or_else(|| StoreError::unavailable("a message vanished while its nonce was taken"))?;
        return retry_or_conflict(&new, earlier);
    }
    let message = Message {
        id: new.id,
        conversation_id: new.conversation_id,
        seq: number(next.seq)?,
        ordinal: number(next.ordinal)?,
        sender: member.user,
        content: new.content,
        reply_to: new.reply_to,
        created_at: new.at,
        nonce: new.nonce,
    };
    log::record(conn, new.conversation_id, next, new.at, EventBody::MessageCreated(message.clone())).await?;
    Ok(Appended::New(message))
}

fn retry_or_conflict(new: &NewMessage, earlier: Message) -> Result<Appended, Refused> {
    if new.is_retry_of(&earlier) {
        Ok(Appended::Duplicate(earlier))
    } else {
        Err(ActError::Refused(AppendRefusal::NonceConflict))
    }
}

async fn find_by_nonce(
    mut conn: &AsyncPgConnection,
    sender: UserId,
    nonce: &Nonce,
) -> Result<Option<Message>, Refused> {
    let found: Option<(MessageRow, ProfileRow)> = messages::table
        .inner_join(users::table)
        .filter(messages::sender_id.eq(sender.uuid()))
        .filter(messages::nonce.eq(nonce.as_str()))
        .select((MessageRow::as_select(), ProfileRow::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    found.map(|(message, sender)| Ok(message.read(sender)?)).transpose()
}

async fn holds_message(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    id: MessageId,
) -> QueryResult<bool> {
    let message =
        messages::table.filter(messages::id.eq(id.uuid())).filter(messages::conversation_id.eq(conversation_id.uuid()));
    diesel::select(diesel::dsl::exists(message)).get_result(&mut conn).await
}

/// `false` if the sender used the nonce meanwhile; waits for the one who is about to.
async fn insert(mut conn: &AsyncPgConnection, new: &NewMessage, next: NextNumbers) -> QueryResult<bool> {
    let row = NewMessageRow {
        conversation_id: new.conversation_id.uuid(),
        seq: next.seq,
        id: new.id.uuid(),
        ordinal: next.ordinal,
        sender_id: new.sender_id.uuid(),
        nonce: new.nonce.as_str(),
        content: new.content.as_str(),
        reply_to: new.reply_to.map(MessageId::uuid),
        created_at: new.at,
    };
    let inserted = diesel::insert_into(messages::table)
        .values(row)
        .on_conflict((messages::sender_id, messages::nonce))
        .do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(inserted > 0)
}
