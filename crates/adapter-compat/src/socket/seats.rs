//! How many sockets and event streams there may be, and how many there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{describe_gauge, gauge};
use rialto_kernel::Network;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The sockets and event streams of all surfaces on this node. Cloning shares them.
#[derive(Clone)]
pub struct Seats {
    inner: Arc<Inner>,
}

struct Inner {
    limits: SeatLimits,
    taken: Mutex<HashMap<Network, usize>>,
    draining: CancellationToken,
    open: TaskTracker,
}

/// How many sockets and event streams there may be.
#[derive(Clone, Copy, Debug)]
pub struct SeatLimits {
    /// In all.
    pub all: usize,
    /// From one address.
    pub per_address: usize,
    /// From this machine.
    pub from_loopback: usize,
}

/// The right to be a socket or an event stream; dropping it makes room for another.
pub(crate) struct Seat {
    seats: Seats,
    network: Network,
}

impl Seats {
    /// No sockets yet, and never more than `limits` allow. Install the metrics recorder first.
    #[must_use]
    pub fn new(limits: SeatLimits) -> Self {
        describe_gauge!("rialto_compat_sockets", "Open sockets and event streams of the compatibility surfaces");
        let (taken, draining, open) = (Mutex::default(), CancellationToken::new(), TaskTracker::new());
        Self { inner: Arc::new(Inner { limits, taken, draining, open }) }
    }

    /// Tells every socket that the server stops, and returns when all are gone.
    pub async fn drain(&self) {
        self.inner.draining.cancel();
        self.inner.open.close();
        self.inner.open.wait().await;
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.inner.draining.is_cancelled()
    }

    pub(crate) async fn drained(&self) {
        self.inner.draining.cancelled().await;
    }

    pub(super) fn tracker(&self) -> &TaskTracker {
        &self.inner.open
    }

    /// A place for one more, if there is one.
    pub(crate) fn take(&self, network: Network) -> Option<Seat> {
        let SeatLimits { all, per_address, from_loopback } = self.inner.limits;
        let mut taken = self.lock();
        let beside = taken.get(&network).copied().unwrap_or_default();
        let most = if network.is_loopback() { from_loopback } else { per_address };
        if self.is_draining() || beside >= most || taken.values().sum::<usize>() >= all {
            return None;
        }
        taken.insert(network, beside + 1);
        gauge!("rialto_compat_sockets").increment(1);
        Some(Seat { seats: self.clone(), network })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.inner.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
        gauge!("rialto_compat_sockets").decrement(1);
    }
}
