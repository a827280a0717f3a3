//! What the rest of the server does when something happens to an account.

use async_trait::async_trait;
use rialto_adapter_realtime::Hub;
use rialto_identity::{AccountListener, User};
use rialto_kernel::{SessionId, StoreError};
use rialto_messaging::MessagingService;

/// Lets whoever signs in into the lobby, and closes the sockets of sessions that ended.
pub struct Doorkeeper {
    pub messaging: MessagingService,
    pub hub: Hub,
}

#[async_trait]
impl AccountListener for Doorkeeper {
    async fn signed_in(&self, user: &User) -> Result<(), StoreError> {
        self.messaging.admit_to_lobby(user.id).await
    }

    async fn sessions_ended(&self, sessions: &[SessionId]) {
        self.hub.end_sessions(sessions);
    }
}
