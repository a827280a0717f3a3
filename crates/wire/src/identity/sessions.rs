//! Sessions, as their user sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Timestamp;

/// A live session: one signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Stable as long as it lives.
    pub id: Uuid,
    /// What the device said of itself when it signed in; may be empty.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    pub user_agent: String,
    /// The network address it was last used from, where it is known.
    #[schema(example = "192.0.2.1")]
    pub address: Option<String>,
    /// When the device signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub last_used_at: Timestamp,
    /// Whether it is the session that asks.
    pub current: bool,
}
