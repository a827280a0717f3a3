use std::collections::{BTreeMap, HashMap};

use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{Epoch, Event, EventBody, StreamId, StreamTop};

/// What concerns one user alone, by user. The event of `seq` n is at n - 1.
#[derive(Debug, Default)]
pub(crate) struct PersonalLogs(HashMap<UserId, Vec<Event>>);

impl PersonalLogs {
    pub fn append(&mut self, user_id: UserId, at: Instant, body: EventBody) -> Event {
        let log = self.0.entry(user_id).or_default();
        let event = Event { stream: StreamId::Personal(user_id), seq: log.len() as u64 + 1, at, body };
        log.push(event.clone());
        event
    }

    /// The log of a user; that of one whom nothing concerned yet is empty.
    pub fn of(&self, user_id: UserId) -> &[Event] {
        self.0.get(&user_id).map_or(&[], Vec::as_slice)
    }

    pub fn top(&self, user_id: UserId) -> StreamTop {
        StreamTop {
            stream: StreamId::Personal(user_id),
            epoch: Epoch(user_id.uuid()),
            last_seq: self.of(user_id).len() as u64,
        }
    }

    /// The conversations that the user left after this `seq` and did not come into again.
    pub fn left_since(&self, user_id: UserId, seq: u64) -> Vec<ConversationId> {
        let mut is_in = BTreeMap::new();
        for event in self.of(user_id).iter().filter(|event| event.seq > seq) {
            match event.body {
                EventBody::ConversationEntered(id) => is_in.insert(id, true),
                EventBody::ConversationLeft(id) => is_in.insert(id, false),
                _ => None,
            };
        }
        is_in.into_iter().filter(|(_, is_in)| !is_in).map(|(id, _)| id).collect()
    }
}
