//! The network end of an outbox.

use std::task::{Context, Poll};

use tokio::time::Instant;

use super::{Outbox, Sleeper, State, Worker};
use crate::frames::Frame;
use crate::metrics::FrameCounts;

/// How many bytes of waiting frames go to the network together.
pub(super) const TOGETHER: usize = 16 * 1024;

impl Outbox {
    /// Takes what goes to the network next, one frame or several small ones: the bytes of a frame are shared with other
    /// sockets, and copying them together is cheaper than a write for each. `None` once the connection may close.
    pub fn poll_take(&self, cx: &mut Context<'_>, joined: &mut Vec<u8>) -> Poll<Option<()>> {
        let mut state = self.lock();
        if state.queue.is_empty() {
            if state.ended {
                return Poll::Ready(None);
            }
            if !state.connection.as_ref().is_some_and(|sleeper| sleeper.waker.will_wake(cx.waker())) {
                state.connection = Some(Sleeper { waker: cx.waker().clone(), worker: Worker::here() });
            }
            return Poll::Pending;
        }
        let mut sent = FrameCounts::default();
        while state.queue.front().is_some_and(|next| joined.is_empty() || joined.len() + next.bytes.len() <= TOGETHER)
            && let Some(next) = self.pop(&mut state)
        {
            joined.extend_from_slice(&next.bytes);
            sent.add(next.kind);
        }
        state.moved_at = Instant::now();
        let (has_room, recovered) = (self.fits(&state, 0, 5), state.lagged && self.drained(&state));
        drop(state);
        self.metrics.frames_sent(&sent);
        if has_room {
            self.room.notify_waiters();
        }
        if recovered {
            self.attention.notify_one();
        }
        Poll::Ready(Some(()))
    }

    /// Takes the next frame out of the queue; what is parked goes into it once it has drained.
    fn pop(&self, state: &mut State) -> Option<Frame> {
        let frame = state.queue.pop_front()?;
        state.bytes -= frame.bytes.len();
        if !state.parked.is_empty() && self.drained(state) && !state.closing {
            let parked = std::mem::take(&mut state.parked);
            for frame in parked.into_values() {
                state.bytes += frame.bytes.len();
                state.queue.push_back(frame);
            }
        }
        Some(frame)
    }

    /// Takes everything that waits, frame by frame.
    #[cfg(test)]
    pub fn take_all(&self) -> Vec<bytes::Bytes> {
        let mut frames = Vec::new();
        while let Some(frame) = self.pop(&mut self.lock()) {
            frames.push(frame.bytes);
        }
        self.room.notify_waiters();
        frames
    }
}
