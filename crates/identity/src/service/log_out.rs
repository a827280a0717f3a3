use rialto_kernel::{SessionId, StoreError, UserId};

use super::IdentityService;
use crate::model::{SecurityAct, SecurityEntry};

impl IdentityService {
    /// Ends a session of the user's own; ending it twice is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn log_out(&self, user: UserId, session: SessionId) -> Result<(), StoreError> {
        let now = self.deps.clock.now();
        if self.deps.store.revoke_session(session, now).await? {
            self.deps.listener.sessions_ended(&[session]).await;
            let entry =
                SecurityEntry { session_id: Some(session), ..SecurityEntry::own(now, SecurityAct::LoggedOut, user) };
            self.deps.log.record(entry).await;
        }
        Ok(())
    }

    /// Ends every session of a user.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn log_out_everywhere(&self, user: UserId) -> Result<(), StoreError> {
        let now = self.deps.clock.now();
        let ended = self.deps.store.revoke_sessions_of(user, now).await?;
        self.deps.listener.sessions_ended(&ended).await;
        self.deps.log.record(SecurityEntry::own(now, SecurityAct::LoggedOutEverywhere, user)).await;
        Ok(())
    }
}
