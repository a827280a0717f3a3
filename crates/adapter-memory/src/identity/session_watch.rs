use async_trait::async_trait;
use rialto_identity::SessionWatch;
use rialto_kernel::{SessionId, StoreError};

use crate::MemoryStore;

#[async_trait]
impl SessionWatch for MemoryStore {
    async fn find_ended(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let tables = &self.state()?.identity;
        let lives = |id| tables.live_session(id).is_some() || tables.has_api_token(id);
        Ok(sessions.iter().copied().filter(|id| !lives(*id)).collect())
    }
}
