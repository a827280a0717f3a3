//! Messages that somebody finds wrong.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use rialto_kernel::{Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, ConversationKind, MemberRole, Message, Profile, Reason, Report, ReportClosed, ReportOutcome,
};

use super::audit::{Decision, write_down};
use super::members::{find_member, find_profile};
use super::place::{Place, find_row};
use super::rows::message_content;
use crate::error::store_error;
use crate::schema::{conversations, members, reports};
use crate::value::{DbId, DbInstant, read_position};

pub fn insert_report(
    connection: &mut SqliteConnection,
    id: ReportId,
    message_id: MessageId,
    reporter: UserId,
    reason: &Reason,
    at: Instant,
) -> Result<Option<Report>, StoreError> {
    let Some(message) = find_row(connection, message_id)? else { return Ok(None) };
    let message = Message::try_from(message)?;
    if find_member(connection, message.conversation_id, reporter)?.is_none() {
        return Ok(None);
    }
    let open = reports::table
        .filter(reports::message_id.eq(DbId::from(message_id)))
        .filter(reports::reporter_id.eq(DbId::from(reporter)))
        .filter(reports::outcome.is_null())
        .select(ReportRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)?;
    let row = match open {
        Some(row) => row,
        None => {
            let row = ReportRow::new(id, &message, reporter, reason, at);
            diesel::insert_into(reports::table).values(&row).execute(connection).map_err(store_error)?;
            row
        }
    };
    row.join(connection).map(Some)
}

pub fn list_reports(
    connection: &mut SqliteConnection,
    reader: Actor,
    open: bool,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<Report>, StoreError> {
    let mut query = reports::table
        .filter(reports::outcome.is_null().eq(open))
        .order((reports::created_at.desc(), reports::id.desc()))
        .limit(limit.overfull())
        .select(ReportRow::as_select())
        .into_boxed();
    if !reader.is_admin {
        query = query.filter(is_moderated_by(reader.id));
    }
    if let Some(cursor) = after {
        let Some((at, id)) = read_position(cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(reports::created_at.lt(at).or(reports::created_at.eq(at).and(reports::id.lt(id))));
    }
    let rows: Vec<ReportRow> = query.load(connection).map_err(store_error)?;
    let page = Page::from_overfull(rows, limit, |row| {
        Cursor::from_keys(&[&row.created_at.0.timestamp_micros(), &ReportId::from(row.id)])
    });
    let items = page.items.into_iter().map(|row| row.join(connection)).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// Whether a report is of a conversation that the user moderates, by [`Standing::moderates`](rialto_messaging::Standing).
fn is_moderated_by(user_id: UserId) -> Box<dyn BoxableExpression<reports::table, Sqlite, SqlType = Bool>> {
    let moderated = members::table
        .inner_join(conversations::table)
        .filter(members::user_id.eq(DbId::from(user_id)))
        .filter(members::role.eq_any([MemberRole::Admin.as_str(), MemberRole::Owner.as_str()]))
        .filter(conversations::kind.ne(ConversationKind::Direct.as_str()))
        .select(members::conversation_id);
    Box::new(reports::conversation_id.eq_any(moderated))
}

pub fn close_report(
    connection: &mut SqliteConnection,
    id: ReportId,
    by: Actor,
    outcome: ReportOutcome,
    at: Instant,
) -> Result<Option<Report>, StoreError> {
    let row: Option<ReportRow> = reports::table
        .find(DbId::from(id))
        .select(ReportRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)?;
    let Some(mut row) = row else { return Ok(None) };
    let place = Place::find(connection, row.conversation_id.into(), by.id)?;
    if !(by.is_admin || place.is_some_and(|place| place.standing(by, at).moderates())) {
        return Ok(None);
    }
    if row.outcome.is_none() {
        row.outcome = Some(outcome.as_str().to_owned());
        row.closed_by = Some(by.id.into());
        row.closed_at = Some(DbInstant(at));
        diesel::update(reports::table.find(row.id))
            .set((
                reports::outcome.eq(&row.outcome),
                reports::closed_by.eq(row.closed_by),
                reports::closed_at.eq(row.closed_at),
            ))
            .execute(connection)
            .map_err(store_error)?;
        let decision = Decision {
            action: AuditAction::ReportClosed,
            user_id: Some(row.sender_id.into()),
            message_id: Some(row.message_id.into()),
            detail: outcome.as_str().to_owned(),
        };
        write_down(connection, row.conversation_id.into(), by.id, at, &decision)?;
    }
    row.join(connection).map(Some)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = reports, check_for_backend(Sqlite))]
struct ReportRow {
    id: DbId,
    conversation_id: DbId,
    message_id: DbId,
    sender_id: DbId,
    content: Option<String>,
    reporter_id: DbId,
    reason: String,
    created_at: DbInstant,
    outcome: Option<String>,
    closed_by: Option<DbId>,
    closed_at: Option<DbInstant>,
}

impl ReportRow {
    fn new(id: ReportId, message: &Message, reporter: UserId, reason: &Reason, at: Instant) -> Self {
        Self {
            id: id.into(),
            conversation_id: message.conversation_id.into(),
            message_id: message.id.into(),
            sender_id: message.sender.id.into(),
            content: message.content.as_ref().map(|content| content.as_str().to_owned()),
            reporter_id: reporter.into(),
            reason: reason.as_str().to_owned(),
            created_at: DbInstant(at),
            outcome: None,
            closed_by: None,
            closed_at: None,
        }
    }

    fn join(self, connection: &mut SqliteConnection) -> Result<Report, StoreError> {
        let mut profile = |id: DbId| -> Result<Profile, StoreError> {
            find_profile(connection, id.into())?.ok_or_else(|| StoreError::corrupt("a user of a report"))
        };
        let closed = match (self.outcome, self.closed_by, self.closed_at) {
            (Some(outcome), Some(by), Some(at)) => {
                let outcome = ReportOutcome::from_word(&outcome);
                let outcome = outcome.ok_or_else(|| StoreError::corrupt("the outcome of a report"))?;
                Some(ReportClosed { outcome, by: by.into(), at: at.0 })
            }
            _ => None,
        };
        Ok(Report {
            id: self.id.into(),
            conversation_id: self.conversation_id.into(),
            message_id: self.message_id.into(),
            sender: profile(self.sender_id)?,
            content: self.content.as_deref().map(message_content).transpose()?,
            reporter: profile(self.reporter_id)?,
            reason: Reason::parse(&self.reason).map_err(|_| StoreError::corrupt("the reason of a report"))?,
            created_at: self.created_at.0,
            closed,
        })
    }
}
