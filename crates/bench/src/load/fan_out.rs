//! Messages to many receivers, a fixed number of them in flight, each counted at every receiver.

use std::time::{Duration, Instant};

use super::tally::{Faults, Order};
use crate::error::Result;

/// How long a message may be on its way before its missing deliveries count as lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// One delivery.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    pub receiver: usize,
    /// Which of the messages in flight it is.
    pub slot: usize,
    /// The how-many-eth message of its slot; `None` where the message itself does not say.
    pub number: Option<u64>,
}

/// A way to publish to many receivers.
pub trait Channel {
    /// Publishes the message of this number in a slot whose last message has reached everyone. `false` if
    /// that is not possible right now.
    fn publish(&mut self, slot: usize, number: u64) -> Result<bool>;

    /// Waits up to `patience` for deliveries.
    fn poll(&mut self, patience: Duration, heard: &mut Vec<Delivery>) -> Result<()>;
}

/// What one measurement saw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    pub deliveries: u64,
    pub faults: Faults,
    /// How often a slot could not be used again at once.
    pub held_back: u64,
}

/// The state of all slots; goes on from one measurement to the next, as the numbers do.
pub struct FanOut {
    receivers: usize,
    slots: Vec<Slot>,
    heard: Vec<Delivery>,
}

struct Slot {
    number: u64,
    missing: usize,
    published_at: Instant,
    order: Vec<Order>,
}

impl FanOut {
    /// Nothing was published yet.
    pub fn new(receivers: usize, slots: usize) -> Self {
        let slot =
            || Slot { number: 0, missing: 0, published_at: Instant::now(), order: vec![Order::default(); receivers] };
        Self { receivers, slots: (0..slots).map(|_| slot()).collect(), heard: Vec::new() }
    }

    /// Keeps a message in flight in every slot for `duration`, then waits for what is under way.
    pub fn run(&mut self, channel: &mut impl Channel, duration: Duration) -> Result<Window> {
        let mut window = Window::default();
        let end = Instant::now() + duration;
        let mut free: Vec<usize> = (0..self.slots.len()).collect();
        let mut in_flight = 0;
        loop {
            let now = Instant::now();
            if now < end {
                let mut held = Vec::new();
                for slot in free.drain(..) {
                    if self.publish(channel, slot, now)? {
                        in_flight += 1;
                    } else {
                        held.push(slot);
                    }
                }
                window.held_back += held.len() as u64;
                free = held;
            } else if in_flight == 0 {
                return Ok(window);
            }
            let patience = if free.is_empty() { Duration::from_millis(100) } else { Duration::from_millis(1) };
            let mut heard = std::mem::take(&mut self.heard);
            heard.clear();
            channel.poll(patience, &mut heard)?;
            for delivery in &heard {
                if self.take(*delivery, &mut window) {
                    free.push(delivery.slot);
                    in_flight -= 1;
                }
            }
            self.heard = heard;
            for slot in self.give_up(&mut window.faults) {
                free.push(slot);
                in_flight -= 1;
            }
        }
    }

    fn publish(&mut self, channel: &mut impl Channel, slot: usize, now: Instant) -> Result<bool> {
        let state = &mut self.slots[slot];
        let published = channel.publish(slot, state.number + 1)?;
        if published {
            state.number += 1;
            state.missing = self.receivers;
            state.published_at = now;
        }
        Ok(published)
    }

    /// Whether the slot's message has reached everyone now.
    fn take(&mut self, delivery: Delivery, window: &mut Window) -> bool {
        let slot = &mut self.slots[delivery.slot];
        let number = delivery.number.unwrap_or(slot.number);
        if !slot.order[delivery.receiver].hear(number, &mut window.faults) {
            return false;
        }
        window.deliveries += 1;
        slot.missing = slot.missing.saturating_sub(1);
        slot.missing == 0
    }

    /// The slots whose message does not come any more.
    fn give_up(&mut self, faults: &mut Faults) -> Vec<usize> {
        let mut freed = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.missing > 0 && slot.published_at.elapsed() > PATIENCE {
                slot.order.iter_mut().for_each(|order| order.give_up(slot.number, faults));
                slot.missing = 0;
                freed.push(index);
            }
        }
        freed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers to two receivers; to the second one as the closure says.
    struct Faulty<F>(F, Vec<Delivery>);

    impl<F: FnMut(u64) -> Vec<u64>> Channel for Faulty<F> {
        fn publish(&mut self, slot: usize, number: u64) -> Result<bool> {
            let delivery = |receiver, number| Delivery { receiver, slot, number: Some(number) };
            self.1.push(delivery(0, number));
            self.1.extend((self.0)(number).into_iter().map(|number| delivery(1, number)));
            Ok(true)
        }

        fn poll(&mut self, _: Duration, heard: &mut Vec<Delivery>) -> Result<()> {
            heard.append(&mut self.1);
            Ok(())
        }
    }

    #[test]
    fn a_sound_channel_has_no_faults() {
        let mut channel = Faulty(|number| vec![number], Vec::new());
        let window = FanOut::new(2, 3).run(&mut channel, Duration::from_millis(5)).unwrap();
        assert_eq!(window.faults, Faults::default());
        assert!(window.deliveries >= 6);
    }

    #[test]
    fn a_repetition_is_seen() {
        let mut channel = Faulty(|number| vec![number, number], Vec::new());
        let window = FanOut::new(2, 1).run(&mut channel, Duration::from_millis(5)).unwrap();
        assert!(window.faults.repeated > 0);
        assert_eq!(window.faults.lost, 0);
    }
}
