use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use rialto_kernel::{Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{Actor, AuditAction, ConversationKind, MemberRole, Reason, Report, ReportClosed, ReportOutcome};

use super::tables::{Decision, MessagingTables};
use crate::page::{nothing, page_of, read_time_cursor, time_cursor};
use crate::state::State;

impl State {
    pub fn insert_report(
        &mut self,
        id: ReportId,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        let Self { identity, messaging, .. } = self;
        let Some((kept, ordinal)) = messaging.place_of(message_id) else { return Ok(None) };
        if !kept.members.contains_key(&reporter) {
            return Ok(None);
        }
        let is_the_same = |report: &&Report| {
            report.message_id == message_id && report.reporter.id == reporter && report.closed.is_none()
        };
        if let Some(earlier) = messaging.reports.iter().find(is_the_same) {
            return Ok(Some(earlier.clone()));
        }
        let message = kept.kept_message(ordinal)?;
        let report = Report {
            id,
            conversation_id: kept.conversation.id,
            message_id,
            sender: identity.face(message.sender)?,
            content: message.content.clone(),
            reporter: identity.face(reporter)?,
            reason,
            created_at: at,
            closed: None,
        };
        messaging.reports.push(report.clone());
        Ok(Some(report))
    }

    pub fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<&Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError> {
        let start = match after.map(read_time_cursor::<ReportId>) {
            Some(None) => return Ok(nothing()),
            Some(Some(position)) => Bound::Excluded(Reverse(position)),
            None => Bound::Unbounded,
        };
        let reports = self
            .messaging
            .reports
            .iter()
            .filter(|report| report.closed.is_none() == open && self.messaging.may_decide(reader, report));
        let in_order: BTreeMap<_, _> =
            reports.map(|report| (Reverse((report.created_at.timestamp_micros(), report.id)), report)).collect();
        let reports = in_order.range((start, Bound::Unbounded)).map(|(_, report)| (*report).clone());
        Ok(page_of(reports, limit, |report| time_cursor(report.created_at, report.id)))
    }

    pub fn close_report(
        &mut self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        let Self { identity, messaging, .. } = self;
        let Some(position) = messaging.reports.iter().position(|report| report.id == id) else { return Ok(None) };
        if !messaging.may_decide(by, &messaging.reports[position]) {
            return Ok(None);
        }
        let report = &mut messaging.reports[position];
        if report.closed.is_none() {
            report.closed = Some(ReportClosed { outcome, by: by.id, at });
            if let Some(kept) = messaging.conversations.get_mut(&report.conversation_id) {
                kept.note(Decision {
                    users: identity,
                    by: by.id,
                    action: AuditAction::ReportClosed,
                    user_id: Some(report.sender.id),
                    message_id: Some(report.message_id),
                    detail: outcome.as_str().to_owned(),
                    at,
                })?;
            }
        }
        Ok(Some(report.clone()))
    }
}

impl MessagingTables {
    /// Whether a report is for this reader to decide on.
    fn may_decide(&self, reader: Actor, report: &Report) -> bool {
        let moderates = self.conversations.get(&report.conversation_id).is_some_and(|kept| {
            kept.conversation.kind != ConversationKind::Direct && kept.role_of(reader.id) >= Some(MemberRole::Admin)
        });
        reader.is_admin || moderates
    }
}
