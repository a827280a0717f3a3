use rialto_kernel::{SessionId, StoreError, UserId};

use super::IdentityService;

impl IdentityService {
    /// Ends one session; ending it twice is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn log_out(&self, session: SessionId) -> Result<(), StoreError> {
        if self.deps.store.revoke_session(session, self.deps.clock.now()).await? {
            self.deps.listener.sessions_ended(&[session]).await;
        }
        Ok(())
    }

    /// Ends every session of a user.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn log_out_everywhere(&self, user: UserId) -> Result<(), StoreError> {
        let ended = self.deps.store.revoke_sessions_of(user, self.deps.clock.now()).await?;
        self.deps.listener.sessions_ended(&ended).await;
        Ok(())
    }
}
