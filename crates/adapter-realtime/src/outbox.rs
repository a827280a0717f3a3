//! What waits for one socket: bounded in bytes and frames, filled without waiting by the hub and the
//! session, emptied by the connection as fast as the network takes it.
//!
//! | filled to | what happens |
//! |---|---|
//! | half | ephemeral frames are parked, the newest of each key; they go out once there is room |
//! | 80 % | live events are refused: their streams lag until the client catches up |
//! | full, or nothing taken for the write timeout | the queue is thrown away and the socket closed as slow |

mod network;
#[cfg(test)]
mod tests;
mod wakes;
mod worker;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rialto_kernel::{ConversationId, UserId};
use rialto_portfolio::AssetId;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use crate::bye::Bye;
use crate::frames::{Frame, FrameKind};
use crate::metrics::Metrics;
use wakes::Sleeper;
pub(crate) use wakes::Wakes;
pub(crate) use worker::Worker;

/// Of two ephemeral frames with the same key, only the newer matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SignalKey {
    Tick(AssetId),
    Typing(ConversationId, UserId),
    Read(ConversationId, UserId),
    Presence(UserId),
}

/// What became of a live event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Queued,
    /// The queue is too full for live events, or closed.
    Refused,
}

/// The socket is closing: nothing more is sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closing;

/// How many keys may be parked; ephemeral frames of further keys are dropped.
const PARKED_MAX: usize = 256;

pub(crate) struct Outbox {
    max_bytes: usize,
    max_frames: usize,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
    /// For the session: the socket closes, should close, or drained after lagging.
    attention: Notify,
    /// For whoever waits for room.
    room: Notify,
}

struct State {
    queue: VecDeque<Frame>,
    bytes: usize,
    parked: HashMap<SignalKey, Frame>,
    /// The connection, waiting for something to send.
    connection: Option<Sleeper>,
    /// When the connection last took something, or the queue last became non-empty.
    moved_at: Instant,
    /// Live events were refused since the queue last drained.
    lagged: bool,
    /// Somebody wants the session to close the socket once its current command is done.
    bye_wanted: Option<Bye>,
    /// The last frame is in the queue: nothing may follow.
    closing: bool,
    /// The connection may close once the queue is empty.
    ended: bool,
    /// There is no connection any more.
    gone: bool,
}

impl Outbox {
    pub fn new(max_bytes: usize, max_frames: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            max_bytes,
            max_frames,
            metrics,
            state: Mutex::new(State {
                queue: VecDeque::new(),
                bytes: 0,
                parked: HashMap::new(),
                connection: None,
                moved_at: Instant::now(),
                lagged: false,
                bye_wanted: None,
                closing: false,
                ended: false,
                gone: false,
            }),
            attention: Notify::new(),
            room: Notify::new(),
        }
    }

    /// Queues an answer to the client. If there is no room even for that, the socket closes as slow.
    pub fn push(&self, frame: Frame) {
        let state = self.lock();
        if state.closing {
            return;
        }
        if self.fits(&state, frame.bytes.len(), 10) {
            wake(self.append(state, frame));
        } else {
            self.close_slow(state);
        }
    }

    /// Queues a live event unless the queue is 80 % full.
    pub fn push_event(&self, frame: &Frame, wakes: &mut Wakes) -> Pushed {
        let mut state = self.lock();
        if state.closing {
            return Pushed::Refused;
        }
        if !self.fits(&state, frame.bytes.len(), 8) {
            state.lagged = true;
            return Pushed::Refused;
        }
        wakes.add(self.append(state, frame.clone()));
        self.metrics.events_delivered.increment(1);
        Pushed::Queued
    }

    /// Queues an ephemeral frame; past half, parks it in place of an older one with its key.
    pub fn push_signal(&self, key: &SignalKey, frame: &Frame, wakes: &mut Wakes) {
        let mut state = self.lock();
        if state.closing {
            return;
        }
        if self.fits(&state, frame.bytes.len(), 5) && state.parked.is_empty() {
            wakes.add(self.append(state, frame.clone()));
        } else if state.parked.len() < PARKED_MAX || state.parked.contains_key(key) {
            state.parked.insert(key.clone(), frame.clone());
        }
    }

    /// Queues a frame that may as well be left out.
    pub fn push_optional(&self, frame: Frame, wakes: &mut Wakes) {
        let state = self.lock();
        if !state.closing && self.fits(&state, frame.bytes.len(), 5) {
            wakes.add(self.append(state, frame));
        }
    }

    /// Queues a frame if the queue is below half and the socket stays open; `false` if not.
    pub fn push_within_half(&self, frame: &Frame) -> bool {
        let state = self.lock();
        let fits = !state.closing && self.fits(&state, frame.bytes.len(), 5);
        if fits {
            wake(self.append(state, frame.clone()));
        }
        fits
    }

    /// Queues a frame once the queue is below half: for answers that may be large.
    ///
    /// # Errors
    /// `Closing` when the socket closes before there is room.
    pub async fn push_paced(&self, frame: Frame) -> Result<(), Closing> {
        loop {
            let room = self.room();
            if self.is_ending() {
                return Err(Closing);
            }
            if self.push_within_half(&frame) {
                return Ok(());
            }
            room.await;
        }
    }

    /// Completes when there may be room again after this call, or the socket closes.
    pub fn room(&self) -> Notified<'_> {
        self.room.notified()
    }

    /// Whether the socket is closing, or should be.
    pub fn is_ending(&self) -> bool {
        let state = self.lock();
        state.closing || state.bye_wanted.is_some()
    }

    /// Whether the queue is below half: only then are commands read, so that a client that asks faster than
    /// it reads the answers waits for itself.
    pub fn has_room(&self) -> bool {
        self.fits(&self.lock(), 0, 5)
    }

    /// Returns when there may be room again, or the socket closes.
    pub async fn until_room(&self) {
        let room = self.room.notified();
        if !self.has_room() && !self.is_closing() {
            room.await;
        }
    }

    /// Asks the session to close the socket once its current command is done.
    pub fn request_bye(&self, bye: Bye) {
        let mut state = self.lock();
        if state.bye_wanted.is_none() {
            state.bye_wanted = Some(bye);
        }
        drop(state);
        self.attention.notify_one();
        self.room.notify_waiters();
    }

    /// Says goodbye: nothing can be queued after it. Only the first goodbye counts.
    pub fn close(&self, bye: Bye) {
        self.close_with(self.lock(), bye.discards_queue(), bye.frames());
    }

    /// Closes the socket without a word of the protocol above WebSocket.
    pub fn close_bare(&self, close_frame: Frame) {
        self.close_with(self.lock(), false, [close_frame]);
    }

    /// Lets the connection close once everything that waits is sent.
    pub fn end(&self) {
        let mut state = self.lock();
        state.closing = true;
        state.ended = true;
        let connection = state.connection.take();
        drop(state);
        wake(connection);
        self.attention.notify_one();
        self.room.notify_waiters();
    }

    /// The connection is gone: nothing can be sent any more.
    pub fn gone(&self) {
        let mut state = self.lock();
        state.gone = true;
        state.queue = VecDeque::new();
        state.bytes = 0;
        drop(state);
        self.end();
    }

    /// Throws away what the client did not take in time, all but the goodbye, and lets the connection close.
    pub fn abandon(&self) {
        let mut state = self.lock();
        state.queue.retain(|frame| matches!(frame.kind, FrameKind::Bye | FrameKind::Control));
        state.queue.shrink_to_fit();
        state.bytes = state.queue.iter().map(|frame| frame.bytes.len()).sum();
        drop(state);
        self.end();
    }

    /// Returns when the connection is gone. For the session, once it watches for nothing else.
    pub async fn until_gone(&self) {
        while !self.lock().gone {
            self.attention().await;
        }
    }

    /// Closes the socket as slow if something has waited for `timeout` and nothing was taken meanwhile.
    pub fn close_if_stalled(&self, now: Instant, timeout: Duration) {
        let state = self.lock();
        if !state.closing && !state.queue.is_empty() && now.duration_since(state.moved_at) >= timeout {
            self.close_slow(state);
        }
    }

    /// Whether the socket is closing.
    pub fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// The goodbye that somebody wants the session to say.
    pub fn bye_wanted(&self) -> Option<Bye> {
        self.lock().bye_wanted
    }

    /// Whether live events were refused and the queue has drained since; tells it once.
    pub fn take_recovered(&self) -> bool {
        let mut state = self.lock();
        let recovered = state.lagged && self.drained(&state);
        if recovered {
            state.lagged = false;
        }
        recovered
    }

    /// Returns when the session should look at [`Outbox::is_closing`], [`Outbox::bye_wanted`] and
    /// [`Outbox::take_recovered`].
    pub async fn attention(&self) {
        self.attention.notified().await;
    }

    /// Whether another frame fits into this many tenths of the queue. A frame of any size fits into an
    /// empty one: it could never be sent otherwise.
    fn fits(&self, state: &State, length: usize, tenths: usize) -> bool {
        state.queue.is_empty()
            || (state.bytes + length <= self.max_bytes * tenths / 10
                && state.queue.len() < self.max_frames * tenths / 10)
    }

    /// A quarter of the queue or less: there is room again for what was held off.
    fn drained(&self, state: &State) -> bool {
        state.bytes <= self.max_bytes / 4 && state.queue.len() <= self.max_frames / 4
    }

    /// Queues a frame; whom to wake then.
    fn append(&self, mut state: MutexGuard<'_, State>, frame: Frame) -> Option<Sleeper> {
        if state.queue.is_empty() {
            state.moved_at = Instant::now();
        }
        state.bytes += frame.bytes.len();
        state.queue.push_back(frame);
        state.connection.take()
    }

    fn close_slow(&self, state: MutexGuard<'_, State>) {
        self.metrics.slow_closed.increment(1);
        self.close_with(state, true, Bye::Slow.frames());
    }

    fn close_with(&self, mut state: MutexGuard<'_, State>, discard: bool, last: impl IntoIterator<Item = Frame>) {
        if state.closing {
            return;
        }
        state.closing = true;
        state.parked = HashMap::new();
        if discard {
            state.queue.clear();
            state.bytes = 0;
        }
        for frame in last {
            state.bytes += frame.bytes.len();
            state.queue.push_back(frame);
        }
        let connection = state.connection.take();
        drop(state);
        wake(connection);
        self.attention.notify_one();
        self.room.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic half-way through a change runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(connection: Option<Sleeper>) {
    if let Some(Sleeper { waker, .. }) = connection {
        waker.wake();
    }
}
