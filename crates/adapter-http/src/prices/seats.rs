//! How many event streams there may be, and how many there are: each keeps a connection for as long as its client likes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use rialto_kernel::Network;

use crate::device::network_of;
use crate::error::ApiError;
use crate::state::HttpSettings;

const MOST: usize = 10_000;
const MOST_PER_NETWORK: usize = 64;
const PAUSE: Duration = Duration::from_secs(5);

/// The event streams that are open on this server. Cloning shares them.
#[derive(Clone, Default)]
pub struct EventStreams {
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_network: HashMap<Network, usize>,
}

/// The right to be an event stream; dropping it makes room for another.
pub(super) struct Seat {
    streams: EventStreams,
    network: Network,
}

impl EventStreams {
    /// Lets one more in, unless its network or all together have as many as they may.
    pub(super) fn admit(&self, req: &HttpRequest, settings: &HttpSettings) -> Result<Seat, ApiError> {
        let peer = req.peer_addr().map(|peer| peer.ip());
        self.seat(network_of(peer, req.headers(), &settings.trusted_proxies))
    }

    fn seat(&self, network: Network) -> Result<Seat, ApiError> {
        const CODE: &str = "too_many_connections";
        let open = &mut *self.lock();
        let beside = open.by_network.get(&network).copied().unwrap_or_default();
        if beside >= MOST_PER_NETWORK && !network.is_loopback() {
            let detail = "your address has as many event streams open as it may; close one first";
            return Err(ApiError::too_many(CODE, detail, PAUSE));
        }
        if open.all >= MOST {
            let detail = "this server has as many event streams as it takes; try again later";
            return Err(ApiError::unavailable(CODE, detail, PAUSE));
        }
        open.all += 1;
        open.by_network.insert(network, beside + 1);
        Ok(Seat { streams: self.clone(), network })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing that can panic half-way through a change runs under this lock.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let open = &mut *self.streams.lock();
        open.all = open.all.saturating_sub(1);
        if let Some(beside) = open.by_network.get_mut(&self.network) {
            *beside = beside.saturating_sub(1);
            if *beside == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
impl EventStreams {
    pub(super) fn count(&self) -> usize {
        self.lock().all
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    fn network(n: u32) -> Network {
        Network::of(std::net::Ipv4Addr::from(0x0a00_0000 + n).into())
    }

    fn refusal(outcome: Result<Seat, ApiError>) -> Option<(u16, &'static str)> {
        outcome.err().map(|error| (error.status_code().as_u16(), error.code()))
    }

    #[test]
    fn a_network_has_so_many_event_streams_and_room_again_when_one_is_gone() {
        let streams = EventStreams::default();
        let mut open: Vec<_> = (0..MOST_PER_NETWORK).map(|_| streams.seat(network(1)).unwrap()).collect();
        assert_eq!(refusal(streams.seat(network(1))), Some((429, "too_many_connections")));
        assert!(streams.seat(network(2)).is_ok(), "another network is not concerned");
        open.pop();
        assert!(streams.seat(network(1)).is_ok());
        drop(open);
        assert_eq!(streams.count(), 0);
        assert!(streams.lock().by_network.is_empty());
    }

    #[test]
    fn all_together_have_so_many_and_the_own_machine_no_fewer() {
        let streams = EventStreams::default();
        let loopback = Network::of(std::net::Ipv4Addr::LOCALHOST.into());
        let mut open: Vec<_> = (0..MOST).map(|_| streams.seat(loopback).unwrap()).collect();
        for network in [loopback, network(1)] {
            assert_eq!(refusal(streams.seat(network)), Some((503, "too_many_connections")));
        }
        open.pop();
        assert!(streams.seat(network(1)).is_ok());
    }
}
