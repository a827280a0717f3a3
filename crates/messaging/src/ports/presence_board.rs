use async_trait::async_trait;
use rialto_kernel::{ConnectionId, Instant, UserId};

use crate::model::Presence;

/// Knows which users have a device connected.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PresenceBoard: Send + Sync {
    /// A device connected; the user's presence if that brought them online.
    async fn connect(&self, user_id: UserId, connection: ConnectionId) -> Option<Presence>;

    /// A device left at `at`; the user's presence if it was their last.
    async fn disconnect(&self, user_id: UserId, connection: ConnectionId, at: Instant) -> Option<Presence>;

    /// The presence of each of these users, in the same order.
    async fn presence_of(&self, users: &[UserId]) -> Vec<Presence>;

    /// Up to `limit` of the users who are online, in no particular order.
    async fn online_users(&self, limit: usize) -> Vec<UserId>;
}
