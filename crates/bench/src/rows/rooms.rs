//! Servers with receivers connected to them, and what a fan-out to them costs.

use std::time::Duration;

use crate::error::Result;
use crate::load::{Channel, Delivery, FanOut, Faults, Heard, Swarm, number_after};
use crate::process::Process;

/// A server, a way to publish in it, and everybody who listens.
pub struct Room<'a, C> {
    process: &'a Process,
    channel: C,
    fan_out: FanOut,
    pub faults: Faults,
    pub held_back: u64,
}

impl<'a, C: Channel> Room<'a, C> {
    pub fn new(process: &'a Process, channel: C, receivers: usize, slots: usize) -> Self {
        let fan_out = FanOut::new(receivers, slots);
        Self { process, channel, fan_out, faults: Faults::default(), held_back: 0 }
    }

    /// Publishes for `duration`; answers the deliveries per second of the server's processor time.
    pub fn efficiency(&mut self, duration: Duration) -> Result<f64> {
        // A short run before the clock starts: connections settle, caches fill.
        let warm = self.fan_out.run(&mut self.channel, duration / 10)?;
        let before = self.process.cpu()?;
        let window = self.fan_out.run(&mut self.channel, duration)?;
        let used = self.process.cpu()?.saturating_sub(before);
        self.faults += warm.faults;
        self.faults += window.faults;
        self.held_back += window.held_back;
        Ok(window.deliveries as f64 / used.as_secs_f64())
    }
}

/// The four publishers of a limit, each with its share of the slots.
const PUBLISHERS: usize = 4;

/// Publishing through a limit: what is published says itself which one it is.
pub struct LimitChannel {
    swarm: Swarm,
    receivers: usize,
    /// Makes a message as long as the server's.
    padding: String,
}

impl LimitChannel {
    /// Connects `receivers` and the publishers to a limit. Its messages have `length` bytes.
    pub fn connect(process: &Process, receivers: usize, length: usize) -> Result<Self> {
        let mut swarm = Swarm::new(process.address())?;
        let mut open = 0;
        let paths = std::iter::repeat_n("/receive", receivers).chain(std::iter::repeat_n("/publish", PUBLISHERS));
        for path in paths {
            let number = swarm.connect(path, None)?;
            while open <= number {
                swarm.poll(Duration::from_millis(100), |_, heard| {
                    open += usize::from(matches!(heard, Heard::Open));
                    Ok(None)
                })?;
            }
        }
        Ok(Self { swarm, receivers, padding: "x".repeat(length) })
    }
}

impl Channel for LimitChannel {
    fn publish(&mut self, slot: usize, number: u64) -> Result<bool> {
        let head = format!("{{\"slot\":{slot},\"number\":{number},\"data\":\"");
        let padding = &self.padding[(head.len() + 2).min(self.padding.len())..];
        self.swarm.send(self.receivers + slot % PUBLISHERS, &format!("{head}{padding}\"}}"))?;
        Ok(true)
    }

    fn poll(&mut self, patience: Duration, heard: &mut Vec<Delivery>) -> Result<()> {
        self.swarm.poll(patience, |receiver, what| {
            if let Heard::Text(text) = what
                && let (Some(slot), number) = (number_after(text, "\"slot\":"), number_after(text, "\"number\":"))
            {
                heard.push(Delivery { receiver, slot: usize::try_from(slot).unwrap_or(0), number });
            }
            Ok(None)
        })
    }
}
