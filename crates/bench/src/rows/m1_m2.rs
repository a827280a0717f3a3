//! M1, M2: fan-out with storage off.
//!
//! The server's one signal that anybody may publish is `typing`, which it lets through once a second for each
//! socket and stream. So each of 64 messages in flight has a conversation of its own with the same receivers,
//! and a publisher with many sockets that take turns. A signal says nothing but its stream and user: with one
//! in flight per stream that tells which it is.

use std::time::{Duration, Instant};

use super::rooms::{LimitChannel, Room};
use crate::database::Backend;
use crate::error::{Result, broken};
use crate::load::{Channel, Delivery, Heard, Swarm, text_after};
use crate::reference::Limit;
use crate::report::{Goal, Line};
use crate::seed::{Group, Seed, group_id, number_of, stream};
use crate::server::{Server, Setup, connect_all, refuse_errors};
use crate::stats::in_turns;

/// Four publishers with sixteen messages each.
const SLOTS: usize = 64;
/// How long the server lets no second signal of a socket through.
const PAUSE: Duration = Duration::from_secs(1);

struct Shape {
    row: &'static str,
    receivers: usize,
    /// Enough that one is free whenever a message may be published.
    sockets_per_slot: usize,
    goal: Goal,
}

/// M1.
pub fn hundred(setup: &Setup) -> Result<Vec<Line>> {
    let goal = Goal::AtLeast { must: 0.50, best: 0.80 };
    run(setup, &Shape { row: "M1", receivers: 100, sockets_per_slot: setup.size(100, 50), goal })
}

/// M2.
pub fn thousand(setup: &Setup) -> Result<Vec<Line>> {
    let goal = Goal::AtLeast { must: 0.35, best: 0.60 };
    run(setup, &Shape { row: "M2", receivers: setup.size(1_000, 300), sockets_per_slot: setup.size(24, 30), goal })
}

fn run(setup: &Setup, shape: &Shape) -> Result<Vec<Line>> {
    let receivers = shape.receivers;
    // The receivers first, then a publisher for each slot.
    let server = Server::prepare(setup, Backend::Sqlite, receivers + SLOTS, |ids| {
        let (receivers, publishers) = ids.split_at(receivers);
        let group = |(slot, publisher)| Group {
            id: group_id(slot),
            members: std::iter::once(publisher).chain(receivers.iter().copied()).collect(),
            messages: 0,
        };
        Seed { groups: publishers.iter().copied().enumerate().map(group).collect() }
    })?;
    let channel = Typing::connect(&server, receivers, shape.sockets_per_slot)?;
    let length = signal(&server).len();
    let mut ours = Room::new(&server.process, channel, receivers, SLOTS);

    let limit = Limit::Batch.start()?;
    let mut theirs = Room::new(&limit, LimitChannel::connect(&limit, receivers, length)?, receivers, SLOTS);

    let window = setup.size(Duration::from_secs(3), Duration::from_millis(700));
    server.process.settle()?;
    let pair = in_turns(setup.size(5, 2), || ours.efficiency(window), || theirs.efficiency(window))?;
    let mut faults = ours.faults;
    faults += theirs.faults;
    Ok(vec![Line {
        row: format!("{} to {receivers}", shape.row),
        figure: format!("{:.0}/CPU s", pair.ours),
        reference: format!("{:.0}/CPU s ({})", pair.reference, Limit::Batch.name()),
        value: pair.ratio(),
        goal: shape.goal,
        faults: faults.shown(),
        note: (ours.held_back > 0)
            .then(|| format!("publishers had to wait {} times for the throttle of `typing`", ours.held_back)),
    }])
}

/// A signal as receivers get it.
fn signal(server: &Server) -> String {
    let user = server.people.first().map(|person| person.id).unwrap_or_default();
    let stream = stream(0);
    format!(r#"{{"type":"signal","stream":"{stream}","signal":"typing","data":{{"user_id":"{user}","ttl_ms":6000}}}}"#)
}

struct Typing {
    swarm: Swarm,
    receivers: usize,
    sockets_per_slot: usize,
    /// For each publishing socket, from when on its next signal is surely let through.
    free_at: Vec<Option<Instant>>,
    /// For each slot, which of its sockets published last, and whether that signal is under way.
    turns: Vec<(usize, bool)>,
}

impl Typing {
    fn connect(server: &Server, receivers: usize, sockets_per_slot: usize) -> Result<Self> {
        let mut swarm = Swarm::new(server.process.address())?;
        let (listening, publishing) = server.people.split_at(receivers);
        let publishing = publishing.iter().flat_map(|person| std::iter::repeat_n(person, sockets_per_slot));
        connect_all(&mut swarm, listening.iter().chain(publishing).map(|person| person.token.as_str()))?;
        Ok(Self {
            swarm,
            receivers,
            sockets_per_slot,
            free_at: vec![None; SLOTS * sockets_per_slot],
            turns: vec![(0, false); SLOTS],
        })
    }
}

impl Channel for Typing {
    fn publish(&mut self, slot: usize, _: u64) -> Result<bool> {
        let now = Instant::now();
        let first = slot * self.sockets_per_slot;
        let (turn, under_way) = self.turns[slot];
        if under_way {
            // Everybody has the slot's last signal, so the server let that one through before now.
            self.free_at[first + turn] = Some(now + PAUSE);
            self.turns[slot] = (turn, false);
        }
        let next = (turn + 1) % self.sockets_per_slot;
        if self.free_at[first + next].is_some_and(|free_at| free_at > now) {
            return Ok(false);
        }
        self.turns[slot] = (next, true);
        let typing = format!(r#"{{"type":"typing","stream":"{}"}}"#, stream(slot));
        self.swarm.send(self.receivers + first + next, &typing)?;
        Ok(true)
    }

    fn poll(&mut self, patience: Duration, heard: &mut Vec<Delivery>) -> Result<()> {
        let receivers = self.receivers;
        self.swarm.poll(patience, |socket, what| {
            match what {
                Heard::Text(text) if socket < receivers && text.starts_with(br#"{"type":"signal""#) => {
                    let slot = text_after(text, r#""stream":""#).and_then(number_of).filter(|slot| *slot < SLOTS);
                    let Some(slot) = slot else { return broken("a signal of an unknown stream") };
                    heard.push(Delivery { receiver: socket, slot, number: None });
                }
                Heard::Text(text) => return refuse_errors(text),
                Heard::Closed => return broken("a socket was closed"),
                Heard::Open => {}
            }
            Ok(None)
        })
    }
}
