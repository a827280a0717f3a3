use std::cmp::Reverse;

use async_trait::async_trait;
use rialto_identity::{SessionInUse, SessionStore};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use crate::MemoryStore;

#[async_trait]
impl SessionStore for MemoryStore {
    async fn list_sessions(&self, user_id: UserId, now: Instant, most: usize) -> Result<Vec<SessionInUse>, StoreError> {
        let tables = &self.state()?.identity;
        let refreshable = |id: SessionId| {
            tables.refresh_tokens.values().any(|token| token.session_id == id && !token.used && token.expires_at > now)
        };
        let own = tables.sessions.values().filter(|row| row.session.user_id == user_id && row.revoked_at.is_none());
        let mut live: Vec<SessionInUse> = own
            .filter(|row| refreshable(row.session.id))
            .map(|row| SessionInUse { session: row.session.clone(), last_used_at: row.last_used_at })
            .collect();
        live.sort_by_key(|row| Reverse((row.last_used_at, row.session.id)));
        live.truncate(most);
        Ok(live)
    }

    async fn note_use(&self, id: SessionId, address: Option<String>, at: Instant) -> Result<(), StoreError> {
        let tables = &mut self.state()?.identity;
        if tables.sessions.get(&id).is_some_and(|row| row.revoked_at.is_none() && row.last_used_at < at) {
            tables.note_use(id, address, at);
        }
        Ok(())
    }

    async fn revoke_own_session(&self, user_id: UserId, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        let tables = &mut self.state()?.identity;
        let own = tables.sessions.get(&id).is_some_and(|row| row.session.user_id == user_id);
        Ok(own && tables.revoke(id, at))
    }
}
