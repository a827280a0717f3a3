//! How many connections there may be, and how many there are.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rialto_kernel::ConnectionId;

use super::Hub;
use crate::outbox::Outbox;

/// The right to be a connection; dropping it makes room for another.
pub(crate) struct Admission {
    hub: Hub,
    connection: ConnectionId,
}

/// Why a connection is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The server stops.
    Draining,
    /// There are as many as there may be.
    Full,
}

impl Hub {
    /// Lets a connection in.
    pub(crate) fn admit(&self, connection: ConnectionId, outbox: Arc<Outbox>) -> Result<Admission, Refused> {
        let mut state = self.lock();
        if self.inner.draining.load(Ordering::SeqCst) {
            return Err(Refused::Draining);
        }
        let max = self.inner.settings.max_connections;
        let admitted = self.inner.connections.send_if_modified(|count| {
            let admitted = *count < max;
            *count += usize::from(admitted);
            admitted
        });
        if !admitted {
            return Err(Refused::Full);
        }
        state.open.insert(connection, outbox);
        self.inner.metrics.connections.increment(1.0);
        Ok(Admission { hub: self.clone(), connection })
    }

    /// Lets no more connections in.
    pub(crate) fn stop_admitting(&self) {
        // Under the lock, so that whoever lists the sockets afterwards lists all there will ever be.
        let _state = self.lock();
        self.inner.draining.store(true, Ordering::SeqCst);
    }

    /// Returns once there is no connection.
    pub(crate) async fn emptied(&self) {
        let mut connections = self.inner.connections.subscribe();
        // The sender lives as long as the hub.
        let _ = connections.wait_for(|count| *count == 0).await;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.hub.lock().open.remove(&self.connection);
        self.hub.inner.metrics.connections.decrement(1.0);
        self.hub.inner.connections.send_modify(|count| *count = count.saturating_sub(1));
    }
}
