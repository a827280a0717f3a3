use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_core::Stream;

use crate::model::{Event, Signal};

/// Carries hints from the node where something happened to every node, itself included. It may lose,
/// repeat and delay: the log is the truth.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait RealtimeBus: Send + Sync {
    /// Hints that an event was committed. Never fails for the caller: what is lost is found in the log.
    async fn publish_event(&self, event: Arc<Event>);

    /// Sends a signal, best effort.
    async fn publish_signal(&self, signal: Signal);

    /// Everything published from now on.
    fn subscribe(&self) -> BusStream;
}

/// What a subscriber of the bus receives.
pub type BusStream = Pin<Box<dyn Stream<Item = BusItem> + Send>>;

/// One thing the bus carried.
#[derive(Clone, Debug)]
pub enum BusItem {
    /// An event was committed.
    Event(Arc<Event>),
    /// Somebody signals something.
    Signal(Signal),
    /// The subscriber was too slow and lost this many items: read the log.
    Lagged(u64),
}
