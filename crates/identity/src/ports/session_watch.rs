use async_trait::async_trait;
use rialto_kernel::{SessionId, StoreError};

/// Knows which sessions ended without anybody telling this process: on another node, or on the command line.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SessionWatch: Send + Sync {
    /// Those of these sessions that [`IdentityStore::find_live_session`](crate::IdentityStore::find_live_session)
    /// would not find, and that are no [`ApiToken`](crate::ApiToken) of an open account either. When an API token expires
    /// is known to whoever works with it.
    async fn find_ended(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError>;
}
