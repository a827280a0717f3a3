//! The network end of an outbox.

use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

use super::{Outbox, State};
use crate::frames::Frame;

/// How many bytes of waiting frames go to the network together.
pub(super) const TOGETHER: usize = 16 * 1024;

impl Outbox {
    /// The next bytes for the network, one frame or several small ones together; `None` once the connection may close.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.lock();
        let Some(first) = self.pop(&mut state) else {
            if state.ended {
                return Poll::Ready(None);
            }
            state.connection = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let mut bytes = first.bytes;
        let follows = |state: &State, length: usize| {
            state.queue.front().is_some_and(|next| length + next.bytes.len() <= TOGETHER)
        };
        if follows(&state, bytes.len()) {
            // The bytes of a frame are shared with other sockets, so joining copies them: cheaper than a write for each.
            let mut joined = BytesMut::with_capacity(TOGETHER.min(bytes.len() + state.bytes));
            joined.extend_from_slice(&bytes);
            while follows(&state, joined.len())
                && let Some(next) = self.pop(&mut state)
            {
                joined.extend_from_slice(&next.bytes);
            }
            bytes = joined.freeze();
        }
        state.moved_at = Instant::now();
        let (has_room, recovered) = (self.fits(&state, 0, 5), state.lagged && self.drained(&state));
        drop(state);
        if has_room {
            self.room.notify_waiters();
        }
        if recovered {
            self.attention.notify_one();
        }
        Poll::Ready(Some(bytes))
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
        self.metrics.frame_sent(frame.kind);
        Some(frame)
    }

    /// Takes everything that waits, frame by frame.
    #[cfg(test)]
    pub fn take_all(&self) -> Vec<Bytes> {
        let mut frames = Vec::new();
        while let Some(frame) = self.pop(&mut self.lock()) {
            frames.push(frame.bytes);
        }
        self.room.notify_waiters();
        frames
    }
}
