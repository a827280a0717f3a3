//! How many connections there may be, and how many there are.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rialto_kernel::{ConnectionId, Network};

use super::Hub;
use crate::outbox::Outbox;

/// The right to be a connection; dropping it makes room for another.
pub(crate) struct Admission {
    hub: Hub,
    connection: ConnectionId,
    network: Network,
}

/// Why a connection is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The server stops.
    Draining,
    /// There are as many as there may be.
    Full,
    /// There are as many of this address as there may be.
    FullAddress,
}

impl Hub {
    /// Lets a connection in.
    pub(crate) fn admit(
        &self,
        connection: ConnectionId,
        outbox: Arc<Outbox>,
        network: Network,
    ) -> Result<Admission, Refused> {
        let mut state = self.lock();
        if self.inner.draining.load(Ordering::SeqCst) {
            return Err(Refused::Draining);
        }
        let settings = &self.inner.settings;
        let most = if network.is_loopback() {
            settings.max_connections_from_loopback
        } else {
            settings.max_connections_per_address
        };
        let beside = state.open_from.get(&network).copied().unwrap_or_default();
        if beside >= most {
            return Err(Refused::FullAddress);
        }
        let max = settings.max_connections;
        let admitted = self.inner.connections.send_if_modified(|count| {
            let admitted = *count < max;
            *count += usize::from(admitted);
            admitted
        });
        if !admitted {
            return Err(Refused::Full);
        }
        state.open.insert(connection, outbox);
        state.open_from.insert(network, beside + 1);
        self.inner.metrics.connections.increment(1.0);
        Ok(Admission { hub: self.clone(), connection, network })
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
        {
            let state = &mut *self.hub.lock();
            state.open.remove(&self.connection);
            if let Some(open) = state.open_from.get_mut(&self.network) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    state.open_from.remove(&self.network);
                }
            }
        }
        self.hub.inner.metrics.connections.decrement(1.0);
        self.hub.inner.connections.send_modify(|count| *count = count.saturating_sub(1));
    }
}
