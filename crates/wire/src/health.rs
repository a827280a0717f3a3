//! What `/health` answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::Timestamp;

/// The state of the server and of what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`, or `degraded` when a part is not.
    pub status: String,
    /// Version of the server.
    pub version: String,
    /// Now.
    pub timestamp: Timestamp,
    /// `ok` or `unavailable`.
    pub database: String,
    /// `ok` or `unavailable`.
    pub bus: String,
    /// `ok` or `unavailable`.
    pub prices: String,
    /// `ok`, or `draining` while the server shuts down.
    pub websocket: String,
}
