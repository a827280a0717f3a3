use rialto_kernel::{ConnectionId, UserId};

use super::MessagingService;
use crate::model::{Presence, Signal};

impl MessagingService {
    /// A device of a user connected.
    pub async fn device_connected(&self, user_id: UserId, connection: ConnectionId) {
        if let Some(presence) = self.deps.presence.connect(user_id, connection).await {
            self.deps.bus.publish_signal(Signal::Presence(presence)).await;
        }
    }

    /// A device of a user left.
    pub async fn device_left(&self, user_id: UserId, connection: ConnectionId) {
        if let Some(presence) = self.deps.presence.disconnect(user_id, connection, self.deps.clock.now()).await {
            self.deps.bus.publish_signal(Signal::Presence(presence)).await;
        }
    }

    /// Whether these users are there, in the same order.
    pub async fn presence_of(&self, users: &[UserId]) -> Vec<Presence> {
        self.deps.presence.presence_of(users).await
    }
}
