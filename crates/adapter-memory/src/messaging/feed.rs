use rialto_kernel::{StoreError, UserId};
use rialto_messaging::{Event, FollowedStream, StreamId, StreamTop};

use crate::state::State;

impl State {
    pub fn list_events(&self, stream: StreamId, after: u64, limit: i64) -> Result<Vec<Event>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(0);
        match stream {
            StreamId::Conversation(id) => match self.messaging.conversations.get(&id) {
                Some(kept) => kept.events_after(&self.identity, after, limit),
                None => Ok(Vec::new()),
            },
            StreamId::Personal(user_id) => {
                let log = self.messaging.personal.of(user_id).iter();
                Ok(log.filter(|event| event.seq > after).take(limit).cloned().collect())
            }
        }
    }

    pub fn followed_streams(&self, user_id: UserId) -> Vec<FollowedStream> {
        let conversations = self.messaging.conversations_of(user_id);
        let mut followed: Vec<_> =
            conversations.map(|kept| FollowedStream { top: kept.top(), read: kept.read_of(user_id) }).collect();
        followed.push(FollowedStream { top: self.messaging.personal.top(user_id), read: None });
        followed
    }

    pub fn top_of(&self, stream: StreamId) -> Option<StreamTop> {
        match stream {
            StreamId::Conversation(id) => Some(self.messaging.conversations.get(&id)?.top()),
            StreamId::Personal(user_id) => self.identity.profile(user_id).map(|_| self.messaging.personal.top(user_id)),
        }
    }
}
