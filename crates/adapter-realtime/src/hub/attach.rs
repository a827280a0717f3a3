//! Sockets in streams: held back while they connect, then live, lagging when they are too slow.

use rialto_kernel::{ConnectionId, UserId};
use rialto_messaging::{FollowedStream, StreamId, StreamTop};

use super::state::{Attachment, Held, Pass, Phase, State, Stream};
use super::{Hub, Job};
use crate::frames::Frame;
use crate::outbox::{Outbox, Pushed, Wakes};

/// What came of letting a stream go live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GoLive {
    /// Live events follow.
    Done,
    /// The stream is not the socket's any more, or it was live already.
    NotHeld,
    /// More must be read from the log, up to this: then try again.
    ReadTo(u64),
}

/// How a socket may catch up in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CatchUp {
    pub pass: Pass,
    /// How far the stream reaches; what comes after is live or held back.
    pub top: u64,
    /// Whether the stream was held off, and goes on once the client has caught up.
    pub was_lagging: bool,
}

/// A stream that a socket was attached to: after its top nothing will be missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub followed: FollowedStream,
    pub pass: Pass,
}

/// What came of attaching a socket.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    pub positions: Vec<Position>,
    /// Streams this node did not follow before. Nobody listened to their hints until now: ask again how far
    /// they reach.
    pub fresh: Vec<StreamId>,
    /// Some streams were left out because the look was too old for them: look again.
    pub outdated: bool,
}

/// What came of saying `ready`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaidReady {
    Yes,
    /// There is no room for it yet.
    NoRoom,
    /// The socket is not in all the streams any more: take those out that are gone, and say it anew.
    Outdated,
}

impl Hub {
    /// Attaches a seated socket to the streams its user follows, holding their events back. `followed` must have
    /// been looked up after the socket got its seat. May be done again with a newer look.
    pub(crate) fn attach(&self, connection: ConnectionId, followed: Vec<FollowedStream>) -> Attached {
        let state = &mut *self.lock();
        let mut outcome = Attached::default();
        for followed in followed {
            let StreamTop { stream: id, last_seq, .. } = followed.top;
            let Some(seat) = state.seats.get(&connection) else { return outcome };
            if seat.left.get(&id).is_some_and(|left_at| *left_at > last_seq) {
                continue;
            }
            let stream = state.streams.entry(id).or_insert_with(|| {
                outcome.fresh.push(id);
                Stream::starting_after(last_seq)
            });
            if last_seq < stream.followed_after {
                // The user may have left between the look and where this node began to follow the stream.
                outcome.outdated = true;
                continue;
            }
            // What was delivered since the look is read from the log: so number and counts stay those of one look.
            let reach = stream.order.delivered().max(last_seq);
            if let Some(pass) = state.attach(id, connection, Phase::Held(Held::after(reach))) {
                outcome.positions.push(Position { followed, pass });
            }
        }
        outcome
    }

    /// Sends `ready`, which names these streams, if the socket is still in all of them. Streams that the user came into
    /// since the look at the store go live.
    pub(crate) fn say_ready(&self, connection: ConnectionId, told: &[Position], ready: &Frame) -> SaidReady {
        let state = &mut *self.lock();
        if told.iter().any(|position| state.attachment(position.pass).is_none()) {
            return SaidReady::Outdated;
        }
        // A socket without a seat is closing: there will be no room any more.
        let Some(seat) = state.seats.get_mut(&connection) else { return SaidReady::NoRoom };
        if !seat.outbox.push_within_half(ready) {
            return SaidReady::NoRoom;
        }
        seat.ready = true;
        let mut late = seat.streams.clone();
        for position in told {
            late.remove(&position.pass.stream);
        }
        for stream in late {
            let Some(pass) = state.pass(stream, connection) else { continue };
            let Some(attached) = state.attachment(pass) else { continue };
            let Phase::Held(held) = &attached.phase else { continue };
            // Everything since the user came in is held, so there is nothing to read before it. If it was
            // too much to hold, the client is told where to catch up from.
            if held.overflowed {
                attached.phase = Phase::Lagging { last: held.after, told: false };
            } else {
                let sent = held.after;
                state.go_live(pass, sent, None);
            }
        }
        SaidReady::Yes
    }

    /// Leaves only the streams that the socket is still in.
    pub(crate) fn retain_attached(&self, positions: &mut Vec<Position>) {
        let state = &mut *self.lock();
        positions.retain(|position| state.attachment(position.pass).is_some());
    }

    /// Sends as many of these frames from the log as there is room for, and leaves the others. `false` if the pass is
    /// gone.
    pub(crate) fn push_replayed(&self, pass: Pass, frames: &mut &[(u64, Frame)]) -> bool {
        let state = &mut *self.lock();
        let Some(attached) = state.attachment(pass) else { return false };
        while let Some(((_, frame), rest)) = frames.split_first()
            && attached.outbox.push_within_half(frame)
        {
            *frames = rest;
        }
        true
    }

    /// Lets a stream go live for a socket that was sent everything up to `sent`; `prelude` goes out just
    /// before the first live event.
    pub(crate) fn go_live(&self, pass: Pass, sent: u64, prelude: Option<Frame>) -> GoLive {
        self.lock().go_live(pass, sent, prelude)
    }

    /// Begins to catch a socket up: if the stream was held off, its events are held back from now on.
    /// `None` if the stream is not the socket's.
    pub(crate) fn begin_catch_up(&self, stream: StreamId, connection: ConnectionId) -> Option<CatchUp> {
        let state = &mut *self.lock();
        let pass = state.pass(stream, connection)?;
        let top = state.streams.get(&stream)?.order.delivered();
        let attached = state.attachment(pass)?;
        let was_lagging = matches!(attached.phase, Phase::Lagging { .. });
        if was_lagging {
            attached.phase = Phase::Held(Held::after(top));
        }
        Some(CatchUp { pass, top, was_lagging })
    }

    /// A page was not enough: the stream stays held off until the client asks for the next.
    pub(crate) fn pause_catch_up(&self, pass: Pass, sent: u64) {
        let state = &mut *self.lock();
        let Some(attached) = state.attachment(pass) else { return };
        if matches!(attached.phase, Phase::Held(_)) {
            attached.phase = Phase::Lagging { last: sent, told: true };
        }
    }

    /// Attaches a socket to a stream its user is in although no hint said so.
    pub(crate) fn attach_overlooked(&self, user: UserId, followed: &[FollowedStream]) {
        let state = &mut *self.lock();
        for connection in state.users.get(&user).cloned().unwrap_or_default() {
            for FollowedStream { top, .. } in followed {
                let (id, last_seq) = (top.stream, top.last_seq);
                let Some(seat) = state.seats.get(&connection).filter(|seat| seat.ready) else { break };
                let left_since = seat.left.get(&id).is_some_and(|left_at| *left_at > last_seq);
                let outdated = state.streams.get(&id).is_some_and(|stream| last_seq < stream.followed_after);
                // Whatever is left out here, the next look finds.
                if left_since || outdated || seat.streams.contains(&id) {
                    continue;
                }
                let outbox = seat.outbox.clone();
                let stream = state.streams.entry(id).or_insert_with(|| {
                    self.want(Job::Verify(id));
                    Stream::starting_after(last_seq)
                });
                let last = stream.order.delivered().max(last_seq);
                state.attach(id, connection, Phase::Live { last });
                outbox.push(Frame::gap(id, last, last, "joined"));
                self.inner.metrics.gaps.increment(1);
            }
        }
    }
}

impl State {
    fn go_live(&mut self, pass: Pass, sent: u64, prelude: Option<Frame>) -> GoLive {
        let Some(delivered) = self.streams.get(&pass.stream).map(|stream| stream.order.delivered()) else {
            return GoLive::NotHeld;
        };
        let Some(attached) = self.attachment(pass) else { return GoLive::NotHeld };
        let Phase::Held(held) = &mut attached.phase else { return GoLive::NotHeld };
        let reach = if held.overflowed { held.after.max(delivered) } else { held.after };
        if sent < reach {
            if held.overflowed {
                *held = Held::after(reach);
            }
            return GoLive::ReadTo(reach);
        }
        let frames = std::mem::take(&mut held.frames);
        if let Some(prelude) = prelude {
            attached.outbox.push(prelude);
        }
        attached.phase = Phase::Live { last: sent };
        let mut wakes = Wakes::default();
        for (seq, frame) in &frames {
            attached.take(*seq, frame, &mut wakes);
        }
        GoLive::Done
    }
}

impl Attachment {
    /// Takes a live event.
    pub fn take(&mut self, seq: u64, frame: &Frame, wakes: &mut Wakes) {
        match &mut self.phase {
            Phase::Held(held) => held.add(seq, frame),
            Phase::Live { last } if seq > *last => match self.outbox.push_event(frame, wakes) {
                Pushed::Queued => *last = seq,
                Pushed::Refused => self.phase = Phase::Lagging { last: *last, told: false },
            },
            Phase::Live { .. } | Phase::Lagging { .. } => {}
        }
    }

    /// Where the socket must catch up from, if it was not told yet.
    pub fn tell_gap(&mut self) -> Option<u64> {
        match &mut self.phase {
            Phase::Lagging { last, told } if !*told => {
                *told = true;
                Some(*last)
            }
            _ => None,
        }
    }

    /// The outbox, unless the socket is this user's.
    pub fn outbox_unless(&self, user: UserId) -> Option<&Outbox> {
        (self.user != user && matches!(self.phase, Phase::Live { .. })).then_some(&*self.outbox)
    }
}
