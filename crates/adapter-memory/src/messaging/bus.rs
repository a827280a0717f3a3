use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream;
use rialto_messaging::{BusItem, BusStream, Event, RealtimeBus, Signal};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Carries hints to every subscriber in this process, through one ring of bounded length. Publishing
/// never waits: a subscriber that falls behind by more than the ring loses the oldest items and is told
/// how many.
#[derive(Debug)]
pub struct MemoryRealtimeBus {
    ring: broadcast::Sender<BusItem>,
}

impl MemoryRealtimeBus {
    /// A bus that keeps up to `capacity` items for slow subscribers, rounded up to a power of two.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { ring: broadcast::Sender::new(capacity.max(1)) }
    }

    fn publish(&self, item: BusItem) {
        // An error only says that nobody listens at the moment.
        let _ = self.ring.send(item);
    }
}

#[async_trait]
impl RealtimeBus for MemoryRealtimeBus {
    async fn publish_event(&self, event: Arc<Event>) {
        self.publish(BusItem::Event(event));
    }

    async fn publish_signal(&self, signal: Signal) {
        self.publish(BusItem::Signal(signal));
    }

    fn subscribe(&self) -> BusStream {
        Box::pin(stream::unfold(self.ring.subscribe(), |mut items| async move {
            match items.recv().await {
                Ok(item) => Some((item, items)),
                Err(RecvError::Lagged(lost)) => Some((BusItem::Lagged(lost), items)),
                Err(RecvError::Closed) => None,
            }
        }))
    }
}
