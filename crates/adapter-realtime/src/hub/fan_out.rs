//! Events in the order of the log, and signals.

use std::collections::HashSet;
use std::sync::Arc;

use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{Audience, Event, Missing, Presence, Receipt, Signal, StreamId, StreamTop};

use super::membership::Effect;
use super::state::State;
use super::{Hub, Job};
use crate::frames::Frame;
use crate::outbox::{SignalKey, Wakes};

impl Hub {
    /// Takes a hint that an event was committed: delivers it if it is the next one, keeps it while what
    /// comes before is read, drops it if it is old.
    pub(crate) fn hint(&self, event: Arc<Event>, wakes: &mut Wakes) {
        self.inner.pages.forget(event.stream);
        if Effect::of(&event.body) == Effect::Ends {
            // The log is gone, so what comes before cannot be read.
            return self.close_access(&event);
        }
        let state = &mut *self.lock();
        let id = event.stream;
        self.deliver(state, event, wakes);
        if let Some(stream) = state.streams.get_mut(&id)
            && stream.order.start_reading()
        {
            self.want(Job::ReadHole(id));
        }
    }

    /// Which part of a stream must be read; `None` when nothing is missing or nobody is there any more.
    pub(crate) fn missing(&self, stream: StreamId) -> Option<Missing> {
        self.lock().streams.get_mut(&stream)?.order.missing()
    }

    /// Takes what was read from the log to fill a hole.
    pub(crate) fn fill(&self, id: StreamId, missing: Missing, events: Vec<Event>) {
        let mut wakes = Wakes::default();
        let state = &mut *self.lock();
        let Some(stream) = state.streams.get_mut(&id) else { return };
        if stream.order.delivered() < missing.after {
            // The stream was forgotten and began anew while the log was read for its past life.
            return;
        }
        match events.first() {
            None => stream.order.give_up(missing),
            Some(first) => stream.order.skip_to(first.seq),
        }
        for event in events {
            self.deliver(state, Arc::new(event), &mut wakes);
        }
    }

    /// Offers an event to its stream and fans out those whose turn it is. If nobody of this node is in the stream, or the
    /// last one went out a moment ago, it is only looked at for whom it brings in.
    fn deliver(&self, state: &mut State, event: Arc<Event>, wakes: &mut Wakes) {
        let id = event.stream;
        if !state.streams.contains_key(&id) {
            if !state.open_for_newcomer(&event) {
                return;
            }
            self.want(Job::Verify(id));
        }
        if let Some(stream) = state.streams.get_mut(&id) {
            stream.order.offer(event);
        }
        while let Some(event) = state.streams.get_mut(&id).and_then(|stream| stream.order.next_event()) {
            state.fan_out(&event, wakes);
        }
    }

    /// Learns how far the streams that were asked about reach; what turns out to be missing is read. A conversation
    /// without an answer is not there any more.
    pub(crate) fn note_tops(&self, asked: &[StreamId], tops: &[StreamTop]) {
        let state = &mut *self.lock();
        for top in tops {
            if let Some(stream) = state.streams.get_mut(&top.stream) {
                stream.order.note_top(top.last_seq);
                if stream.order.start_reading() {
                    self.want(Job::ReadHole(top.stream));
                }
            }
        }
        let known: HashSet<_> = tops.iter().map(|top| top.stream).collect();
        for stream in asked.iter().filter(|stream| stream.conversation().is_some() && !known.contains(stream)) {
            state.forget(*stream);
        }
    }

    /// Sends a signal to whom it concerns.
    pub(crate) fn signal(&self, signal: Signal, wakes: &mut Wakes) {
        match signal {
            Signal::Typing { conversation_id, user_id } => {
                let (key, ttl) = (SignalKey::Typing(conversation_id, user_id), self.inner.settings.typing_ttl);
                self.signal_others(
                    conversation_id,
                    user_id,
                    &key,
                    || Frame::typing(conversation_id, user_id, ttl),
                    wakes,
                );
            }
            Signal::Read { conversation_id, receipt } => {
                let Receipt { user_id, .. } = receipt;
                let key = SignalKey::Read(conversation_id, user_id);
                self.signal_others(conversation_id, user_id, &key, || Frame::read(conversation_id, receipt), wakes);
            }
            Signal::Presence(presence, audience) => self.signal_presence(presence, &audience, wakes),
        }
    }

    /// Signals to the sockets of a conversation but those of the user it is about.
    fn signal_others(
        &self,
        conversation: ConversationId,
        user: UserId,
        key: &SignalKey,
        encode: impl FnOnce() -> Frame,
        wakes: &mut Wakes,
    ) {
        let state = self.lock();
        let Some(stream) = state.streams.get(&conversation.into()) else { return };
        let frame = encode();
        wakes.before(&frame);
        for outbox in stream.attached.values().filter_map(|attached| attached.outbox_unless(user)) {
            outbox.push_signal(key, &frame, wakes);
        }
    }

    fn signal_presence(&self, presence: Presence, audience: &Audience, wakes: &mut Wakes) {
        let state = self.lock();
        if state.presence.is_empty() {
            return;
        }
        let (frame, key) = (Frame::presence(presence), SignalKey::Presence(presence.user_id));
        wakes.before(&frame);
        for (connection, outbox) in &state.presence {
            if state.seats.get(connection).is_some_and(|seat| audience.holds(seat.user)) {
                outbox.push_signal(&key, &frame, wakes);
            }
        }
    }
}

impl State {
    /// Hands one event, whose turn it is, to every socket in its stream.
    fn fan_out(&mut self, event: &Event, wakes: &mut Wakes) {
        // One encoding, shared by all.
        let frame = Frame::event(event, false);
        wakes.before(&frame);
        match Effect::of(&event.body) {
            Effect::LetsIn(user) => self.let_in(event, user),
            Effect::LetsOut(_) | Effect::Ends => self.let_out(event, &frame, wakes),
            Effect::Nothing => {}
        }
        if let Some(stream) = self.streams.get_mut(&event.stream) {
            for attached in stream.attached.values_mut() {
                attached.take(event.seq, &frame, wakes);
            }
        }
    }
}
