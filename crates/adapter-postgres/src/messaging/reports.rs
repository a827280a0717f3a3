//! Messages are reported, and somebody decides.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditAction, ConversationKind, MemberRole, MessageContent, Profile, Reason, Report, ReportClosed,
    ReportOutcome, Standing,
};
use uuid::Uuid;

use super::audit::{self, Decision};
use super::cursors::{read_time_cursor, time_cursor};
use super::rows::ProfileRow;
use super::{history, log, members, message_rows};
use crate::error::StoreActError;
use crate::schema::{conversations, members as members_table, messages, reports, users};

pub async fn insert(
    mut conn: &AsyncPgConnection,
    id: ReportId,
    message_id: MessageId,
    reporter: UserId,
    reason: Reason,
    at: Instant,
) -> Result<Option<Report>, StoreActError> {
    let conversation_id = messages::table.filter(messages::id.eq(message_id.uuid())).select(messages::conversation_id);
    let conversation_id: Option<Uuid> = conversation_id.first(&mut conn).await.optional()?;
    let Some(conversation_id) = conversation_id.map(ConversationId::from) else { return Ok(None) };
    if log::lock::<StoreError>(conn, conversation_id).await?.is_none() {
        return Ok(None);
    }
    let (message, reporter, open) = try_join!(
        history::find_messages(conn, [message_id], None),
        members::find(conn, conversation_id, reporter),
        find_open(conn, message_id, reporter)
    )?;
    let (Some(message), Some(reporter)) = (message.into_iter().next(), reporter) else { return Ok(None) };
    if open.is_some() {
        return Ok(open);
    }
    let row = (
        reports::id.eq(id.uuid()),
        reports::conversation_id.eq(conversation_id.uuid()),
        reports::message_id.eq(message_id.uuid()),
        reports::sender_id.eq(message.sender.id.uuid()),
        reports::content.eq(message.content.as_ref().map(MessageContent::as_str)),
        reports::reporter_id.eq(reporter.user.id.uuid()),
        reports::reason.eq(reason.as_str()),
        reports::created_at.eq(at),
    );
    diesel::insert_into(reports::table).values(row).execute(&mut conn).await?;
    Ok(Some(Report {
        id,
        conversation_id,
        message_id,
        sender: message.sender,
        content: message.content,
        reporter: reporter.user,
        reason,
        created_at: at,
        closed: None,
    }))
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    reader: Actor,
    open: bool,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<Report>, StoreActError> {
    let mut query = reports::table.order((reports::created_at.desc(), reports::id.desc())).into_boxed();
    query = match open {
        true => query.filter(reports::outcome.is_null()),
        false => query.filter(reports::outcome.is_not_null()),
    };
    if !reader.is_admin {
        let moderated = members_table::table
            .inner_join(conversations::table)
            .filter(members_table::user_id.eq(reader.id.uuid()))
            .filter(members_table::role.eq_any([MemberRole::Admin, MemberRole::Owner].map(MemberRole::as_str)))
            .filter(conversations::kind.ne(ConversationKind::Direct.as_str()))
            .select(conversations::id);
        query = query.filter(reports::conversation_id.eq_any(moderated));
    }
    if let Some(cursor) = after {
        let Some((at, id)) = read_time_cursor(&cursor) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(reports::created_at.lt(at).or(reports::created_at.eq(at).and(reports::id.lt(id))));
    }
    let rows = query.limit(limit.overfull()).select(ReportRow::as_select()).load(&mut conn).await?;
    let found = read(conn, rows).await?;
    Ok(Page::from_overfull(found, limit, |report: &Report| time_cursor(report.created_at, report.id.uuid())))
}

pub async fn close(
    mut conn: &AsyncPgConnection,
    id: ReportId,
    by: Actor,
    outcome: ReportOutcome,
    at: Instant,
) -> Result<Option<Report>, StoreActError> {
    let Some(report) = find(conn, id).await? else { return Ok(None) };
    // The conversation may be gone; the report then waits for an admin of the server.
    let locked = log::lock::<StoreError>(conn, report.conversation_id).await?;
    let member = members::find::<StoreError>(conn, report.conversation_id, by.id).await?;
    let moderates = locked.as_ref().is_some_and(|conversation| {
        Standing { conversation, member: member.as_ref(), block: None, actor: by, at }.moderates()
    });
    if !moderates && !by.is_admin {
        return Ok(None);
    }
    let closed = diesel::update(reports::table.find(id.uuid()).filter(reports::outcome.is_null()))
        .set((reports::outcome.eq(outcome.as_str()), reports::closed_by.eq(by.id.uuid()), reports::closed_at.eq(at)))
        .execute(&mut conn)
        .await?;
    if closed > 0 {
        let action = AuditAction::ReportClosed;
        let decision = Decision {
            message_id: Some(report.message_id),
            detail: outcome.as_str().to_owned(),
            ..Decision::about_user(report.conversation_id, by.id, action, report.sender.id, at)
        };
        audit::record::<StoreError>(conn, decision).await?;
    }
    find(conn, id).await
}

async fn find(mut conn: &AsyncPgConnection, id: ReportId) -> Result<Option<Report>, StoreActError> {
    let row = reports::table.find(id.uuid()).select(ReportRow::as_select()).first(&mut conn).await.optional()?;
    Ok(read(conn, row.into_iter().collect()).await?.pop())
}

async fn find_open(
    mut conn: &AsyncPgConnection,
    message_id: MessageId,
    reporter: UserId,
) -> Result<Option<Report>, StoreActError> {
    let row = reports::table
        .filter(reports::message_id.eq(message_id.uuid()))
        .filter(reports::reporter_id.eq(reporter.uuid()))
        .filter(reports::outcome.is_null())
        .select(ReportRow::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(read(conn, row.into_iter().collect()).await?.pop())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reports, check_for_backend(diesel::pg::Pg))]
struct ReportRow {
    id: Uuid,
    conversation_id: Uuid,
    message_id: Uuid,
    sender_id: Uuid,
    content: Option<String>,
    reporter_id: Uuid,
    reason: String,
    created_at: Instant,
    outcome: Option<String>,
    closed_by: Option<Uuid>,
    closed_at: Option<Instant>,
}

/// Completes rows with the faces of senders and reporters, fetched together.
async fn read(mut conn: &AsyncPgConnection, rows: Vec<ReportRow>) -> Result<Vec<Report>, StoreActError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.sender_id, row.reporter_id]).collect();
    let faces: Vec<ProfileRow> =
        users::table.filter(users::id.eq_any(ids)).select(ProfileRow::as_select()).load(&mut conn).await?;
    let faces: Vec<Profile> = faces.into_iter().map(Profile::from).collect();
    Ok(rows.into_iter().map(|row| row.read(&faces)).collect::<Result<_, _>>()?)
}

impl ReportRow {
    fn read(self, faces: &[Profile]) -> Result<Report, StoreError> {
        let face = |id: Uuid| {
            let face = faces.iter().find(|face| face.id.uuid() == id).cloned();
            face.ok_or_else(|| StoreError::corrupt("a user of a report"))
        };
        let closed = match (self.outcome, self.closed_by, self.closed_at) {
            (Some(outcome), Some(by), Some(at)) => {
                let outcome =
                    ReportOutcome::from_word(&outcome).ok_or_else(|| StoreError::corrupt("reports.outcome"))?;
                Some(ReportClosed { outcome, by: by.into(), at })
            }
            _ => None,
        };
        Ok(Report {
            id: self.id.into(),
            conversation_id: self.conversation_id.into(),
            message_id: self.message_id.into(),
            sender: face(self.sender_id)?,
            content: self.content.as_deref().map(message_rows::content).transpose()?,
            reporter: face(self.reporter_id)?,
            reason: Reason::parse(&self.reason).map_err(|_| StoreError::corrupt("reports.reason"))?,
            created_at: self.created_at,
            closed,
        })
    }
}
