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
    kind: Kind,
}

/// Of so many connections one may be for prices alone.
const PRICES_HAVE_ONE_OF: usize = 4;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whatever its user may do.
    Everything,
    /// Prices alone. Nobody says who they are, so that these may have a part of the room only.
    Prices,
}

/// How many connections there are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    all: usize,
    of_prices: usize,
}

impl Count {
    fn add(&mut self, kind: Kind) {
        self.all += 1;
        self.of_prices += usize::from(kind == Kind::Prices);
    }

    fn remove(&mut self, kind: Kind) {
        self.all = self.all.saturating_sub(1);
        self.of_prices = self.of_prices.saturating_sub(usize::from(kind == Kind::Prices));
    }

    /// Whether one more is too many where there may be so many of all kinds.
    fn is_full(self, kind: Kind, most: usize) -> bool {
        self.all >= most || (kind == Kind::Prices && self.of_prices >= most.div_ceil(PRICES_HAVE_ONE_OF))
    }
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
        kind: Kind,
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
        if beside.is_full(kind, most) {
            return Err(Refused::FullAddress);
        }
        // Only under the lock does it grow.
        let everywhere = Count { all: self.connections(), of_prices: state.price_sockets };
        if everywhere.is_full(kind, settings.max_connections) {
            return Err(Refused::Full);
        }
        self.inner.connections.send_modify(|count| *count += 1);
        state.open.insert(connection, outbox);
        state.open_from.entry(network).or_default().add(kind);
        state.price_sockets += usize::from(kind == Kind::Prices);
        self.inner.metrics.connections.increment(1.0);
        Ok(Admission { hub: self.clone(), connection, network, kind })
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
                open.remove(self.kind);
                if open.all == 0 {
                    state.open_from.remove(&self.network);
                }
            }
            let of_prices = usize::from(self.kind == Kind::Prices);
            state.price_sockets = state.price_sockets.saturating_sub(of_prices);
        }
        self.hub.inner.metrics.connections.decrement(1.0);
        self.hub.inner.connections.send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::RealtimeSettings;
    use crate::testing::{connection, outbox};

    fn admit(hub: &Hub, n: u128, address: &str, kind: Kind) -> Result<Admission, Refused> {
        hub.admit(connection(n), outbox(), Network::of(address.parse().unwrap()), kind)
    }

    #[actix_web::test]
    async fn price_sockets_leave_three_quarters_of_the_room_to_the_chat() {
        let hub = Hub::new(RealtimeSettings { max_connections: 8, ..Default::default() });
        let one = admit(&hub, 1, "192.0.2.1", Kind::Prices).unwrap();
        let _two = admit(&hub, 2, "192.0.2.2", Kind::Prices).unwrap();
        assert_eq!(admit(&hub, 3, "192.0.2.3", Kind::Prices).err(), Some(Refused::Full));
        let chat: Vec<_> =
            (10..16).map(|n| admit(&hub, n, "192.0.2.1", Kind::Everything).map_err(|refused| (n, refused))).collect();
        assert!(chat.iter().all(Result::is_ok));
        assert_eq!(admit(&hub, 16, "192.0.2.9", Kind::Everything).err(), Some(Refused::Full));
        drop((one, chat));
        assert_eq!(hub.connections(), 1);
        assert!(admit(&hub, 4, "192.0.2.3", Kind::Prices).is_ok(), "there is room again");
    }

    #[actix_web::test]
    async fn an_address_has_a_quarter_of_its_sockets_for_prices() {
        let hub = Hub::new(RealtimeSettings {
            max_connections_per_address: 8,
            max_connections_from_loopback: 16,
            ..Default::default()
        });
        for (address, most) in [("192.0.2.1", 2), ("127.0.0.1", 4)] {
            let mut open: Vec<_> = (0..most).map(|n| admit(&hub, n, address, Kind::Prices).unwrap()).collect();
            assert_eq!(admit(&hub, 90, address, Kind::Prices).err(), Some(Refused::FullAddress), "{address}");
            assert!(admit(&hub, 91, address, Kind::Everything).is_ok(), "{address}");
            open.pop();
            assert!(admit(&hub, 92, address, Kind::Prices).is_ok(), "{address}");
        }
    }
}
