//! What the rest of the server does when something happens to an account.

use async_trait::async_trait;
use rialto_adapter_compat::Feed;
use rialto_adapter_realtime::Hub;
use rialto_identity::{AccountListener, User};
use rialto_kernel::{SessionId, StoreError, UserId};
use rialto_messaging::MessagingService;

use crate::farewell::Farewell;

/// Lets whoever signs in into the lobby, closes the sockets of sessions that ended, and has those seen off who go.
pub struct Doorkeeper {
    pub messaging: MessagingService,
    pub hub: Hub,
    pub feed: Feed,
    pub farewell: Farewell,
}

#[async_trait]
impl AccountListener for Doorkeeper {
    async fn signed_in(&self, user: &User) -> Result<(), StoreError> {
        self.messaging.admit_to_lobby(user.id).await
    }

    async fn sessions_ended(&self, sessions: &[SessionId]) {
        self.hub.end_sessions(sessions);
        self.feed.end_sessions(sessions);
    }

    async fn visibility_changed(&self, user_id: UserId, towards: Option<UserId>) {
        self.messaging.visibility_changed(user_id, towards).await;
    }

    async fn account_deleted(&self, _user_id: UserId) {
        self.farewell.wake();
    }
}
