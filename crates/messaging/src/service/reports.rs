use rialto_kernel::{Cursor, MessageId, Page, PageLimit, ReportId, StoreError, UserId};

use super::MessagingService;
use crate::model::{Actor, Reason, Report, ReportOutcome};

impl MessagingService {
    /// Tells those who keep order of a message; `None` if there is no such message for the reporter. Reporting it
    /// again while the report is open changes nothing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn report_message(
        &self,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
    ) -> Result<Option<Report>, StoreError> {
        let id: ReportId = self.deps.ids.next();
        self.deps.moderation.insert_report(id, message_id, reporter, reason, self.deps.clock.now()).await
    }

    /// The reports a user may decide on, open or closed, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError> {
        self.deps.moderation.list_reports(reader, open, after, limit).await
    }

    /// Closes a report; `None` if there is none that the user may decide on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn close_report(
        &self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
    ) -> Result<Option<Report>, StoreError> {
        self.deps.moderation.close_report(id, by, outcome, self.deps.clock.now()).await
    }
}
