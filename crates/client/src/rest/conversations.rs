use reqwest::Method;
use rialto_wire::list::List;
use rialto_wire::messaging::{ChangeConversationRequest, ChangesView, ConversationView, CreateConversationRequest};
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

    /// One conversation.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn conversation(&self, id: Uuid) -> Result<ConversationView, ClientError> {
        self.get(&format!("conversations/{id}")).await
    }

    /// Makes a conversation different.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn change_conversation(
        &self,
        id: Uuid,
        changes: &ChangeConversationRequest,
    ) -> Result<ConversationView, ClientError> {
        self.patch(&format!("conversations/{id}"), changes).await
    }

    /// Removes a conversation with all that is in it, for good.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_conversation(&self, id: Uuid) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("conversations/{id}")).await
    }

    /// The directory of public channels; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn channels(&self) -> Result<List<ConversationView>, ClientError> {
        self.get("channels").await
    }

    /// What changed since `cursor`; everything without one. Ask again with `next_cursor`: at once while `more`, else
    /// another day.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn sync(&self, cursor: Option<&str>, limit: u16) -> Result<ChangesView, ClientError> {
        let request = self.request(Method::GET, "sync").query(&[("limit", limit)]);
        super::read(request.query(&[("cursor", cursor)]).send().await?).await
    }

    /// The conversations one is in, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn conversations_from(&self, cursor: Option<&str>) -> Result<List<ConversationView>, ClientError> {
        self.page("conversations", cursor).await
    }

    /// The directory of public channels, from a cursor on; a page of the largest size.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn channels_from(&self, cursor: Option<&str>) -> Result<List<ConversationView>, ClientError> {
        self.page("channels", cursor).await
    }
}
