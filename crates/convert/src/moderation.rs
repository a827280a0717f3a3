//! Reports, bans, the audit log.

use rialto_kernel::{MessageId, UserId};
use rialto_messaging::{AuditEntry, Ban, Report, ReportOutcome};
use rialto_wire::messaging::{AuditEntryView, BanView, ReportOutcomeWord, ReportView};

use crate::members::profile_view;

/// A reported message.
#[must_use]
pub fn report_view(report: &Report) -> ReportView {
    let closed = report.closed.as_ref();
    ReportView {
        id: report.id.uuid(),
        conversation_id: report.conversation_id.uuid(),
        message_id: report.message_id.uuid(),
        sender: profile_view(&report.sender),
        content: report.content.as_ref().map(|content| content.as_str().to_owned()),
        reporter: profile_view(&report.reporter),
        reason: report.reason.as_str().to_owned(),
        created_at: report.created_at.into(),
        outcome: closed.map(|closed| outcome_word(closed.outcome)),
        closed_by: closed.map(|closed| closed.by.uuid()),
        closed_at: closed.map(|closed| closed.at.into()),
    }
}

const fn outcome_word(outcome: ReportOutcome) -> ReportOutcomeWord {
    match outcome {
        ReportOutcome::Resolved => ReportOutcomeWord::Resolved,
        ReportOutcome::Dismissed => ReportOutcomeWord::Dismissed,
    }
}

/// The domain's outcome of a word.
#[must_use]
pub const fn report_outcome(word: ReportOutcomeWord) -> ReportOutcome {
    match word {
        ReportOutcomeWord::Resolved => ReportOutcome::Resolved,
        ReportOutcomeWord::Dismissed => ReportOutcome::Dismissed,
    }
}

/// Somebody who is kept out.
#[must_use]
pub fn ban_view(ban: &Ban) -> BanView {
    BanView {
        user: profile_view(&ban.user),
        by: ban.by.uuid(),
        reason: ban.reason.as_str().to_owned(),
        at: ban.at.into(),
    }
}

/// Something that was decided.
#[must_use]
pub fn audit_entry_view(entry: &AuditEntry) -> AuditEntryView {
    AuditEntryView {
        at: entry.at.into(),
        actor: profile_view(&entry.actor),
        action: entry.action.as_str().to_owned(),
        user_id: entry.user_id.map(UserId::uuid),
        message_id: entry.message_id.map(MessageId::uuid),
        detail: entry.detail.clone(),
    }
}
