use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::{
    EditMessageRequest, EventView, MessageView, RevisionView, SendMessageRequest, ThreadView,
};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Says something.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn send(&self, id: Uuid, message: &SendMessageRequest) -> Result<MessageView, ClientError> {
        self.post(&format!("conversations/{id}/messages"), message).await
    }

    /// A page of history. `query` is as in the API: `before=10&limit=20`, `cursor=…`, or empty.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn messages(&self, id: Uuid, query: &str) -> Result<List<MessageView>, ClientError> {
        self.get(&format!("conversations/{id}/messages?{query}")).await
    }

    /// The log after `after`, oldest first; at most `limit` events.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn events(&self, id: Uuid, after: u64, limit: u16) -> Result<List<EventView>, ClientError> {
        self.get(&format!("conversations/{id}/events?after={after}&limit={limit}")).await
    }

    /// One message.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn message(&self, id: Uuid) -> Result<MessageView, ClientError> {
        self.get(&format!("messages/{id}")).await
    }

    /// Says one's own message differently.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn edit(&self, id: Uuid, content: &str) -> Result<MessageView, ClientError> {
        self.patch(&format!("messages/{id}"), &EditMessageRequest { content: content.to_owned() }).await
    }

    /// Takes a message back; the answer is its tombstone.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete(&self, id: Uuid) -> Result<MessageView, ClientError> {
        self.call(Method::DELETE, &format!("messages/{id}")).await
    }

    /// What a message said before each edit, oldest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revisions(&self, id: Uuid) -> Result<List<RevisionView>, ClientError> {
        self.get(&format!("messages/{id}/revisions")).await
    }

    /// The thread that a message starts, with a page of its replies; `query` as in [`Rest::messages`].
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn thread(&self, root: Uuid, query: &str) -> Result<ThreadView, ClientError> {
        self.get(&format!("messages/{root}/thread?{query}")).await
    }

    /// Reacts to a message.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn react(&self, id: Uuid, emoji: &str) -> Result<MessageView, ClientError> {
        self.call(Method::PUT, &format!("messages/{id}/reactions/{}", encoded(emoji))).await
    }

    /// Takes a reaction back.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn unreact(&self, id: Uuid, emoji: &str) -> Result<MessageView, ClientError> {
        self.call(Method::DELETE, &format!("messages/{id}/reactions/{}", encoded(emoji))).await
    }

    /// Pins a message.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn pin(&self, id: Uuid) -> Result<MessageView, ClientError> {
        self.call(Method::PUT, &format!("messages/{id}/pin")).await
    }

    /// Unpins a message.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn unpin(&self, id: Uuid) -> Result<MessageView, ClientError> {
        self.call(Method::DELETE, &format!("messages/{id}/pin")).await
    }

    /// The pinned messages of a conversation, the one pinned last first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn pins(&self, conversation: Uuid) -> Result<List<MessageView>, ClientError> {
        self.get(&format!("conversations/{conversation}/pins")).await
    }
}

/// Some emoji hold characters that mean something in an address, such as `#️⃣`.
fn encoded(emoji: &str) -> String {
    emoji.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_stays_one_segment_of_a_path() {
        assert_eq!(encoded("👍"), "%F0%9F%91%8D");
        assert_eq!(encoded("#"), "%23");
    }
}
