//! What was said, and who was there, on another server.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, BroughtIn, Conversation, HistoryImport, Message, NewMember, PastAppended, PastMessage,
    Profile,
};
use uuid::Uuid;

use super::rows::{ProfileRow, bound};
use super::{PgMessagingStore, group, log, members, profiles};
use crate::error::{ActError, StoreActError};
use crate::schema::{events, members as memberships, messages, users};

#[async_trait]
impl HistoryImport for PgMessagingStore {
    async fn bring_in(&self, new: NewMember) -> Result<BroughtIn, AddMemberRefusal> {
        self.database.write(move |conn| bring_in(conn, new).boxed()).await
    }

    async fn append_past(
        &self,
        conversation_id: ConversationId,
        messages: Vec<PastMessage>,
    ) -> Result<Vec<PastAppended>, StoreError> {
        self.database.write(move |conn| append_past(conn, conversation_id, messages).boxed()).await
    }

    async fn known_messages(&self, ids: Vec<MessageId>) -> Result<Vec<MessageId>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(known(&conn, ids).await?.into_iter().collect())
    }
}

async fn bring_in(mut conn: &AsyncPgConnection, new: NewMember) -> Result<BroughtIn, ActError<AddMemberRefusal>> {
    // The user before the conversation, as whoever adds a member does: in another order the two could wait for each other.
    profiles::hold_newcomers(conn, [new.user_id]).await?;
    log::lock::<AddMemberRefusal>(conn, new.conversation_id).await?;
    let in_now = memberships::table.find((new.conversation_id.uuid(), new.user_id.uuid()));
    if select(exists(in_now)).get_result(&mut conn).await? {
        return Ok(BroughtIn::Known);
    }
    let came = events::table
        .filter(events::conversation_id.eq(new.conversation_id.uuid()))
        .filter(events::user_id.eq(new.user_id.uuid()))
        .filter(events::kind.eq("member.added"));
    if select(exists(came)).get_result(&mut conn).await? {
        return Ok(BroughtIn::Known);
    }
    Ok(match members::add(conn, new).await? {
        Added::New { .. } => BroughtIn::New,
        Added::Already(_) => BroughtIn::Known,
    })
}

async fn known(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<HashSet<MessageId>, StoreActError> {
    let ids: Vec<Uuid> = ids.into_iter().map(MessageId::uuid).collect();
    let known: Vec<Uuid> =
        messages::table.filter(messages::id.eq_any(ids)).select(messages::id).load(&mut conn).await?;
    Ok(known.into_iter().map(MessageId::from).collect())
}

/// The profiles of those of these senders whose accounts are not deleted.
async fn senders(
    mut conn: &AsyncPgConnection,
    past: &[PastMessage],
) -> Result<HashMap<UserId, Profile>, StoreActError> {
    let ids: HashSet<Uuid> = past.iter().map(|message| message.sender.uuid()).collect();
    let rows: Vec<ProfileRow> = users::table
        .filter(users::id.eq_any(ids))
        .filter(users::deleted_at.is_null())
        .select(ProfileRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(Profile::from).map(|profile| (profile.id, profile)).collect())
}

async fn append_past(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    past: Vec<PastMessage>,
) -> Result<Vec<PastAppended>, StoreActError> {
    let Some(mut locked) = log::lock::<StoreError>(conn, conversation_id).await? else {
        return Ok(vec![PastAppended::UnknownConversation; past.len()]);
    };
    let mut known = known(conn, past.iter().map(|message| message.id)).await?;
    let senders = senders(conn, &past).await?;
    let (mut outcomes, mut appended) = (Vec::with_capacity(past.len()), Vec::new());
    for message in past {
        outcomes.push(if known.contains(&message.id) {
            PastAppended::Known
        } else if let Some(sender) = senders.get(&message.sender) {
            known.insert(message.id);
            appended.push(next(&mut locked, message, sender.clone()));
            PastAppended::New
        } else {
            PastAppended::UnknownSender
        });
    }
    if appended.is_empty() {
        return Ok(outcomes);
    }
    let last_ordinal = bound(locked.last_ordinal);
    let moved = HashMap::from([(conversation_id, locked)]);
    group::insert(conn, &appended.iter().collect::<Vec<_>>(), &moved).await?;
    // Everybody has read what is old.
    diesel::update(memberships::table.filter(memberships::conversation_id.eq(conversation_id.uuid())))
        .set(memberships::read_ordinal.eq(last_ordinal))
        .execute(&mut conn)
        .await?;
    Ok(outcomes)
}

/// The message under the numbers that are next in a locked conversation, which moves on.
fn next(locked: &mut Conversation, past: PastMessage, sender: Profile) -> Message {
    let newest = locked.last_event_at.max(past.at);
    log::move_on(locked, past.at);
    // What is old makes nothing older.
    locked.last_event_at = newest;
    locked.last_ordinal += 1;
    Message {
        id: past.id,
        conversation_id: locked.id,
        seq: locked.last_seq,
        ordinal: locked.last_ordinal,
        sender,
        content: Some(past.content),
        reply_to: None,
        thread_root: None,
        thread: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        pinned_at: None,
        edited_at: None,
        deleted_at: None,
        created_at: past.at,
        nonce: past.nonce,
    }
}
