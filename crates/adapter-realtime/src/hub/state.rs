//! The indexes of the hub. Joining, leaving and removal touch only what they change.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rialto_kernel::{ConnectionId, Network, SessionId, UserId};
use rialto_messaging::{LogOrder, StreamId};
use tokio::time::Instant;

use super::Outboxes;
use super::admission::Count;
use crate::frames::Frame;
use crate::outbox::Outbox;

/// How long an ended session is remembered: longer than a socket may take from the check of its token
/// to its seat.
const REMEMBER_ENDED: Duration = Duration::from_secs(120);

#[derive(Default)]
pub(super) struct State {
    /// Every socket.
    pub open: Outboxes,
    /// How many of them each network has.
    pub open_from: HashMap<Network, Count>,
    /// How many of them are for prices alone.
    pub price_sockets: usize,
    /// Sockets whose user is known.
    pub seats: HashMap<ConnectionId, Seat>,
    pub users: HashMap<UserId, Vec<ConnectionId>>,
    pub sessions: HashMap<SessionId, Vec<ConnectionId>>,
    pub streams: HashMap<StreamId, Stream>,
    /// Subscribers of `x:presence`.
    pub presence: Outboxes,
    /// Sessions that ended lately.
    pub ended: HashMap<SessionId, Instant>,
    /// How many attachments there have been: each has its number.
    attachments: u64,
}

/// A socket whose user is known.
pub(super) struct Seat {
    pub user: UserId,
    pub session: SessionId,
    pub outbox: Arc<Outbox>,
    /// `ready` was sent: new streams may go live at once.
    pub ready: bool,
    pub streams: HashSet<StreamId>,
    /// Streams the user left while the socket was here, with the number of that event: an older look at the
    /// store, or an older hint, must not bring the socket back in.
    pub left: HashMap<StreamId, u64>,
}

/// A stream with at least one socket of this node in it.
pub(super) struct Stream {
    pub order: LogOrder,
    /// The node follows the stream after this: who came and went up to here, it has not seen.
    pub followed_after: u64,
    pub attached: HashMap<ConnectionId, Attachment>,
}

/// A socket in a stream.
pub(super) struct Attachment {
    pub user: UserId,
    pub outbox: Arc<Outbox>,
    pub phase: Phase,
    number: u64,
}

/// Names one attachment: the right to send a socket what it missed of a stream. It is gone for good once the socket is
/// out of the stream, whether or not it comes in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub stream: StreamId,
    pub connection: ConnectionId,
    number: u64,
}

pub(super) enum Phase {
    /// Live events wait until what comes before them was sent.
    Held(Box<Held>),
    /// Live events go out; those up to `last` were sent or are covered otherwise.
    Live { last: u64 },
    /// The socket was too slow; nothing goes out until it catches up from `last`.
    Lagging { last: u64, told: bool },
}

/// Live events that are held back.
pub(super) struct Held {
    /// Everything after this is held.
    pub after: u64,
    pub frames: Vec<(u64, Frame)>,
    /// There were too many to hold: they must be read from the log.
    pub overflowed: bool,
}

impl Held {
    const MAX: usize = 128;

    /// In a box: most attachments are live, and each is as large as the largest phase.
    pub fn after(seq: u64) -> Box<Self> {
        Box::new(Self { after: seq, frames: Vec::new(), overflowed: false })
    }

    pub fn add(&mut self, seq: u64, frame: &Frame) {
        if self.overflowed {
            return;
        }
        if self.frames.len() < Self::MAX {
            self.frames.push((seq, frame.clone()));
        } else {
            self.frames = Vec::new();
            self.overflowed = true;
        }
    }
}

impl Phase {
    /// Up to here the socket's membership is accounted for: it was in when the log reached this far.
    pub fn covers(&self) -> u64 {
        match self {
            Self::Held(held) => held.after,
            Self::Live { last } | Self::Lagging { last, .. } => *last,
        }
    }
}

impl Stream {
    pub fn starting_after(seq: u64) -> Self {
        Self { order: LogOrder::starting_after(seq), followed_after: seq, attached: HashMap::new() }
    }
}

impl State {
    /// Puts a seated socket into a stream that is followed, in this phase; one that is in stays as it is.
    pub fn attach(&mut self, stream: StreamId, connection: ConnectionId, phase: Phase) -> Option<Pass> {
        let seat = self.seats.get_mut(&connection)?;
        let followed = self.streams.get_mut(&stream)?;
        seat.streams.insert(stream);
        let attachments = &mut self.attachments;
        let attached = followed.attached.entry(connection).or_insert_with(|| {
            *attachments += 1;
            Attachment { user: seat.user, outbox: seat.outbox.clone(), phase, number: *attachments }
        });
        Some(Pass { stream, connection, number: attached.number })
    }

    /// The attachment of a pass, unless the pass is gone.
    pub fn attachment(&mut self, pass: Pass) -> Option<&mut Attachment> {
        let attached = self.streams.get_mut(&pass.stream)?.attached.get_mut(&pass.connection)?;
        (attached.number == pass.number).then_some(attached)
    }

    /// The pass of a socket that is in a stream.
    pub fn pass(&self, stream: StreamId, connection: ConnectionId) -> Option<Pass> {
        let number = self.streams.get(&stream)?.attached.get(&connection)?.number;
        Some(Pass { stream, connection, number })
    }

    /// Takes a socket out of every index; its outbox stays open.
    pub fn unseat(&mut self, connection: ConnectionId) {
        let Some(seat) = self.seats.remove(&connection) else { return };
        remove_from(&mut self.users, &seat.user, connection);
        remove_from(&mut self.sessions, &seat.session, connection);
        self.presence.remove(&connection);
        for stream in seat.streams {
            self.detach(stream, connection);
        }
    }

    /// Takes a socket out of a stream; the stream is forgotten with its last socket.
    pub fn detach(&mut self, stream: StreamId, connection: ConnectionId) {
        if let Some(followed) = self.streams.get_mut(&stream) {
            followed.attached.remove(&connection);
            if followed.attached.is_empty() {
                self.streams.remove(&stream);
            }
        }
        if let Some(seat) = self.seats.get_mut(&connection) {
            seat.streams.remove(&stream);
        }
    }

    /// Forgets the sessions and remembers for a while that they ended; the outboxes of their sockets.
    pub fn end_sessions(&mut self, sessions: &[SessionId], now: Instant) -> Vec<Arc<Outbox>> {
        self.ended.retain(|_, at| now.duration_since(*at) < REMEMBER_ENDED);
        let mut outboxes = Vec::new();
        for session in sessions {
            self.ended.insert(*session, now);
            for connection in self.sessions.get(session).cloned().unwrap_or_default() {
                outboxes.extend(self.seats.get(&connection).map(|seat| seat.outbox.clone()));
                self.unseat(connection);
            }
        }
        outboxes
    }
}

fn remove_from<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<ConnectionId>>, key: &K, connection: ConnectionId) {
    // A user has few sockets, so looking through them is as good as constant.
    if let Some(connections) = index.get_mut(key) {
        connections.retain(|other| *other != connection);
        if connections.is_empty() {
            index.remove(key);
        }
    }
}
