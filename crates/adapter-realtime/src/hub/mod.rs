//! Which sockets there are and which streams they follow, and the fan-out of events and signals to them.
//! Everything here is done under one short lock: no socket, store or bus is waited for.
//!
//! | module | holds |
//! |---|---|
//! | [`admission`] | how many connections there may be, and how many there are |
//! | [`seats`] | sockets whose user is known: by user, by session |
//! | [`attach`] | sockets in streams: held back, live, lagging |
//! | [`fan_out`] | events in order, signals |
//! | [`membership`] | who comes into a stream and goes out of it by an event |
//! | [`gate`] | who loses access is out at once |
//! | [`state`] | the indexes themselves |

mod admission;
mod attach;
mod fan_out;
mod gate;
mod membership;
mod seats;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rialto_kernel::{ConnectionId, SessionId};
use rialto_messaging::StreamId;
use rialto_portfolio::AssetId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use admission::{Admission, Kind, Refused};
pub(crate) use attach::{Attached, GoLive, Position, SaidReady};
pub(crate) use seats::{NewSeat, SeatRefused};
pub(crate) use state::Pass;
use state::State;

use crate::bye::Bye;
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::replay::Pages;
use crate::settings::RealtimeSettings;
use crate::topics::PriceTopics;

/// The sockets of this node. Made before the services, so that whoever follows account changes can close
/// sockets; cloning shares it.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    settings: RealtimeSettings,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
    prices: PriceTopics,
    pages: Pages,
    connections: watch::Sender<usize>,
    draining: AtomicBool,
    jobs: UnboundedSender<Job>,
    job_queue: Mutex<Option<UnboundedReceiver<Job>>>,
}

/// What the hub wants done that needs waiting. At most one job per stream and per asset is under way, so
/// the queue is bounded by what the hub holds.
#[derive(Debug)]
pub(crate) enum Job {
    /// Read the events that are missing from a stream.
    ReadHole(StreamId),
    /// Ask how far a stream reaches that the hub began to follow just now.
    Verify(StreamId),
    /// Follow the price of an asset until its last subscriber has left.
    Watch(AssetId, CancellationToken),
}

impl Hub {
    /// A hub without sockets. Install the metrics recorder first.
    #[must_use]
    pub fn new(settings: RealtimeSettings) -> Self {
        let (jobs, job_queue) = unbounded_channel();
        let inner = Inner {
            settings,
            metrics: Arc::new(Metrics::register()),
            state: Mutex::default(),
            prices: PriceTopics::default(),
            pages: Pages::default(),
            connections: watch::Sender::new(0),
            draining: AtomicBool::new(false),
            jobs,
            job_queue: Mutex::new(Some(job_queue)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// How many sockets are open on this node, those that have not said yet who they are included.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.inner.connections.borrow()
    }

    /// Closes every socket of these sessions at once, for good.
    pub fn end_sessions(&self, sessions: &[SessionId]) {
        let outboxes = self.lock().end_sessions(sessions, Instant::now());
        for outbox in outboxes {
            outbox.close(Bye::Revoked);
        }
    }

    pub(crate) fn settings(&self) -> &RealtimeSettings {
        &self.inner.settings
    }

    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.inner.metrics
    }

    pub(crate) fn prices(&self) -> &PriceTopics {
        &self.inner.prices
    }

    pub(crate) fn pages(&self) -> &Pages {
        &self.inner.pages
    }

    /// Asks for something to be done by [`crate::Realtime::run`].
    pub(crate) fn want(&self, job: Job) {
        // Only fails when the server has stopped, and then nothing needs doing.
        let _ = self.inner.jobs.send(job);
    }

    /// The jobs; for one taker.
    pub(crate) fn take_jobs(&self) -> Option<UnboundedReceiver<Job>> {
        self.inner.job_queue.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Closes the sockets that take nothing although something waits for them.
    pub(crate) fn close_stalled(&self) {
        let now = Instant::now();
        let outboxes: Vec<_> = self.lock().open.values().cloned().collect();
        for outbox in outboxes {
            outbox.close_if_stalled(now, self.inner.settings.write_timeout);
        }
    }

    /// The outboxes of all sockets, those that have not said yet who they are included.
    pub(crate) fn outboxes(&self) -> Vec<Arc<Outbox>> {
        self.lock().open.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic half-way through a change runs under this lock.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Outboxes by connection.
type Outboxes = HashMap<ConnectionId, Arc<Outbox>>;
