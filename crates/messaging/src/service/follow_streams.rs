use rialto_kernel::{StoreError, UserId};

use super::MessagingService;
use crate::model::{Event, FollowedStream, StreamId, StreamTop};
use crate::ports::BusStream;

impl MessagingService {
    /// The streams a user's socket is attached to, with their positions and what was read of them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn followed_streams(&self, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError> {
        self.deps.store.followed_streams(user_id).await
    }

    /// Positions of these streams. For the node itself: asks for no membership.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stream_tops(&self, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError> {
        self.deps.store.stream_tops(streams).await
    }

    /// Up to `limit` events after `after`. For the node itself, which fans out only to members: asks for
    /// no membership.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn replay(&self, stream: StreamId, after: u64, limit: u16) -> Result<Vec<Event>, StoreError> {
        self.deps.store.list_events(stream, after, i64::from(limit)).await
    }

    /// Everything that happens from now on, on every node, as hints.
    #[must_use]
    pub fn hints(&self) -> BusStream {
        self.deps.bus.subscribe()
    }
}
