//! Who comes into a stream and goes out of it by its own events.

use rialto_kernel::{ConnectionId, UserId};
use rialto_messaging::{Event, EventBody, StreamId};

use super::state::{Held, Phase, State, Stream};
use crate::frames::Frame;
use crate::outbox::{Pushed, Wakes};

/// What an event changes about who hears of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    LetsIn(UserId),
    LetsOut(UserId),
    /// Nobody is in the stream any more.
    Ends,
    Nothing,
}

impl Effect {
    pub fn of(body: &EventBody) -> Self {
        match body {
            EventBody::MemberAdded(member) => Self::LetsIn(member.user.id),
            EventBody::MemberRemoved(user) => Self::LetsOut(user.id),
            EventBody::ConversationDeleted => Self::Ends,
            EventBody::MessageCreated(_)
            | EventBody::MessageEdited(_)
            | EventBody::MessageDeleted(_)
            | EventBody::ReactionAdded(_)
            | EventBody::ReactionRemoved(_)
            | EventBody::PinAdded(_)
            | EventBody::PinRemoved(_)
            | EventBody::MemberRoleChanged(_)
            | EventBody::MemberMuteChanged(_)
            | EventBody::ConversationChanged(_)
            // Of the personal stream: what they tell of is done by the events of the conversation.
            | EventBody::ConversationEntered(_)
            | EventBody::ConversationLeft(_)
            | EventBody::ReadChanged(_)
            | EventBody::Notified(_) => Self::Nothing,
        }
    }
}

impl State {
    /// Follows a stream from the event on that brought a user of this node in.
    pub fn open_for_newcomer(&mut self, event: &Event) -> bool {
        match Effect::of(&event.body) {
            Effect::LetsIn(user) => {
                let welcome = self.newcomers(event, user);
                if !welcome.is_empty() {
                    self.streams.insert(event.stream, Stream::starting_after(event.seq.saturating_sub(1)));
                }
                !welcome.is_empty()
            }
            Effect::LetsOut(user) => {
                self.remember_left(event, user);
                false
            }
            Effect::Ends | Effect::Nothing => false,
        }
    }

    pub fn let_in(&mut self, event: &Event, user: UserId) {
        for connection in self.newcomers(event, user) {
            let before = event.seq.saturating_sub(1);
            // Before `ready` the client knows nothing of its streams: what happens in them waits.
            let is_ready = self.seats.get(&connection).is_some_and(|seat| seat.ready);
            let phase = if is_ready { Phase::Live { last: before } } else { Phase::Held(Held::after(before)) };
            self.attach(event.stream, connection, phase);
        }
    }

    /// Tells the sockets of whoever lost access by this event of it, and takes them out of the stream.
    pub fn let_out(&mut self, event: &Event, frame: &Frame, wakes: &mut Wakes) {
        let leaving = match Effect::of(&event.body) {
            Effect::LetsOut(user) => {
                self.remember_left(event, user);
                self.users.get(&user).cloned().unwrap_or_default()
            }
            Effect::Ends => self.attached_to(event.stream),
            Effect::LetsIn(_) | Effect::Nothing => Vec::new(),
        };
        for connection in leaving {
            self.part(event, frame, connection, wakes);
        }
    }

    /// Takes every socket out of a stream that is not there any more; nobody knows how it ended.
    pub fn forget(&mut self, stream: StreamId) {
        for connection in self.attached_to(stream) {
            self.detach(stream, connection);
        }
    }

    fn part(&mut self, event: &Event, frame: &Frame, connection: ConnectionId, wakes: &mut Wakes) {
        let (Some(seat), Some(stream)) = (self.seats.get(&connection), self.streams.get_mut(&event.stream)) else {
            return;
        };
        let Some(attached) = stream.attached.get_mut(&connection) else { return };
        if attached.phase.covers() >= event.seq {
            // They have come in again since.
            return;
        }
        // Before `ready` the client knows nothing of the stream, and then `ready` does not name it. The queue may be
        // too full for live events, but nothing follows this one.
        if seat.ready && attached.outbox.push_event(frame, wakes) == Pushed::Refused {
            attached.outbox.push(frame.clone());
        }
        self.detach(event.stream, connection);
    }

    /// The sockets of a user that this event brings in.
    fn newcomers(&self, event: &Event, user: UserId) -> Vec<ConnectionId> {
        let is_newcomer = |connection: &&ConnectionId| {
            self.seats.get(connection).is_some_and(|seat| {
                let left_since = seat.left.get(&event.stream).is_some_and(|left_at| *left_at >= event.seq);
                !left_since && !seat.streams.contains(&event.stream)
            })
        };
        self.users.get(&user).into_iter().flatten().filter(is_newcomer).copied().collect()
    }

    fn attached_to(&self, stream: StreamId) -> Vec<ConnectionId> {
        self.streams.get(&stream).map(|stream| stream.attached.keys().copied().collect()).unwrap_or_default()
    }

    fn remember_left(&mut self, event: &Event, user: UserId) {
        for connection in self.users.get(&user).into_iter().flatten() {
            if let Some(seat) = self.seats.get_mut(connection) {
                // An old hint must not make it forget a newer one.
                let left_at = seat.left.entry(event.stream).or_default();
                *left_at = event.seq.max(*left_at);
            }
        }
    }
}
