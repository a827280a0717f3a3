use std::sync::Arc;

use async_trait::async_trait;

use crate::model::Event;

/// Puts sockets out of streams.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SocketGate: Send + Sync {
    /// Takes the sockets of whoever lost access by `event` ([`Event::closes_access`]) out of its stream, on every node,
    /// after telling them of it: when this returns, nothing later of the stream reaches them.
    async fn close(&self, event: Arc<Event>);
}
