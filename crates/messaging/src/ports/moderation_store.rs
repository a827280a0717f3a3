use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, ReportId, StoreError, UserId};

use super::{ChangeRefusal, Done};
use crate::model::{Actor, AuditEntry, Ban, Event, Member, Reason, Report, ReportOutcome};

/// Keeps order: mutes, bans, reports and the audit log. Each method is one atomic act, under the rules of
/// [`MessagingStore`](super::MessagingStore). Every act that decides over somebody is written down in the same
/// transaction.
///
/// Acts on a conversation are `NotFound` to who is not in it, `NotAllowed` to members who do not
/// [moderate](crate::Standing::moderates) it, and to moderators over whom is not below them
/// ([`MemberRole::may_remove`](crate::MemberRole::may_remove)).
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait ModerationStore: Send + Sync {
    /// Silences a member until then, or lets them write again with `None`, and logs `member.mute_changed`. Nothing is
    /// logged if it is so already. A mute outlasts the membership: whoever comes back is silent until it ends.
    ///
    /// # Errors
    /// As above; `NoSuchMember`.
    async fn mute_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal>;

    /// Keeps a user out, member or not, and takes them out if they are in: `member.removed`. Banning again changes
    /// nothing.
    ///
    /// # Errors
    /// As above; `NoSuchMember` if there is no such user.
    async fn ban_user(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal>;

    /// Lets a user come in again; they do not come in by it. `false` if they were not banned.
    ///
    /// # Errors
    /// As above.
    async fn lift_ban(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<bool, ChangeRefusal>;

    /// Who is banned, in order of user id.
    async fn list_bans(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Ban>, StoreError>;

    /// Stores a report with what the message says now. A reporter whose report of the message is open gets that one
    /// back instead. `None` if the reporter is not in the message's conversation, or there is no such message.
    async fn insert_report(
        &self,
        id: ReportId,
        message_id: MessageId,
        reporter: UserId,
        reason: Reason,
        at: Instant,
    ) -> Result<Option<Report>, StoreError>;

    /// Reports that `reader` may decide on, the newest first: those of conversations they moderate, all of them for an
    /// admin of the server.
    async fn list_reports(
        &self,
        reader: Actor,
        open: bool,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Report>, StoreError>;

    /// Closes a report; closing it again changes nothing. `None` if there is no such report that `by` may decide on.
    async fn close_report(
        &self,
        id: ReportId,
        by: Actor,
        outcome: ReportOutcome,
        at: Instant,
    ) -> Result<Option<Report>, StoreError>;

    /// What was decided in a conversation, the newest first.
    async fn list_audit(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntry>, StoreError>;
}
