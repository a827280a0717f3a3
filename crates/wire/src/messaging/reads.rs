use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Says how far one has read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkReadRequest {
    /// The ordinal of the last message that was read. The pointer only moves forward.
    pub ordinal: u64,
    /// The first message of the thread, if it is about a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<Uuid>,
}

/// What one has read, and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadStateView {
    /// The read pointer.
    pub ordinal: u64,
    /// Messages after it that are neither one's own nor deleted.
    pub unread: u64,
    /// Those of them that mention one.
    pub mentions: u64,
}

/// How far a member has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// Who.
    pub user_id: Uuid,
    /// The member's read pointer.
    pub ordinal: u64,
}
