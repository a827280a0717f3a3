//! The frame of each message, made once for all the sockets that it goes to.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rialto_kernel::{MessageId, NumberBook, Numbered, StoreError};
use rialto_messaging::{Message, Nonce};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::body::{Kind, restore};
use super::users::avatar_url;
use crate::time::rfc3339;

/// How many bodies and frames are at hand: those of messages that are on their way now.
const AT_HAND: usize = 1_024;

/// Begins the mark of a message whose body is a file.
const FILE_MARK: &str = "group-server-file-";

/// Frames that are made or being made, and bodies as they were sent.
pub(super) struct Frames {
    numbers: Arc<dyn NumberBook>,
    /// What a sender adds to a body, others hear as long as it is here; what is kept of a message is enough to go on without.
    bodies: Mutex<Recent<String, Arc<Value>>>,
    made: Mutex<Recent<MessageId, Arc<OnceCell<String>>>>,
}

#[derive(Serialize)]
struct Frame<'f> {
    id: u64,
    user_id: u64,
    channel_id: u64,
    body: &'f Value,
    created_at: String,
    user: Sender<'f>,
}

#[derive(Serialize)]
struct Sender<'f> {
    id: u64,
    name: &'f str,
    avatar_url: String,
}

impl Frames {
    pub fn new(numbers: Arc<dyn NumberBook>) -> Self {
        Self { numbers, bodies: Mutex::default(), made: Mutex::default() }
    }

    /// The mark for a message that is about to be sent, under which its body is found.
    pub fn expect(&self, body: Value, kind: Kind, id: Uuid) -> Option<Nonce> {
        let mark = match kind {
            Kind::Text => id.to_string(),
            Kind::File => format!("{FILE_MARK}{id}"),
        };
        let nonce = Nonce::parse(&mark).ok()?;
        lock(&self.bodies).put(mark, Arc::new(body));
        Some(nonce)
    }

    /// The frame of a message; `None` if it was taken back.
    pub async fn of(&self, message: &Message) -> Result<Option<String>, StoreError> {
        if message.content.is_none() {
            return Ok(None);
        }
        // One that was said differently since it was looked up is not the same.
        if message.edited_at.is_some() {
            return self.make(message).await.map(Some);
        }
        let cell = lock(&self.made).get_or_put(message.id, Arc::default);
        cell.get_or_try_init(|| self.make(message)).await.cloned().map(Some)
    }

    async fn make(&self, message: &Message) -> Result<String, StoreError> {
        let number = async |kind, id| {
            let numbers = self.numbers.numbers_of(kind, &[id]).await?;
            numbers.first().copied().ok_or_else(|| StoreError::corrupt("a number"))
        };
        let user_id = number(Numbered::User, message.sender.id.uuid()).await?;
        let body = self.body_of(message);
        let frame = Frame {
            id: number(Numbered::Message, message.id.uuid()).await?,
            user_id,
            channel_id: number(Numbered::Conversation, message.conversation_id.uuid()).await?,
            body: &body,
            created_at: rfc3339(message.created_at),
            user: Sender {
                id: user_id,
                name: &message.sender.display_name,
                avatar_url: avatar_url(message.sender.avatar_url.as_deref(), user_id),
            },
        };
        Ok(serde_json::to_string(&frame).unwrap_or_default())
    }

    fn body_of(&self, message: &Message) -> Arc<Value> {
        let mark = message.nonce.as_str();
        let as_sent = lock(&self.bodies).get(mark).filter(|_| message.edited_at.is_none());
        as_sent.unwrap_or_else(|| {
            let kind = if mark.starts_with(FILE_MARK) { Kind::File } else { Kind::Text };
            let content = message.content.as_ref().map_or("", |content| content.as_str());
            Arc::new(restore(content, kind))
        })
    }
}

/// The last so many of something.
struct Recent<K, V> {
    entries: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Recent<K, V> {
    fn get<Q: ?Sized + Eq + Hash>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.entries.get(key).cloned()
    }

    fn put(&mut self, key: K, value: V) {
        if self.entries.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > AT_HAND
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    fn get_or_put(&mut self, key: K, value: impl FnOnce() -> V) -> V {
        self.get(&key).unwrap_or_else(|| {
            let value = value();
            self.put(key, value.clone());
            value
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic half-way through a change runs under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_are_at_hand() {
        let mut recent = Recent::default();
        for n in 0..AT_HAND + 2 {
            recent.put(n, n);
            recent.put(n, n + 1);
        }
        assert_eq!((recent.get(&1), recent.get(&2)), (None, Some(3)));
        assert_eq!(recent.entries.len(), AT_HAND);
        assert_eq!(recent.get_or_put(2, || 9), 3);
    }
}
