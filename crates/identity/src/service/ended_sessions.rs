use rialto_kernel::{SessionId, StoreError};

use super::IdentityService;

impl IdentityService {
    /// Those of these sessions that have ended, on this node or another.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ended_sessions(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        self.deps.watch.find_ended(sessions).await
    }
}
