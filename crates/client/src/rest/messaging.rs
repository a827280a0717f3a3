use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::{
    AddMemberRequest, ConversationView, CreateConversationRequest, EventView, MemberView, MessageView,
    SendMessageRequest,
};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Starts a conversation, or opens the direct one there is.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_conversation(
        &self,
        request: &CreateConversationRequest,
    ) -> Result<ConversationView, ClientError> {
        self.post("conversations", request).await
    }

    /// The conversations one is in; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn conversations(&self) -> Result<List<ConversationView>, ClientError> {
        self.get("conversations").await
    }

    /// The conversations one is in, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn conversations_from(&self, cursor: Option<&str>) -> Result<List<ConversationView>, ClientError> {
        self.page("conversations", cursor).await
    }

    /// One conversation.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn conversation(&self, id: Uuid) -> Result<ConversationView, ClientError> {
        self.get(&format!("conversations/{id}")).await
    }

    /// The directory of public channels; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn channels(&self) -> Result<List<ConversationView>, ClientError> {
        self.get("channels").await
    }

    /// The directory of public channels, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn channels_from(&self, cursor: Option<&str>) -> Result<List<ConversationView>, ClientError> {
        self.page("channels", cursor).await
    }

    /// Comes into a public channel.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn join(&self, id: Uuid) -> Result<MemberView, ClientError> {
        super::read(self.request(Method::POST, &format!("conversations/{id}/join")).send().await?).await
    }

    /// Goes out of a group or channel.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn leave(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::POST, &format!("conversations/{id}/leave")).await
    }

    /// Who is in a conversation; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn members(&self, id: Uuid) -> Result<List<MemberView>, ClientError> {
        self.get(&format!("conversations/{id}/members")).await
    }

    /// Who is in a conversation, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn members_from(&self, id: Uuid, cursor: Option<&str>) -> Result<List<MemberView>, ClientError> {
        self.page(&format!("conversations/{id}/members"), cursor).await
    }

    /// Brings a user in.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn add_member(&self, id: Uuid, user_id: Uuid) -> Result<MemberView, ClientError> {
        self.post(&format!("conversations/{id}/members"), &AddMemberRequest { user_id }).await
    }

    /// Takes a member out.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_member(&self, id: Uuid, user_id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("conversations/{id}/members/{user_id}")).await
    }

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
}
