use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};
use rialto_messaging::{
    Actor, AuditEntry, Ban, ChangeRefusal, Done, Event, Member, ModerationStore, Reason, Report, ReportOutcome,
};

use super::{PgMessagingStore, audit, moderation, reports};

#[async_trait]
impl ModerationStore for PgMessagingStore {
    async fn mute_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.database.write(move |conn| moderation::mute(conn, conversation_id, by, user_id, until, at).boxed()).await
    }

    async fn ban_user(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |conn| moderation::ban(conn, conversation_id, by, user_id, reason, at).boxed()).await
    }

    async fn lift_ban(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<bool, ChangeRefusal> {
        self.database.write(move |conn| moderation::lift_ban(conn, conversation_id, by, user_id, at).boxed()).await
    }

    async fn list_bans(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Ban>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(moderation::list_bans(&conn, conversation_id, after, limit).await?)
    }

    async fn insert_report(
        &self,
        id: ReportId,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.database.write(move |conn| reports::insert(conn, id, message_id, reporter, reason, at).boxed()).await
    }

    async fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(reports::list(&conn, reader, open, after, limit).await?)
    }

    async fn close_report(
        &self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
        at: Instant,
    ) -> Result<Option<Report>, StoreError> {
        self.database.write(move |conn| reports::close(conn, id, by, outcome, at).boxed()).await
    }

    async fn list_audit(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(audit::list(&conn, conversation_id, after, limit).await?)
    }
}
