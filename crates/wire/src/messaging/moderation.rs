use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ProfileView;
use crate::time::Timestamp;

/// Silences a member.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MuteRequest {
    /// For how many seconds: 1 to 31,536,000 (a year).
    #[schema(minimum = 1, maximum = 31536000)]
    pub seconds: u64,
}

/// Why something is asked for or done.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// At most 500 characters; may be left out.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub reason: String,
}

/// A user who may not come into a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BanView {
    /// Who.
    pub user: ProfileView,
    /// Who decided.
    pub by: Uuid,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A message that somebody finds wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportView {
    /// Its id.
    pub id: Uuid,
    /// Where the message is.
    pub conversation_id: Uuid,
    /// Which message.
    pub message_id: Uuid,
    /// Who said it.
    pub sender: ProfileView,
    /// What it said when it was reported; `null` if it was deleted then.
    pub content: Option<String>,
    /// Who reports it.
    pub reporter: ProfileView,
    /// Why.
    pub reason: String,
    /// When.
    pub created_at: Timestamp,
    /// Which way it was closed; `null` while it is open.
    pub outcome: Option<ReportOutcomeWord>,
    /// Who closed it.
    pub closed_by: Option<Uuid>,
    /// When.
    pub closed_at: Option<Timestamp>,
}

/// Closes a report.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseReportRequest {
    /// Which way.
    pub outcome: ReportOutcomeWord,
}

/// Which way a report is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportOutcomeWord {
    /// Something was done about it.
    Resolved,
    /// Nothing was wrong.
    Dismissed,
}

/// Something that was decided over a conversation or over somebody in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntryView {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ProfileView,
    /// What, such as `user.banned`.
    pub action: String,
    /// To whom.
    pub user_id: Option<Uuid>,
    /// To which message.
    pub message_id: Option<Uuid>,
    /// More about it; may be empty.
    pub detail: String,
}
