use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditEntry, Ban, ChangeRefusal, Done, Event, Member, ModerationStore, Reason, Report, ReportOutcome,
};

use super::super::{audit, moderation, reports};
use super::SqliteMessagingStore;

#[async_trait]
impl ModerationStore for SqliteMessagingStore {
    async fn mute_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.database.write(move |c| moderation::mute_member(c, conversation_id, by, user_id, until, at)).await
    }

    async fn ban_user(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |c| moderation::ban_user(c, conversation_id, by, user_id, &reason, at)).await
    }

    async fn lift_ban(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<bool, ChangeRefusal> {
        self.database.write(move |c| moderation::lift_ban(c, conversation_id, by, user_id, at)).await
    }

    async fn list_bans(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Ban>, StoreError> {
        self.database.read(move |c| moderation::list_bans(c, conversation_id, after.as_ref(), limit)).await
    }

    async fn insert_report(
        &self,
        id: ReportId,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.database.write(move |c| reports::insert_report(c, id, message_id, reporter, &reason, at)).await
    }

    async fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError> {
        self.database.read(move |c| reports::list_reports(c, reader, open, after.as_ref(), limit)).await
    }

    async fn close_report(
        &self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.database.write(move |c| reports::close_report(c, id, by, outcome, at)).await
    }

    async fn list_audit(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntry>, StoreError> {
        self.database.read(move |c| audit::list_audit(c, conversation_id, after.as_ref(), limit)).await
    }
}
