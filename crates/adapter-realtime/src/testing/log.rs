//! Logs of conversations and users, and a bus that carries only what a test puts on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rialto_kernel::{ConversationId, UserId};
use rialto_messaging::{BusItem, Epoch, Event, EventBody, FollowedStream, ReadState, StreamId, StreamTop};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

use super::now;

#[derive(Clone, Default)]
pub(crate) struct FakeLog {
    logs: Arc<Mutex<BTreeMap<StreamId, Vec<Event>>>>,
    listeners: Arc<Mutex<Vec<UnboundedSender<BusItem>>>>,
}

impl FakeLog {
    /// Commits the next event of a conversation, and what a coming or going tells its user; nobody else is told.
    pub fn append(
        &self,
        id: ConversationId,
        make: impl FnOnce(ConversationId, u64, UserId) -> Event,
        user: UserId,
    ) -> Vec<Event> {
        let event = make(id, self.top(id) + 1, user);
        let personal = match &event.body {
            EventBody::MemberAdded(member) => Some((member.user.id, EventBody::ConversationEntered(id))),
            EventBody::MemberRemoved(user) => Some((user.id, EventBody::ConversationLeft(id))),
            _ => None,
        };
        self.push(event.clone());
        let personal = personal.map(|(user, body)| self.append_personal(user, body));
        [event].into_iter().chain(personal).collect()
    }

    pub fn append_personal(&self, user: UserId, body: EventBody) -> Event {
        let stream = StreamId::Personal(user);
        let event = Event { stream, seq: self.top(stream) + 1, at: now(), body };
        self.push(event.clone());
        event
    }

    fn push(&self, event: Event) {
        self.logs.lock().unwrap().entry(event.stream).or_default().push(event);
    }

    /// Takes a conversation away; what its members are told.
    pub fn delete(&self, id: ConversationId) -> Vec<Event> {
        let log = self.logs.lock().unwrap().remove(&id.into()).unwrap();
        let deleted = super::logged(id, log.len() as u64 + 1, EventBody::ConversationDeleted);
        let left = members(&log).into_iter().map(|user| self.append_personal(user, EventBody::ConversationLeft(id)));
        [deleted].into_iter().chain(left).collect()
    }

    pub fn event(&self, stream: impl Into<StreamId>, seq: u64) -> Option<Arc<Event>> {
        let index = usize::try_from(seq).unwrap().checked_sub(1)?;
        self.logs.lock().unwrap().get(&stream.into())?.get(index).cloned().map(Arc::new)
    }

    pub fn events(&self, stream: StreamId, after: u64, limit: i64) -> Vec<Event> {
        let logs = self.logs.lock().unwrap();
        let events = logs.get(&stream).into_iter().flatten().filter(|event| event.seq > after);
        events.take(usize::try_from(limit).unwrap()).cloned().collect()
    }

    pub fn top(&self, stream: impl Into<StreamId>) -> u64 {
        self.logs.lock().unwrap().get(&stream.into()).map_or(0, |log| log.len() as u64)
    }

    pub fn tops(&self, streams: &[StreamId]) -> Vec<StreamTop> {
        let logs = self.logs.lock().unwrap();
        streams.iter().filter(|stream| logs.contains_key(stream)).map(|stream| top_of(*stream, &logs)).collect()
    }

    pub fn is_member(&self, id: ConversationId, user: UserId) -> bool {
        self.logs.lock().unwrap().get(&id.into()).is_some_and(|log| members(log).contains(&user))
    }

    pub fn followed_by(&self, user: UserId) -> Vec<FollowedStream> {
        let logs = self.logs.lock().unwrap();
        let own = logs.iter().filter(|(_, log)| members(log).contains(&user));
        let conversations =
            own.map(|(id, log)| FollowedStream { top: top_of(*id, &logs), read: Some(unread(log, user)) });
        let personal = FollowedStream { top: top_of(StreamId::Personal(user), &logs), read: None };
        conversations.chain([personal]).collect()
    }

    pub fn tell(&self, item: &BusItem) {
        self.listeners.lock().unwrap().retain(|listener| listener.send(item.clone()).is_ok());
    }

    pub fn listen(&self) -> UnboundedReceiver<BusItem> {
        let (sender, receiver) = unbounded_channel();
        self.listeners.lock().unwrap().push(sender);
        receiver
    }
}

fn top_of(stream: StreamId, logs: &BTreeMap<StreamId, Vec<Event>>) -> StreamTop {
    let last_seq = logs.get(&stream).map_or(0, |log| log.len() as u64);
    StreamTop { stream, epoch: Epoch(Uuid::from_u128(7)), last_seq }
}

fn members(log: &[Event]) -> Vec<UserId> {
    let mut members = Vec::new();
    for event in log {
        match &event.body {
            EventBody::MemberAdded(member) => members.push(member.user.id),
            EventBody::MemberRemoved(user) => members.retain(|id| *id != user.id),
            _ => {}
        }
    }
    members
}

/// A reader who has read nothing.
fn unread(log: &[Event], reader: UserId) -> ReadState {
    let foreign = |event: &&Event| matches!(&event.body, EventBody::MessageCreated(said) if said.sender.id != reader);
    ReadState { ordinal: 0, unread: log.iter().filter(foreign).count() as u64, mentions: 0 }
}
