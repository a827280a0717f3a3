use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

/// Whether a user is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceView {
    /// Who.
    pub user_id: Uuid,
    /// Whether any of their devices is connected.
    pub online: bool,
    /// When their last device left.
    pub last_seen_at: Option<Timestamp>,
}
