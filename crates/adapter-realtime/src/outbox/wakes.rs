//! Connections to wake together: woken at its first frame, each would send it alone while the next is on its way.

use std::task::Waker;

use super::network::TOGETHER;
use crate::frames::Frame;

/// Wakes whom it gathered when it is dropped. Not to be held while anything is waited for.
#[derive(Default)]
pub(crate) struct Wakes {
    wakers: Vec<Waker>,
    bytes: usize,
}

impl Wakes {
    /// Counts a frame that goes to the sockets from now on. Those that have as much already as goes to the network at
    /// once are woken first: to gather more gains nothing, and fills the queues of sockets that could be emptying them.
    pub fn before(&mut self, frame: &Frame) {
        self.bytes += frame.bytes.len();
        if self.bytes > TOGETHER {
            self.wake();
            self.bytes = frame.bytes.len();
        }
    }

    pub(super) fn add(&mut self, waker: Option<Waker>) {
        self.wakers.extend(waker);
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

impl Drop for Wakes {
    fn drop(&mut self) {
        self.wake();
    }
}
