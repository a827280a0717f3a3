//! The personal logs: what concerns one user alone.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{Epoch, Event, EventBody, Notice, ReadChange, ReadState, StreamId, StreamTop};

use super::rows::PersonalKind;
use crate::error::{count, store_error};
use crate::prepared::one_of;
use crate::schema::{user_events, user_streams, users};
use crate::value::{DbId, DbInstant, bounded};

/// Logs that the user came into a conversation.
pub fn log_entered(
    connection: &mut SqliteConnection,
    user_id: UserId,
    conversation_id: ConversationId,
    at: Instant,
) -> Result<Event, StoreError> {
    let body = EventBody::ConversationEntered(conversation_id);
    log(connection, user_id, UserEventRow::about(PersonalKind::Entered, conversation_id, at), body)
}

/// Logs that the user is not in a conversation any more.
pub fn log_left(
    connection: &mut SqliteConnection,
    user_id: UserId,
    conversation_id: ConversationId,
    at: Instant,
) -> Result<Event, StoreError> {
    let body = EventBody::ConversationLeft(conversation_id);
    log(connection, user_id, UserEventRow::about(PersonalKind::Left, conversation_id, at), body)
}

/// Logs that the user has read on.
pub fn log_read(
    connection: &mut SqliteConnection,
    user_id: UserId,
    change: ReadChange,
    at: Instant,
) -> Result<Event, StoreError> {
    let row = UserEventRow {
        thread_root: change.thread_root.map(DbId::from),
        ordinal: Some(bounded(change.read.ordinal)),
        last_ordinal: Some(bounded(change.last_ordinal)),
        unread: Some(bounded(change.read.unread)),
        mentions: Some(bounded(change.read.mentions)),
        ..UserEventRow::about(PersonalKind::ReadChanged, change.conversation_id, at)
    };
    log(connection, user_id, row, EventBody::ReadChanged(change))
}

/// Logs what somebody has to say to the user.
pub fn log_notice(
    connection: &mut SqliteConnection,
    user_id: UserId,
    notice: Notice,
    at: Instant,
) -> Result<Event, StoreError> {
    let row = UserEventRow {
        notice_id: Some(DbId(notice.id)),
        notice_name: Some(notice.name.clone()),
        notice_fields: Some(serde_json::to_string(&notice.fields).map_err(StoreError::unavailable)?),
        ..UserEventRow::new(PersonalKind::Notified, at)
    };
    log(connection, user_id, row, EventBody::Notified(notice))
}

/// The event by which the user was told a notice.
pub fn find_notice(connection: &mut SqliteConnection, user_id: UserId, id: DbId) -> Result<Option<Event>, StoreError> {
    let row = user_events::table
        .filter(user_events::user_id.eq(DbId::from(user_id)))
        .filter(user_events::notice_id.eq(id))
        .select(UserEventRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)?;
    row.map(|row: UserEventRow| row.event(user_id)).transpose()
}

fn log(
    connection: &mut SqliteConnection,
    user_id: UserId,
    row: UserEventRow,
    body: EventBody,
) -> Result<Event, StoreError> {
    let id = DbId::from(user_id);
    // The row is made by the first entry.
    let seq: i64 = diesel::insert_into(user_streams::table)
        .values((user_streams::user_id.eq(id), user_streams::epoch.eq(id), user_streams::last_seq.eq(1)))
        .on_conflict(user_streams::user_id)
        .do_update()
        .set(user_streams::last_seq.eq(user_streams::last_seq + 1))
        .returning(user_streams::last_seq)
        .get_result(connection)
        .map_err(store_error)?;
    let at = row.at.0;
    let row = UserEventRow { seq, ..row };
    diesel::insert_into(user_events::table)
        .values((user_events::user_id.eq(id), row))
        .execute(connection)
        .map_err(store_error)?;
    Ok(Event { stream: StreamId::Personal(user_id), seq: count(seq, "an event's number")?, at, body })
}

pub fn list_events(
    connection: &mut SqliteConnection,
    user_id: UserId,
    after: u64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<UserEventRow> = user_events::table
        .filter(user_events::user_id.eq(DbId::from(user_id)))
        .filter(user_events::seq.gt(bounded(after)))
        .order(user_events::seq)
        .limit(limit)
        .select(UserEventRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(|row| row.event(user_id)).collect()
}

/// The positions of the personal logs of those of these users who exist.
pub fn tops(connection: &mut SqliteConnection, ids: &[DbId]) -> Result<Vec<StreamTop>, StoreError> {
    let rows: Vec<(DbId, Option<(DbId, i64)>)> = users::table
        .left_join(user_streams::table)
        .filter(one_of(users::id, ids.iter().copied()))
        .select((users::id, (user_streams::epoch, user_streams::last_seq).nullable()))
        .load(connection)
        .map_err(store_error)?;
    let tops = rows.into_iter().map(|(id, stream)| {
        let (epoch, last_seq) = stream.unwrap_or((id, 0));
        let last_seq = count(last_seq, "a personal log's last event")?;
        Ok(StreamTop { stream: StreamId::Personal(id.into()), epoch: Epoch(epoch.0), last_seq })
    });
    tops.collect()
}

/// The position of one personal log, whether its user is there or not.
pub fn top(connection: &mut SqliteConnection, user_id: UserId) -> Result<StreamTop, StoreError> {
    let empty = StreamTop { stream: StreamId::Personal(user_id), epoch: Epoch(user_id.uuid()), last_seq: 0 };
    Ok(tops(connection, &[user_id.into()])?.pop().unwrap_or(empty))
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = user_events, check_for_backend(Sqlite))]
struct UserEventRow {
    seq: i64,
    kind: String,
    at: DbInstant,
    conversation_id: Option<DbId>,
    thread_root: Option<DbId>,
    ordinal: Option<i64>,
    last_ordinal: Option<i64>,
    unread: Option<i64>,
    mentions: Option<i64>,
    notice_id: Option<DbId>,
    notice_name: Option<String>,
    notice_fields: Option<String>,
}

impl UserEventRow {
    /// An entry about a conversation, which has no number yet.
    fn about(kind: PersonalKind, conversation_id: ConversationId, at: Instant) -> Self {
        Self { conversation_id: Some(conversation_id.into()), ..Self::new(kind, at) }
    }

    /// An entry about nothing yet.
    fn new(kind: PersonalKind, at: Instant) -> Self {
        Self {
            seq: 0,
            kind: kind.as_str().to_owned(),
            at: DbInstant(at),
            conversation_id: None,
            thread_root: None,
            ordinal: None,
            last_ordinal: None,
            unread: None,
            mentions: None,
            notice_id: None,
            notice_name: None,
            notice_fields: None,
        }
    }

    fn event(self, user_id: UserId) -> Result<Event, StoreError> {
        let (seq, at) = (count(self.seq, "an event's number")?, self.at.0);
        Ok(Event { stream: StreamId::Personal(user_id), seq, at, body: self.body()? })
    }

    fn body(&self) -> Result<EventBody, StoreError> {
        let incomplete = || StoreError::corrupt(format!("an event {:?} that lacks what it is about", self.kind));
        let conversation_id = || self.conversation_id.ok_or_else(incomplete).map(ConversationId::from);
        let number = |column: Option<i64>| count(column.ok_or_else(incomplete)?, "a count of a read pointer");
        match PersonalKind::from_word(&self.kind) {
            Some(PersonalKind::Entered) => Ok(EventBody::ConversationEntered(conversation_id()?)),
            Some(PersonalKind::Left) => Ok(EventBody::ConversationLeft(conversation_id()?)),
            Some(PersonalKind::ReadChanged) => Ok(EventBody::ReadChanged(ReadChange {
                conversation_id: conversation_id()?,
                thread_root: self.thread_root.map(Into::into),
                last_ordinal: number(self.last_ordinal)?,
                read: ReadState {
                    ordinal: number(self.ordinal)?,
                    unread: number(self.unread)?,
                    mentions: number(self.mentions)?,
                },
            })),
            Some(PersonalKind::Notified) => {
                let fields = self.notice_fields.as_deref().ok_or_else(incomplete)?;
                Ok(EventBody::Notified(Notice {
                    id: self.notice_id.ok_or_else(incomplete)?.0,
                    name: self.notice_name.clone().ok_or_else(incomplete)?,
                    fields: serde_json::from_str(fields).map_err(|_| StoreError::corrupt("the fields of a notice"))?,
                }))
            }
            None => Err(StoreError::corrupt("a personal event's kind")),
        }
    }
}
