//! Events in the order of the log, membership changes, and signals.

use std::sync::Arc;

use rialto_kernel::{ConnectionId, ConversationId, UserId};
use rialto_messaging::{Event, EventBody, Presence, Signal};

use super::state::{Attachment, Held, Phase, State, Stream};
use super::{Hub, Job};
use crate::frames::Frame;
use crate::outbox::SignalKey;
use crate::stream::Missing;

impl Hub {
    /// Takes a hint that an event was committed: delivers it if it is the next one, keeps it while what
    /// comes before is read, drops it if it is old.
    pub(crate) fn hint(&self, event: Arc<Event>) {
        let state = &mut *self.lock();
        let id = event.conversation_id;
        if !state.streams.contains_key(&id) {
            if !state.open_for_newcomer(&event) {
                return;
            }
            self.want(Job::Verify(id));
        }
        self.deliver(state, id, [event]);
        if let Some(stream) = state.streams.get_mut(&id)
            && stream.order.start_reading()
        {
            self.want(Job::ReadHole(id));
        }
    }

    /// Which part of a stream must be read; `None` when nothing is missing or nobody is there any more.
    pub(crate) fn missing(&self, conversation: ConversationId) -> Option<Missing> {
        self.lock().streams.get_mut(&conversation)?.order.missing()
    }

    /// Takes what was read from the log to fill a hole.
    pub(crate) fn fill(&self, conversation: ConversationId, missing: Missing, events: Vec<Event>) {
        let state = &mut *self.lock();
        let Some(stream) = state.streams.get_mut(&conversation) else { return };
        if stream.order.delivered() < missing.after {
            // The stream was forgotten and began anew while the log was read for its past life.
            return;
        }
        match events.first() {
            None => stream.order.give_up(missing),
            Some(first) => stream.order.skip_to(first.seq),
        }
        self.deliver(state, conversation, events.into_iter().map(Arc::new));
    }

    /// Sends a signal to whom it concerns.
    pub(crate) fn signal(&self, signal: Signal) {
        match signal {
            Signal::Typing { conversation_id, user_id } => self.signal_typing(conversation_id, user_id),
            Signal::Presence(presence) => self.signal_presence(presence),
        }
    }

    fn signal_typing(&self, conversation: ConversationId, user: UserId) {
        let state = self.lock();
        let Some(stream) = state.streams.get(&conversation) else { return };
        let frame = Frame::typing(conversation, user, self.inner.settings.typing_ttl);
        let key = SignalKey::Typing(conversation, user);
        for outbox in stream.attached.values().filter_map(|attached| attached.outbox_unless(user)) {
            outbox.push_signal(&key, &frame);
        }
    }

    fn signal_presence(&self, presence: Presence) {
        let state = self.lock();
        if state.presence.is_empty() {
            return;
        }
        let (frame, key) = (Frame::presence(presence), SignalKey::Presence(presence.user_id));
        for outbox in state.presence.values() {
            outbox.push_signal(&key, &frame);
        }
    }

    /// Offers events to a stream and fans out those whose turn it is.
    fn deliver(&self, state: &mut State, id: ConversationId, events: impl IntoIterator<Item = Arc<Event>>) {
        for event in events {
            let Some(stream) = state.streams.get_mut(&id) else { return };
            stream.order.offer(event);
            while let Some(event) = state.streams.get_mut(&id).and_then(|stream| stream.order.next()) {
                state.fan_out(&event);
            }
        }
    }
}

impl State {
    /// Follows a stream from the event on that brought a user of this node in.
    fn open_for_newcomer(&mut self, event: &Event) -> bool {
        match &event.body {
            EventBody::MemberAdded(member) => {
                let welcome = self.newcomers(event, member.user.id);
                if !welcome.is_empty() {
                    self.streams.insert(event.conversation_id, Stream::starting_after(event.seq.saturating_sub(1)));
                }
                !welcome.is_empty()
            }
            EventBody::MemberRemoved(user) => {
                self.remember_left(event, user.id);
                false
            }
            EventBody::MessageCreated(_) => false,
        }
    }

    /// Hands one event, whose turn it is, to every socket in its stream.
    fn fan_out(&mut self, event: &Event) {
        if let EventBody::MemberAdded(member) = &event.body {
            self.let_in(event, member.user.id);
        }
        if let Some(stream) = self.streams.get_mut(&event.conversation_id) {
            // One encoding, shared by all.
            let frame = Frame::event(event, false);
            for attached in stream.attached.values_mut() {
                attached.take(event.seq, &frame);
            }
        }
        if let EventBody::MemberRemoved(user) = &event.body {
            self.remember_left(event, user.id);
            self.let_out(event, user.id);
        }
    }

    /// The sockets of a user that this event brings in.
    fn newcomers(&self, event: &Event, user: UserId) -> Vec<ConnectionId> {
        let is_newcomer = |connection: &&ConnectionId| {
            self.seats.get(connection).is_some_and(|seat| {
                let left_since = seat.left.get(&event.conversation_id).is_some_and(|left_at| *left_at >= event.seq);
                !left_since && !seat.streams.contains(&event.conversation_id)
            })
        };
        self.users.get(&user).into_iter().flatten().filter(is_newcomer).copied().collect()
    }

    fn let_in(&mut self, event: &Event, user: UserId) {
        self.let_back_in(event, user);
        for connection in self.newcomers(event, user) {
            let (Some(seat), Some(stream)) =
                (self.seats.get_mut(&connection), self.streams.get_mut(&event.conversation_id))
            else {
                continue;
            };
            // Before `ready` the client knows nothing of its streams: what happens in them waits.
            let phase = if seat.ready {
                Phase::Live { last: event.seq.saturating_sub(1) }
            } else {
                Phase::Held(Held::after(event.seq.saturating_sub(1)))
            };
            seat.streams.insert(event.conversation_id);
            stream.attached.insert(connection, Attachment { user, outbox: seat.outbox.clone(), phase });
        }
    }

    /// A user who left and came back before their socket had heard of either stays attached.
    fn let_back_in(&mut self, event: &Event, user: UserId) {
        let Some(stream) = self.streams.get_mut(&event.conversation_id) else { return };
        for connection in self.users.get(&user).into_iter().flatten() {
            if let Some(Phase::Held(held)) = stream.attached.get_mut(connection).map(|attached| &mut attached.phase) {
                held.leaves_at = None;
            }
        }
    }

    fn let_out(&mut self, event: &Event, user: UserId) {
        for connection in self.users.get(&user).cloned().unwrap_or_default() {
            let Some(stream) = self.streams.get_mut(&event.conversation_id) else { return };
            match stream.attached.get_mut(&connection).map(|attached| &mut attached.phase) {
                Some(Phase::Held(held)) => held.leaves_at = Some(event.seq),
                Some(Phase::Live { .. } | Phase::Lagging { .. }) => self.detach(event.conversation_id, connection),
                None => {}
            }
        }
    }

    fn remember_left(&mut self, event: &Event, user: UserId) {
        for connection in self.users.get(&user).into_iter().flatten() {
            if let Some(seat) = self.seats.get_mut(connection) {
                // An old hint must not make it forget a newer one.
                let left_at = seat.left.entry(event.conversation_id).or_default();
                *left_at = event.seq.max(*left_at);
            }
        }
    }
}
