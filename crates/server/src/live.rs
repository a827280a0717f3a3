//! What happens reaches the sockets of `rialto.v1` and those of the surfaces: both hear of it from the one who did it.

use std::sync::Arc;

use async_trait::async_trait;
use rialto_adapter_compat::Feed;
use rialto_adapter_realtime::{DirectBus, Hub};
use rialto_messaging::{BusStream, Event, RealtimeBus, Signal, SocketGate};

/// The bus of a node that is alone.
pub struct SharedBus {
    pub direct: DirectBus,
    pub feed: Feed,
}

#[async_trait]
impl RealtimeBus for SharedBus {
    async fn publish_event(&self, event: Arc<Event>) {
        self.feed.hint(&event);
        self.direct.publish_event(event).await;
    }

    async fn publish_signal(&self, signal: Signal) {
        self.direct.publish_signal(signal).await;
    }

    fn subscribe(&self) -> BusStream {
        self.direct.subscribe()
    }
}

/// Takes sockets of both kinds out of streams.
pub struct BothGates {
    pub hub: Hub,
    pub feed: Feed,
}

#[async_trait]
impl SocketGate for BothGates {
    async fn close(&self, event: Arc<Event>) {
        self.feed.close(Arc::clone(&event)).await;
        self.hub.close(event).await;
    }
}
