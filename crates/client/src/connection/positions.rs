//! Which events of each stream were seen, and where some are missing.

use std::collections::BTreeMap;
use std::time::Duration;

use rialto_wire::frame::StreamPosition;
use tokio::time::Instant;
use uuid::Uuid;

use crate::socket::Resume;

/// A server that attaches its client to more streams than this is not followed further.
const MOST_STREAMS: usize = 65_536;
/// What an entry of `resume` takes beside the stream's name: an epoch, a number, and what holds them.
const RESUME_ENTRY_BYTES: usize = 70;

/// What to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Hand it on.
    Next,
    /// It was handed on before.
    Repeated,
    /// What lies between is missing: it will come again when that is caught up.
    Early,
}

/// A stream is a log whose numbers have no holes, so comparing numbers tells a repeated event from a new
/// one, and a new one from one that comes too early.
#[derive(Debug)]
pub struct Positions {
    streams: BTreeMap<String, Position>,
    /// Streams that are behind, and when to ask for what they miss.
    due: BTreeMap<String, Instant>,
    /// How long a stream may be behind before it is thought deaf.
    deaf_after: Duration,
}

#[derive(Debug)]
struct Position {
    /// Nil until the server has named it.
    epoch: Uuid,
    seq: u64,
    top: u64,
    /// What is missing is on its way from the log; `synced` will say that it is complete.
    replaying: bool,
}

impl Positions {
    pub const fn new(deaf_after: Duration) -> Self {
        Self { streams: BTreeMap::new(), due: BTreeMap::new(), deaf_after }
    }

    /// What to tell the server when connecting again.
    pub fn resume(&self) -> Resume {
        let named = self.streams.iter().filter(|(_, position)| !position.epoch.is_nil());
        named.map(|(stream, position)| (stream.clone(), (position.epoch, position.seq))).collect()
    }

    /// Takes in what `ready` says of the streams. Gives those that do not go on where they were, and why.
    pub fn ready(&mut self, streams: &BTreeMap<String, StreamPosition>, now: Instant) -> Vec<(String, String)> {
        self.streams.retain(|stream, _| streams.contains_key(stream));
        self.due.clear();
        let mut behind = Vec::new();
        for (stream, told) in streams.iter().take(MOST_STREAMS) {
            let Some(known) = self.streams.get_mut(stream) else {
                self.streams.insert(stream.clone(), Position::at(told.epoch, told.seq));
                continue;
            };
            let same_history = known.epoch.is_nil() || known.epoch == told.epoch;
            if told.ok && same_history && known.seq <= told.seq {
                known.epoch = told.epoch;
                known.top = told.seq;
                known.replaying = known.seq < told.seq && told.from.is_some_and(|from| from <= known.seq);
                if known.seq < known.top && !known.replaying {
                    self.due.insert(stream.clone(), now);
                }
            } else {
                *known = Position::at(told.epoch, told.seq);
                behind.push((stream.clone(), told.reason.clone().unwrap_or_else(|| "epoch_changed".to_owned())));
            }
        }
        behind
    }

    /// Takes in an event. The first event of a stream that one comes into later is its beginning.
    pub fn accept(&mut self, stream: &str, seq: u64, now: Instant) -> Arrival {
        let Some(known) = self.streams.get_mut(stream) else {
            self.begin(stream, seq);
            return Arrival::Next;
        };
        known.top = known.top.max(seq);
        if seq <= known.seq {
            return Arrival::Repeated;
        }
        if seq > known.seq + 1 {
            self.due.insert(stream.to_owned(), now);
            return Arrival::Early;
        }
        known.seq = seq;
        if known.seq == known.top {
            known.replaying = false;
            self.due.remove(stream);
        } else if let Some(due) = self.due.get_mut(stream)
            && *due > now
        {
            // It is not deaf: what is missing is coming.
            *due = now + self.deaf_after;
        }
        Arrival::Next
    }

    /// The server says how far a stream reaches: what is missing may still be on its way.
    pub fn heard(&mut self, stream: &str, top: u64, now: Instant) {
        let patience = self.deaf_after;
        if self.raise(stream, top).is_some_and(|replaying| !replaying) {
            self.due.entry(stream.to_owned()).or_insert(now + patience);
        }
    }

    /// Everything up to `top` was sent or left out: what is missing will not come unasked.
    pub fn reaches(&mut self, stream: &str, top: u64, now: Instant) {
        if self.raise(stream, top).is_some() {
            self.due.insert(stream.to_owned(), now);
        }
        if let Some(known) = self.streams.get_mut(stream) {
            known.replaying = false;
        }
    }

    /// Whether the stream is replayed, if it is behind.
    fn raise(&mut self, stream: &str, top: u64) -> Option<bool> {
        let known = self.streams.get_mut(stream)?;
        known.top = known.top.max(top);
        (known.seq < known.top).then_some(known.replaying)
    }

    /// The log of a stream begins here for this client.
    pub fn begin(&mut self, stream: &str, seq: u64) {
        if self.streams.len() < MOST_STREAMS {
            self.streams.insert(stream.to_owned(), Position::at(Uuid::nil(), seq));
        }
    }

    /// Gives up on what is missing: the state is about to be read anew.
    pub fn skip(&mut self, stream: &str) {
        self.due.remove(stream);
        if let Some(known) = self.streams.get_mut(stream) {
            known.seq = known.top;
        }
    }

    /// Asks later for what a stream misses.
    pub fn postpone(&mut self, stream: &str, until: Instant) {
        if let Some(due) = self.due.get_mut(stream) {
            *due = until;
        }
    }

    /// Whether the stream is one of this client's.
    pub fn knows(&self, stream: &str) -> bool {
        self.streams.contains_key(stream)
    }

    pub fn is_behind(&self, stream: &str) -> bool {
        self.streams.get(stream).is_some_and(|known| known.seq < known.top)
    }

    /// The last number seen; 0 before the first.
    pub fn seen(&self, stream: &str) -> u64 {
        self.streams.get(stream).map_or(0, |known| known.seq)
    }

    /// Streams that are behind, and when to ask for what they miss.
    pub const fn due(&self) -> &BTreeMap<String, Instant> {
        &self.due
    }
}

/// As much of `resume` as finds room in so many bytes. Streams that do not are caught up instead.
pub fn fitting(resume: Resume, bytes: usize) -> Resume {
    let mut left = bytes;
    let fitting = resume.into_iter().take_while(|(stream, _)| {
        let entry = stream.len() + RESUME_ENTRY_BYTES;
        let fits = entry <= left;
        left = left.saturating_sub(entry);
        fits
    });
    fitting.collect()
}

impl Position {
    const fn at(epoch: Uuid, seq: u64) -> Self {
        Self { epoch, seq, top: seq, replaying: false }
    }
}

#[cfg(test)]
mod tests;
