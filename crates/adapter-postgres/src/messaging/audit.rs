//! What was decided over conversations and users, written down.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{AuditAction, AuditEntry};
use uuid::Uuid;

use super::rows::ProfileRow;
use crate::error::{ActError, StoreActError};
use crate::schema::{audit_log, users};

/// Something that is decided now.
pub struct Decision {
    pub conversation_id: ConversationId,
    pub by: UserId,
    pub action: AuditAction,
    pub user_id: Option<UserId>,
    pub message_id: Option<MessageId>,
    pub detail: String,
    pub at: Instant,
}

impl Decision {
    pub fn about_user(
        conversation_id: ConversationId,
        by: UserId,
        action: AuditAction,
        user_id: UserId,
        at: Instant,
    ) -> Self {
        let detail = String::new();
        Self { conversation_id, by, action, user_id: Some(user_id), message_id: None, detail, at }
    }
}

/// Writes a decision down, under the lock of the conversation.
pub async fn record<R>(mut conn: &AsyncPgConnection, decision: Decision) -> Result<(), ActError<R>> {
    let row = (
        audit_log::conversation_id.eq(decision.conversation_id.uuid()),
        audit_log::at.eq(decision.at),
        audit_log::actor_id.eq(decision.by.uuid()),
        audit_log::action.eq(decision.action.as_str()),
        audit_log::user_id.eq(decision.user_id.map(UserId::uuid)),
        audit_log::message_id.eq(decision.message_id.map(MessageId::uuid)),
        audit_log::detail.eq(decision.detail),
    );
    diesel::insert_into(audit_log::table).values(row).execute(&mut conn).await?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log, check_for_backend(diesel::pg::Pg))]
struct AuditRow {
    id: i64,
    at: Instant,
    action: String,
    user_id: Option<Uuid>,
    message_id: Option<Uuid>,
    detail: String,
}

impl AuditRow {
    fn read(self, actor: ProfileRow) -> Result<(i64, AuditEntry), StoreError> {
        let action = AuditAction::from_word(&self.action).ok_or_else(|| StoreError::corrupt("audit_log.action"))?;
        let entry = AuditEntry {
            at: self.at,
            actor: actor.into(),
            action,
            user_id: self.user_id.map(Into::into),
            message_id: self.message_id.map(Into::into),
            detail: self.detail,
        };
        Ok((self.id, entry))
    }
}

pub async fn list(
    mut conn: &AsyncPgConnection,
    conversation_id: ConversationId,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<AuditEntry>, StoreActError> {
    let mut query = audit_log::table
        .inner_join(users::table)
        .filter(audit_log::conversation_id.eq(conversation_id.uuid()))
        .order(audit_log::id.desc())
        .limit(limit.overfull())
        .select((AuditRow::as_select(), ProfileRow::as_select()))
        .into_boxed();
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<i64>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(audit_log::id.lt(last));
    }
    let rows: Vec<(AuditRow, ProfileRow)> = query.load(&mut conn).await?;
    let entries = rows.into_iter().map(|(row, actor)| row.read(actor)).collect::<Result<_, _>>()?;
    let page = Page::from_overfull(entries, limit, |(id, _): &(i64, AuditEntry)| Cursor::from_keys(&[id]));
    Ok(page.map(|(_, entry)| entry))
}
