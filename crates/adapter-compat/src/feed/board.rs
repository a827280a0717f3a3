//! Who is subscribed to what.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rialto_kernel::{SessionId, UserId};
use rialto_messaging::{Event, StreamId, StreamTop};
use tokio::sync::mpsc::Sender;

use super::Item;

/// One socket's place on the board.
pub(super) type SeatId = u64;

#[derive(Default)]
pub(super) struct Board {
    last: SeatId,
    seats: HashMap<SeatId, Seat>,
    users: HashMap<UserId, HashSet<SeatId>>,
    streams: HashMap<StreamId, Stream>,
}

struct Seat {
    user: UserId,
    session: SessionId,
    queue: Sender<Item>,
    streams: HashSet<StreamId>,
    /// With which event the user went out of a conversation: a look that is older must not bring them back.
    left: HashMap<StreamId, u64>,
}

#[derive(Default)]
struct Stream {
    seats: HashSet<SeatId>,
    /// The last event that was hinted at.
    top: u64,
}

impl Board {
    pub fn take_seat(&mut self, user: UserId, session: SessionId, queue: Sender<Item>) -> SeatId {
        let id = self.watch_session(user, session, queue);
        self.users.entry(user).or_default().insert(id);
        id
    }

    /// A seat that hears of nothing but the end of its session.
    pub fn watch_session(&mut self, user: UserId, session: SessionId, queue: Sender<Item>) -> SeatId {
        self.last += 1;
        let seat = Seat { user, session, queue, streams: HashSet::new(), left: HashMap::new() };
        self.seats.insert(self.last, seat);
        self.last
    }

    pub fn give_up(&mut self, id: SeatId) {
        let Some(seat) = self.seats.remove(&id) else { return };
        for stream in &seat.streams {
            self.detach(*stream, id);
        }
        if let Some(seats) = self.users.get_mut(&seat.user) {
            seats.remove(&id);
            if seats.is_empty() {
                self.users.remove(&seat.user);
            }
        }
    }

    /// Attaches a socket to what its user was found to follow; says to which it was.
    pub fn attach<'t>(&mut self, id: SeatId, tops: &'t [StreamTop]) -> Vec<&'t StreamTop> {
        let Some(seat) = self.seats.get_mut(&id) else { return Vec::new() };
        let is_in = |top: &&StreamTop| seat.left.get(&top.stream).is_none_or(|left| *left <= top.last_seq);
        let attached: Vec<_> = tops.iter().filter(is_in).collect();
        for top in &attached {
            seat.streams.insert(top.stream);
            let stream = self.streams.entry(top.stream).or_default();
            stream.seats.insert(id);
            stream.top = stream.top.max(top.last_seq);
        }
        attached
    }

    /// A user came into a conversation by this event.
    pub fn let_in(&mut self, event: &Event, user: UserId) {
        for id in self.users.get(&user).cloned().unwrap_or_default() {
            let Some(seat) = self.seats.get_mut(&id) else { continue };
            let is_old = seat.left.get(&event.stream).is_some_and(|left| *left > event.seq);
            if is_old || !seat.streams.insert(event.stream) {
                continue;
            }
            self.streams.entry(event.stream).or_default().seats.insert(id);
            self.push(id, Item::Entered(event.stream, event.seq.saturating_sub(1)));
        }
    }

    /// A user is out of a conversation by this event.
    pub fn let_out(&mut self, event: &Event, user: UserId) {
        for id in self.users.get(&user).cloned().unwrap_or_default() {
            if let Some(seat) = self.seats.get_mut(&id) {
                seat.streams.remove(&event.stream);
                let left = seat.left.entry(event.stream).or_default();
                *left = event.seq.max(*left);
            }
            self.detach(event.stream, id);
        }
    }

    /// A conversation is gone.
    pub fn close(&mut self, stream: StreamId) {
        for id in self.streams.remove(&stream).map(|stream| stream.seats).unwrap_or_default() {
            if let Some(seat) = self.seats.get_mut(&id) {
                seat.streams.remove(&stream);
            }
        }
    }

    pub fn hand_out(&mut self, event: &Arc<Event>) {
        let Some(stream) = self.streams.get_mut(&event.stream) else { return };
        stream.top = stream.top.max(event.seq);
        for id in stream.seats.clone() {
            self.push(id, Item::Event(Arc::clone(event)));
        }
    }

    /// Tells the sockets of logs that reach further than anybody hinted.
    pub fn note_tops(&mut self, tops: &[StreamTop]) {
        for top in tops {
            let Some(stream) = self.streams.get_mut(&top.stream).filter(|stream| stream.top < top.last_seq) else {
                continue;
            };
            stream.top = top.last_seq;
            for id in stream.seats.clone() {
                self.push(id, Item::Top(top.stream, top.last_seq));
            }
        }
    }

    pub fn end_sessions(&mut self, sessions: &[SessionId]) {
        let ended = |(id, seat): (&SeatId, &Seat)| sessions.contains(&seat.session).then_some(*id);
        let ended: Vec<_> = self.seats.iter().filter_map(ended).collect();
        for id in ended {
            self.push(id, Item::Revoked);
            self.give_up(id);
        }
    }

    pub fn streams(&self) -> Vec<StreamId> {
        self.streams.keys().copied().collect()
    }

    pub fn sessions(&self) -> Vec<SessionId> {
        let sessions: HashSet<_> = self.seats.values().map(|seat| seat.session).collect();
        sessions.into_iter().collect()
    }

    /// One that does not keep up loses its seat, and with it its queue: its socket finds the end of it.
    pub fn push(&mut self, id: SeatId, item: Item) {
        let Some(seat) = self.seats.get(&id) else { return };
        if seat.queue.try_send(item).is_err() {
            self.give_up(id);
        }
    }

    fn detach(&mut self, stream: StreamId, id: SeatId) {
        if let Some(entry) = self.streams.get_mut(&stream) {
            entry.seats.remove(&id);
            if entry.seats.is_empty() {
                self.streams.remove(&stream);
            }
        }
    }
}
