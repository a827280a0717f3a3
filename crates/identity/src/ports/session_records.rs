use async_trait::async_trait;
use rialto_kernel::{SessionId, StoreError, UserId};

use crate::model::SessionRecord;

/// What is kept of the devices of a user, for the user to take away.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SessionRecords: Send + Sync {
    /// Up to `limit` sessions of a user, ended ones among them, in order of id.
    async fn list_session_records(
        &self,
        user_id: UserId,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<SessionRecord>, StoreError>;
}
