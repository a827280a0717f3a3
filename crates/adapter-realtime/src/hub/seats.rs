//! Sockets whose user is known.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rialto_convert::streams::stream_name;
use rialto_kernel::{ConnectionId, SessionId, UserId};
use rialto_messaging::StreamId;
use rialto_wire::frame::PingData;

use super::Hub;
use super::state::Seat;
use crate::frames::Frame;
use crate::outbox::Outbox;

/// A socket whose user is known now.
pub(crate) struct NewSeat {
    pub connection: ConnectionId,
    pub user: UserId,
    pub session: SessionId,
    pub outbox: Arc<Outbox>,
}

/// Why a socket gets no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeatRefused {
    /// The user has as many as one may have.
    TooMany,
    /// The session ended after the token was checked.
    SessionEnded,
}

impl Hub {
    /// Gives a socket its seat: from now on it follows what happens to its user's memberships and session.
    pub(crate) fn seat(&self, new: NewSeat) -> Result<(), SeatRefused> {
        let state = &mut *self.lock();
        if state.ended.contains_key(&new.session) {
            return Err(SeatRefused::SessionEnded);
        }
        let connections = state.users.entry(new.user).or_default();
        if connections.len() >= self.inner.settings.max_connections_per_user {
            if connections.is_empty() {
                state.users.remove(&new.user);
            }
            return Err(SeatRefused::TooMany);
        }
        connections.push(new.connection);
        state.sessions.entry(new.session).or_default().push(new.connection);
        let seat = Seat {
            user: new.user,
            session: new.session,
            outbox: new.outbox,
            ready: false,
            streams: HashSet::new(),
            left: HashMap::new(),
        };
        state.seats.insert(new.connection, seat);
        Ok(())
    }

    /// Takes a socket out of everything.
    pub(crate) fn unseat(&self, connection: ConnectionId) {
        self.lock().unseat(connection);
    }

    /// The socket goes on in the name of another session of its user. `false` if that session has ended.
    pub(crate) fn change_session(&self, connection: ConnectionId, session: SessionId) -> bool {
        let state = &mut *self.lock();
        if state.ended.contains_key(&session) {
            return false;
        }
        let Some(seat) = state.seats.get_mut(&connection) else { return false };
        if let Some(others) = state.sessions.get_mut(&seat.session) {
            others.retain(|other| *other != connection);
            if others.is_empty() {
                state.sessions.remove(&seat.session);
            }
        }
        seat.session = session;
        state.sessions.entry(session).or_default().push(connection);
        true
    }

    /// Whether a socket is in a stream, so that its user is known to have a part in it.
    pub(crate) fn is_in(&self, stream: StreamId, connection: ConnectionId) -> bool {
        self.lock().pass(stream, connection).is_some()
    }

    /// How far the streams of a socket reach.
    pub(crate) fn tops_of(&self, connection: ConnectionId) -> PingData {
        let state = self.lock();
        let mut tops = PingData { u: None, tops: BTreeMap::new() };
        for id in state.seats.get(&connection).map(|seat| &seat.streams).into_iter().flatten() {
            let Some(top) = state.streams.get(id).map(|stream| stream.order.delivered()) else { continue };
            match id {
                StreamId::Personal(_) => tops.u = Some(top),
                StreamId::Conversation(_) => drop(tops.tops.insert(stream_name(*id), top)),
            }
        }
        tops
    }

    /// The streams with sockets of this node in them.
    pub(crate) fn streams(&self) -> Vec<StreamId> {
        self.lock().streams.keys().copied().collect()
    }

    /// The sessions with sockets on this node.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        self.lock().sessions.keys().copied().collect()
    }

    /// The users with sockets on this node.
    pub(crate) fn users(&self) -> Vec<UserId> {
        self.lock().users.keys().copied().collect()
    }

    /// Subscribes a socket to who comes and goes, or ends that.
    pub(crate) fn follow_presence(&self, connection: ConnectionId, follow: bool) {
        let state = &mut *self.lock();
        match state.seats.get(&connection) {
            Some(seat) if follow => drop(state.presence.insert(connection, seat.outbox.clone())),
            _ => drop(state.presence.remove(&connection)),
        }
    }

    /// Sends one `gap` for each stream that was held off while the socket was too slow.
    pub(crate) fn tell_gaps(&self, connection: ConnectionId) {
        let state = &mut *self.lock();
        let Some(seat) = state.seats.get(&connection) else { return };
        for id in &seat.streams {
            let Some(stream) = state.streams.get_mut(id) else { continue };
            let top = stream.order.delivered();
            let Some(after) = stream.attached.get_mut(&connection).and_then(|attached| attached.tell_gap()) else {
                continue;
            };
            seat.outbox.push(Frame::gap(*id, after, top, "slow"));
            self.inner.metrics.gaps.increment(1);
        }
    }
}
