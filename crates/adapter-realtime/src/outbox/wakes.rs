//! Connections to wake together: woken at its first frame, each would send it alone while the next is on its way.

use std::mem::take;
use std::task::Waker;

use super::network::TOGETHER;
use super::worker::Worker;
use crate::frames::Frame;

/// A connection that waits for something to send.
pub(super) struct Sleeper {
    pub waker: Waker,
    /// Where it lives, if that is known.
    pub worker: Option<Worker>,
}

/// Wakes whom it gathered when it is dropped. Not to be held while anything is waited for.
#[derive(Default)]
pub(crate) struct Wakes {
    /// By thread, of which there are few.
    workers: Vec<(Option<Worker>, Vec<Waker>)>,
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

    pub(super) fn add(&mut self, sleeper: Option<Sleeper>) {
        let Some(Sleeper { waker, worker }) = sleeper else { return };
        let is_here = |(known, _): &&mut (Option<Worker>, _)| match (known, &worker) {
            (Some(known), Some(worker)) => known.is(worker),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        match self.workers.iter_mut().find(is_here) {
            Some((_, wakers)) => wakers.push(waker),
            None => self.workers.push((worker, vec![waker])),
        }
    }

    fn wake(&mut self) {
        for (worker, wakers) in &mut self.workers {
            match worker {
                Some(worker) if !wakers.is_empty() => worker.wake(take(wakers)),
                _ => wakers.drain(..).for_each(Waker::wake),
            }
        }
    }
}

impl Drop for Wakes {
    fn drop(&mut self) {
        self.wake();
    }
}
