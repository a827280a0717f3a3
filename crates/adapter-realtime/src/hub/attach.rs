//! Sockets in streams: held back while they connect, then live, lagging when they are too slow.

use std::collections::HashMap;

use rialto_kernel::{ConnectionId, ConversationId, UserId};
use rialto_messaging::StreamTop;

use super::state::{Attachment, Held, Phase, State, Stream};
use super::{Hub, Job};
use crate::frames::Frame;
use crate::outbox::{Outbox, Pushed};
use crate::stream::LogOrder;

/// What came of letting a stream go live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GoLive {
    /// Live events follow.
    Done,
    /// The stream is not the socket's any more, or it was live already.
    NotHeld,
    /// Too much happened meanwhile to be held back: read the log up to this, then try again.
    ReadTo(u64),
}

/// How a socket may catch up in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CatchUp {
    /// How far the stream reaches; what comes after is live or held back.
    pub top: u64,
    /// Whether the stream was held off, and goes on once the client has caught up.
    pub was_lagging: bool,
}

/// What came of attaching a socket.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    /// The position of each stream, after which nothing will be missed.
    pub positions: Vec<StreamTop>,
    /// Streams this node did not follow before. Nobody listened to their hints until now: ask again how far
    /// they reach.
    pub fresh: Vec<ConversationId>,
    /// Some streams were left out because the look was too old for them: look again.
    pub outdated: bool,
}

impl Hub {
    /// Attaches a seated socket to the streams its user is in, holding their events back. `tops` must have
    /// been looked up after the socket got its seat. May be done again with a newer look.
    pub(crate) fn attach(&self, connection: ConnectionId, tops: Vec<StreamTop>) -> Attached {
        let state = &mut *self.lock();
        let mut outcome = Attached::default();
        let Some(seat) = state.seats.get_mut(&connection) else { return outcome };
        for mut top in tops {
            let id = top.conversation_id;
            if seat.left.get(&id).is_some_and(|left_at| *left_at > top.last_seq) {
                continue;
            }
            let stream = state.streams.entry(id).or_insert_with(|| {
                outcome.fresh.push(id);
                Stream::starting_after(top.last_seq)
            });
            if top.last_seq < stream.followed_after {
                // The user may have left between the look and where this node began to follow the stream.
                outcome.outdated = true;
                continue;
            }
            // What the node has delivered is committed, even if the look at the store was before that.
            top.last_seq = top.last_seq.max(stream.order.delivered());
            seat.streams.insert(id);
            stream.attached.entry(connection).or_insert_with(|| Attachment {
                user: seat.user,
                outbox: seat.outbox.clone(),
                phase: Phase::Held(Held::after(top.last_seq)),
            });
            outcome.positions.push(top);
        }
        outcome
    }

    /// `ready` was sent: streams that the user came into since the look at the store go live.
    pub(crate) fn mark_ready(&self, connection: ConnectionId, told: &[StreamTop]) {
        let state = &mut *self.lock();
        let Some(seat) = state.seats.get_mut(&connection) else { return };
        seat.ready = true;
        let mut late = seat.streams.clone();
        for top in told {
            late.remove(&top.conversation_id);
        }
        for id in late {
            // Everything since the user came in is held, so there is nothing to read before it. If it was
            // too much to hold, the client is told where to catch up from.
            let Some(attached) = state.attachment(id, connection) else { continue };
            let Phase::Held(held) = &attached.phase else { continue };
            if held.overflowed && held.leaves_at.is_none() {
                attached.phase = Phase::Lagging { last: held.after, told: false };
            } else {
                let sent = held.after;
                state.go_live(id, connection, sent, None);
            }
        }
    }

    /// Lets a stream go live for a socket that was sent everything up to `sent`; `prelude` goes out just
    /// before the first live event.
    pub(crate) fn go_live(
        &self,
        conversation: ConversationId,
        connection: ConnectionId,
        sent: u64,
        prelude: Option<Frame>,
    ) -> GoLive {
        self.lock().go_live(conversation, connection, sent, prelude)
    }

    /// Begins to catch a socket up: if the stream was held off, its events are held back from now on.
    /// `None` if the stream is not the socket's.
    pub(crate) fn begin_catch_up(&self, conversation: ConversationId, connection: ConnectionId) -> Option<CatchUp> {
        let state = &mut *self.lock();
        let stream = state.streams.get_mut(&conversation)?;
        let attached = stream.attached.get_mut(&connection)?;
        let was_lagging = matches!(attached.phase, Phase::Lagging { .. });
        let top = stream.order.delivered();
        if was_lagging {
            attached.phase = Phase::Held(Held::after(top));
        }
        Some(CatchUp { top, was_lagging })
    }

    /// A page was not enough: the stream stays held off until the client asks for the next.
    pub(crate) fn pause_catch_up(&self, conversation: ConversationId, connection: ConnectionId, sent: u64) {
        let state = &mut *self.lock();
        let Some(attached) = state.attachment(conversation, connection) else { return };
        if let Phase::Held(held) = &attached.phase {
            if held.leaves_at.is_some() {
                state.detach(conversation, connection);
            } else {
                attached.phase = Phase::Lagging { last: sent, told: true };
            }
        }
    }

    /// Attaches a socket to a stream its user is in although no hint said so.
    pub(crate) fn attach_overlooked(&self, user: UserId, tops: &[StreamTop]) {
        let state = &mut *self.lock();
        for connection in state.users.get(&user).into_iter().flatten() {
            let Some(seat) = state.seats.get_mut(connection).filter(|seat| seat.ready) else { continue };
            for top in tops {
                let id = top.conversation_id;
                let left_since = seat.left.get(&id).is_some_and(|left_at| *left_at > top.last_seq);
                let outdated = state.streams.get(&id).is_some_and(|stream| top.last_seq < stream.followed_after);
                // Whatever is left out here, the next look finds.
                if left_since || outdated || !seat.streams.insert(id) {
                    continue;
                }
                let stream = state.streams.entry(id).or_insert_with(|| {
                    self.want(Job::Verify(id));
                    Stream::starting_after(top.last_seq)
                });
                let last = stream.order.delivered().max(top.last_seq);
                let phase = Phase::Live { last };
                stream.attached.insert(*connection, Attachment { user: seat.user, outbox: seat.outbox.clone(), phase });
                seat.outbox.push(Frame::gap(id, last, last, "joined"));
                self.inner.metrics.gaps.increment(1);
            }
        }
    }
}

impl Stream {
    pub fn starting_after(seq: u64) -> Self {
        Self { order: LogOrder::starting_after(seq), followed_after: seq, attached: HashMap::new() }
    }
}

impl State {
    fn attachment(&mut self, conversation: ConversationId, connection: ConnectionId) -> Option<&mut Attachment> {
        self.streams.get_mut(&conversation)?.attached.get_mut(&connection)
    }

    fn go_live(
        &mut self,
        conversation: ConversationId,
        connection: ConnectionId,
        sent: u64,
        prelude: Option<Frame>,
    ) -> GoLive {
        let Some(stream) = self.streams.get_mut(&conversation) else { return GoLive::NotHeld };
        let delivered = stream.order.delivered();
        let Some(attached) = stream.attached.get_mut(&connection) else { return GoLive::NotHeld };
        let Phase::Held(held) = &mut attached.phase else { return GoLive::NotHeld };
        let reach = held.leaves_at.unwrap_or(delivered);
        if held.overflowed && sent < reach {
            if held.leaves_at.is_none() {
                *held = Held::after(reach);
            }
            return GoLive::ReadTo(reach);
        }
        let (frames, leaves_at) = (std::mem::take(&mut held.frames), held.leaves_at);
        if let Some(prelude) = prelude {
            attached.outbox.push(prelude);
        }
        attached.phase = Phase::Live { last: sent };
        for (seq, frame) in &frames {
            attached.take(*seq, frame);
        }
        if leaves_at.is_some() {
            self.detach(conversation, connection);
        }
        GoLive::Done
    }
}

impl Attachment {
    /// Takes a live event.
    pub fn take(&mut self, seq: u64, frame: &Frame) {
        match &mut self.phase {
            Phase::Held(held) => held.add(seq, frame),
            Phase::Live { last } if seq > *last => match self.outbox.push_event(frame) {
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
