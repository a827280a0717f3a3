//! The personal logs: what concerns one user alone.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{Event, EventBody, Notice, ReadChange, ReadState, StreamId};
use uuid::Uuid;

use super::rows::{bound, number};
use crate::error::{ActError, StoreActError};
use crate::schema::user_events;
use crate::statement::Statement;

/// Logs the same for each of these users, however many, in order of user id. The conversation that it is about must
/// be locked before: who locks several logs locks them in that order, and so never waits for one who waits for them.
pub async fn record<R>(
    mut conn: &AsyncPgConnection,
    user_ids: Vec<UserId>,
    at: Instant,
    body: &EventBody,
) -> Result<Vec<Event>, ActError<R>> {
    let user_ids: Vec<Uuid> = user_ids.into_iter().map(UserId::uuid).collect();
    let about = About::of(body)?;
    let mut logged: Vec<Logged> = Statement::new(
        "WITH moved AS (
             INSERT INTO user_streams (user_id, epoch, last_seq)
             SELECT id, id, 1 FROM unnest(?) AS id ORDER BY id
             ON CONFLICT (user_id) DO UPDATE SET last_seq = user_streams.last_seq + 1
             RETURNING user_id, last_seq
         )
         INSERT INTO user_events (user_id, seq, kind, at, conversation_id, thread_root, ordinal, last_ordinal,
                                  unread, mentions, notice_id, notice_name, notice_fields)
         SELECT user_id, last_seq, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM moved
         RETURNING user_id, seq",
    )
    .bind::<Array<SqlUuid>, _>(user_ids)
    .bind::<Text, _>(body.name())
    .bind::<Timestamptz, _>(at)
    .bind::<Nullable<SqlUuid>, _>(about.conversation_id)
    .bind::<Nullable<SqlUuid>, _>(about.thread_root)
    .bind::<Nullable<BigInt>, _>(about.ordinal)
    .bind::<Nullable<BigInt>, _>(about.last_ordinal)
    .bind::<Nullable<BigInt>, _>(about.unread)
    .bind::<Nullable<BigInt>, _>(about.mentions)
    .bind::<Nullable<SqlUuid>, _>(about.notice_id)
    .bind::<Nullable<Text>, _>(about.notice_name)
    .bind::<Nullable<Text>, _>(about.notice_fields)
    .load(&mut conn)
    .await?;
    logged.sort_by_key(|logged| logged.user_id);
    let events = logged.into_iter().map(|Logged { user_id, seq }| {
        Ok(Event { stream: StreamId::Personal(user_id.into()), seq: number(seq)?, at, body: body.clone() })
    });
    events.collect()
}

/// Locks the own log of a user until the transaction ends; what was committed before is seen from then on.
pub async fn hold<R>(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), ActError<R>> {
    Statement::new(
        "INSERT INTO user_streams (user_id, epoch, last_seq) VALUES (?, ?, 0)
         ON CONFLICT (user_id) DO UPDATE SET last_seq = user_streams.last_seq",
    )
    .bind::<SqlUuid, _>(user_id.uuid())
    .bind::<SqlUuid, _>(user_id.uuid())
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// The event by which a user was told a notice.
pub async fn find_notice(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    id: Uuid,
) -> Result<Option<Event>, StoreActError> {
    let row: Option<UserEventRow> = user_events::table
        .filter(user_events::user_id.eq(user_id.uuid()))
        .filter(user_events::notice_id.eq(id))
        .select(UserEventRow::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(row.map(UserEventRow::read).transpose()?)
}

pub async fn list_events(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreActError> {
    let rows: Vec<UserEventRow> = user_events::table
        .filter(user_events::user_id.eq(user_id.uuid()))
        .filter(user_events::seq.gt(bound(after)))
        .order(user_events::seq)
        .limit(limit.max(0))
        .select(UserEventRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(UserEventRow::read).collect::<Result<_, _>>()?)
}

#[derive(QueryableByName)]
struct Logged {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// What a personal event is about; its kind says which of it counts.
#[derive(Default)]
struct About {
    conversation_id: Option<Uuid>,
    thread_root: Option<Uuid>,
    ordinal: Option<i64>,
    last_ordinal: Option<i64>,
    unread: Option<i64>,
    mentions: Option<i64>,
    notice_id: Option<Uuid>,
    notice_name: Option<String>,
    notice_fields: Option<String>,
}

impl About {
    fn of(body: &EventBody) -> Result<Self, StoreError> {
        Ok(match body {
            EventBody::ConversationEntered(id) | EventBody::ConversationLeft(id) => {
                Self { conversation_id: Some(id.uuid()), ..Self::default() }
            }
            EventBody::ReadChanged(change) => Self {
                conversation_id: Some(change.conversation_id.uuid()),
                thread_root: change.thread_root.map(|root| root.uuid()),
                ordinal: Some(bound(change.read.ordinal)),
                last_ordinal: Some(bound(change.last_ordinal)),
                unread: Some(bound(change.read.unread)),
                mentions: Some(bound(change.read.mentions)),
                ..Self::default()
            },
            EventBody::Notified(notice) => Self {
                notice_id: Some(notice.id),
                notice_name: Some(notice.name.clone()),
                notice_fields: Some(serde_json::to_string(&notice.fields).map_err(StoreError::unavailable)?),
                ..Self::default()
            },
            // These are in conversations' logs.
            EventBody::MessageCreated(_)
            | EventBody::MessageEdited(_)
            | EventBody::MessageDeleted(_)
            | EventBody::ReactionAdded(_)
            | EventBody::ReactionRemoved(_)
            | EventBody::PinAdded(_)
            | EventBody::PinRemoved(_)
            | EventBody::MemberAdded(_)
            | EventBody::MemberRemoved(_)
            | EventBody::MemberRoleChanged(_)
            | EventBody::MemberMuteChanged(_)
            | EventBody::ConversationChanged(_)
            | EventBody::ConversationDeleted => Self::default(),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = user_events, check_for_backend(diesel::pg::Pg))]
struct UserEventRow {
    user_id: Uuid,
    seq: i64,
    kind: String,
    at: Instant,
    conversation_id: Option<Uuid>,
    thread_root: Option<Uuid>,
    ordinal: Option<i64>,
    last_ordinal: Option<i64>,
    unread: Option<i64>,
    mentions: Option<i64>,
    notice_id: Option<Uuid>,
    notice_name: Option<String>,
    notice_fields: Option<String>,
}

impl UserEventRow {
    fn read(self) -> Result<Event, StoreError> {
        let conversation_id = || {
            let id = self.conversation_id.ok_or_else(|| StoreError::corrupt("user_events.conversation_id"));
            id.map(ConversationId::from)
        };
        let body = match self.kind.as_str() {
            "conversation.entered" => EventBody::ConversationEntered(conversation_id()?),
            "conversation.left" => EventBody::ConversationLeft(conversation_id()?),
            "read.changed" => EventBody::ReadChanged(ReadChange {
                conversation_id: conversation_id()?,
                thread_root: self.thread_root.map(Into::into),
                last_ordinal: number(self.last_ordinal.unwrap_or_default())?,
                read: ReadState {
                    ordinal: number(self.ordinal.unwrap_or_default())?,
                    unread: number(self.unread.unwrap_or_default())?,
                    mentions: number(self.mentions.unwrap_or_default())?,
                },
            }),
            "notified" => EventBody::Notified(self.notice()?),
            _ => return Err(StoreError::corrupt("user_events.kind")),
        };
        let stream = StreamId::Personal(self.user_id.into());
        Ok(Event { stream, seq: number(self.seq)?, at: self.at, body })
    }
    fn notice(&self) -> Result<Notice, StoreError> {
        let corrupt = || StoreError::corrupt("user_events.notice_fields");
        Ok(Notice {
            id: self.notice_id.ok_or_else(corrupt)?,
            name: self.notice_name.clone().ok_or_else(corrupt)?,
            fields: serde_json::from_str(self.notice_fields.as_deref().ok_or_else(corrupt)?).map_err(|_| corrupt())?,
        })
    }
}
