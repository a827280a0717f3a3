//! The bus of a node that is alone: what happens is handed to its sockets by the task that did it, without a way through
//! a queue and another thread. Its workers gather what goes out together ([`crate::outbox::Worker`]).

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream;
use rialto_messaging::{BusStream, Event, RealtimeBus, Signal};

use crate::hub::Hub;
use crate::outbox::Wakes;

/// A [`RealtimeBus`] that ends at the hub of this node. Nobody else hears of anything: whoever subscribes waits for ever.
#[derive(Clone)]
pub struct DirectBus {
    hub: Hub,
}

impl DirectBus {
    /// The bus of this hub's node.
    #[must_use]
    pub const fn new(hub: Hub) -> Self {
        Self { hub }
    }
}

#[async_trait]
impl RealtimeBus for DirectBus {
    async fn publish_event(&self, event: Arc<Event>) {
        self.hub.hint(event, &mut Wakes::default());
    }

    async fn publish_signal(&self, signal: Signal) {
        self.hub.signal(signal, &mut Wakes::default());
    }

    fn subscribe(&self) -> BusStream {
        Box::pin(stream::pending())
    }
}
