//! What was decided in a conversation, and by whom.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Cursor, Instant, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{AuditAction, AuditEntry};

use super::rows::ProfileRow;
use crate::error::store_error;
use crate::schema::{audit_log, users};
use crate::value::{DbId, DbInstant};

/// Something that is to be written down.
pub struct Decision {
    pub action: AuditAction,
    pub user_id: Option<UserId>,
    pub message_id: Option<MessageId>,
    pub detail: String,
}

impl Decision {
    pub const fn over_user(action: AuditAction, user_id: UserId) -> Self {
        Self { action, user_id: Some(user_id), message_id: None, detail: String::new() }
    }
}

pub fn write_down(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    actor_id: UserId,
    at: Instant,
    decision: &Decision,
) -> Result<(), StoreError> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::conversation_id.eq(DbId::from(conversation_id)),
            audit_log::at.eq(DbInstant(at)),
            audit_log::actor_id.eq(DbId::from(actor_id)),
            audit_log::action.eq(decision.action.as_str()),
            audit_log::user_id.eq(decision.user_id.map(DbId::from)),
            audit_log::message_id.eq(decision.message_id.map(DbId::from)),
            audit_log::detail.eq(&decision.detail),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

pub fn list_audit(
    connection: &mut SqliteConnection,
    conversation_id: ConversationId,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<AuditEntry>, StoreError> {
    let below = match after {
        None => i64::MAX,
        Some(cursor) => match cursor.as_str().parse() {
            Ok(id) => id,
            Err(_) => return Ok(Page { items: Vec::new(), next_cursor: None }),
        },
    };
    let rows: Vec<AuditRow> = audit_log::table
        .inner_join(users::table)
        .filter(audit_log::conversation_id.eq(DbId::from(conversation_id)))
        .filter(audit_log::id.lt(below))
        .order(audit_log::id.desc())
        .limit(limit.overfull())
        .select(AuditRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let page = Page::from_overfull(rows, limit, |row| Cursor::from_keys(&[&row.id]));
    let items = page.items.into_iter().map(AuditEntry::try_from).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log, check_for_backend(diesel::sqlite::Sqlite))]
struct AuditRow {
    id: i64,
    at: DbInstant,
    #[diesel(embed)]
    actor: ProfileRow,
    action: String,
    user_id: Option<DbId>,
    message_id: Option<DbId>,
    detail: String,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        let action = AuditAction::from_word(&row.action);
        Ok(Self {
            at: row.at.0,
            actor: row.actor.into(),
            action: action.ok_or_else(|| StoreError::corrupt("an entry of the audit log"))?,
            user_id: row.user_id.map(Into::into),
            message_id: row.message_id.map(Into::into),
            detail: row.detail,
        })
    }
}
