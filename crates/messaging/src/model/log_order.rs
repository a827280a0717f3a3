//! The order of one stream on this node: what was delivered, what is known to exist, and what waits for
//! a hole before it to be read. Pure: no locks, no clock, no store.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Event;

/// How many events may wait behind a hole. What comes beyond is read from the log like the hole itself.
const WAITING_MAX: usize = 256;

/// Puts hints in the order of the log.
#[derive(Debug)]
pub struct LogOrder {
    delivered: u64,
    top: u64,
    waiting: BTreeMap<u64, Arc<Event>>,
    reading: bool,
}

impl LogOrder {
    /// Delivery starts after `delivered`.
    #[must_use]
    pub fn starting_after(delivered: u64) -> Self {
        Self { delivered, top: delivered, waiting: BTreeMap::new(), reading: false }
    }

    /// The last event that was delivered.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Takes an event from whatever source. Old ones and repetitions are dropped.
    pub fn offer(&mut self, event: Arc<Event>) {
        let seq = event.seq;
        if seq <= self.delivered {
            return;
        }
        self.top = self.top.max(seq);
        if seq == self.delivered + 1 || self.waiting.len() < WAITING_MAX {
            self.waiting.entry(seq).or_insert(event);
        }
    }

    /// The next event in order, if it is here; it counts as delivered.
    pub fn next_event(&mut self) -> Option<Arc<Event>> {
        let event = self.waiting.remove(&(self.delivered + 1))?;
        self.delivered += 1;
        Some(event)
    }

    /// Learns that the log reaches to `top`.
    pub fn note_top(&mut self, top: u64) {
        self.top = self.top.max(top);
    }

    /// Whether a read of the log must start now; it counts as started.
    pub fn start_reading(&mut self) -> bool {
        let start = self.top > self.delivered && !self.reading;
        self.reading |= start;
        start
    }

    /// Which part of the log must be read; `None` when nothing is missing any more, and then the read
    /// counts as ended.
    pub fn missing(&mut self) -> Option<Missing> {
        if self.top > self.delivered {
            return Some(Missing { after: self.delivered, top: self.top });
        }
        self.reading = false;
        None
    }

    /// The log begins again at `first`: what was hinted at before it is not there.
    pub fn skip_to(&mut self, first: u64) {
        self.delivered = self.delivered.max(first.saturating_sub(1));
        self.waiting = self.waiting.split_off(&(self.delivered + 1));
    }

    /// The log had nothing of what was missing: forgets the hint, unless there were newer ones meanwhile.
    pub fn give_up(&mut self, missing: Missing) {
        if self.top == missing.top {
            self.waiting.clear();
            self.top = self.delivered;
        }
    }
}

/// A part of the log that must be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The last event that was delivered.
    pub after: u64,
    /// The last event that is known to exist.
    pub top: u64,
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::model::{EventBody, StreamId};

    fn event(seq: u64) -> Arc<Event> {
        let stream = StreamId::Conversation(Uuid::from_u128(1).into());
        Arc::new(Event { stream, seq, at: DateTime::UNIX_EPOCH, body: EventBody::ConversationDeleted })
    }

    fn deliver(order: &mut LogOrder) -> Vec<u64> {
        std::iter::from_fn(|| order.next_event()).map(|event| event.seq).collect()
    }

    #[test]
    fn old_and_repeated_hints_are_dropped() {
        let mut order = LogOrder::starting_after(3);
        for seq in [2, 3, 4, 4] {
            order.offer(event(seq));
        }
        assert_eq!(deliver(&mut order), [4]);
        order.offer(event(4));
        assert_eq!(deliver(&mut order), [0; 0]);
    }

    #[test]
    fn what_jumps_ahead_waits_for_the_hole_to_be_read_once() {
        let mut order = LogOrder::starting_after(0);
        order.offer(event(3));
        assert_eq!(deliver(&mut order), [0; 0]);
        assert!(order.start_reading());
        assert!(!order.start_reading(), "one read is enough");
        assert_eq!(order.missing(), Some(Missing { after: 0, top: 3 }));
        order.offer(event(1));
        order.offer(event(2));
        assert_eq!(deliver(&mut order), [1, 2, 3]);
        assert_eq!(order.missing(), None);
    }

    #[test]
    fn an_avalanche_behind_a_hole_is_bounded_and_still_complete() {
        let mut order = LogOrder::starting_after(0);
        for seq in 2..=1_000 {
            order.offer(event(seq));
        }
        assert_eq!(order.waiting.len(), WAITING_MAX);
        let mut delivered = Vec::new();
        while let Some(Missing { after, top }) = order.missing() {
            for seq in after + 1..=top.min(after + 100) {
                order.offer(event(seq));
                delivered.extend(deliver(&mut order));
            }
        }
        assert_eq!(delivered, (1..=1_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_hint_at_what_the_log_does_not_have_is_forgotten() {
        let mut order = LogOrder::starting_after(5);
        order.offer(event(9));
        let missing = order.missing().unwrap();
        order.give_up(missing);
        assert_eq!(order.missing(), None);
        order.offer(event(6));
        assert_eq!(deliver(&mut order), [6]);
    }

    #[test]
    fn a_newer_hint_survives_giving_up_on_an_older_one() {
        let mut order = LogOrder::starting_after(5);
        order.note_top(7);
        let missing = order.missing().unwrap();
        order.offer(event(8));
        order.give_up(missing);
        assert_eq!(order.missing(), Some(Missing { after: 5, top: 8 }));
    }
}
