use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{ChannelListing, Conversation, ConversationSummary, Visibility};

impl MessagingService {
    /// The conversations a user is in, the liveliest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_conversations(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        self.deps.store.list_summaries(reader, after, limit).await
    }

    /// One conversation as a user sees it: its members see all of it, everyone sees that a public channel
    /// is there.
    ///
    /// # Errors
    /// `NotFound` for a stranger to a private one.
    pub async fn find_conversation(
        &self,
        id: ConversationId,
        reader: UserId,
    ) -> Result<ConversationSummary, AccessError> {
        let summary = self.deps.store.find_summary(id, reader).await?.ok_or(AccessError::NotFound)?;
        match (summary.role, summary.conversation.visibility) {
            (Some(_), _) | (None, Visibility::Public) => Ok(summary),
            (None, Visibility::Private) => Err(AccessError::NotFound),
        }
    }

    /// The direct conversation that two users have, for one of them; nothing is started.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_direct(&self, reader: UserId, other: UserId) -> Result<Option<Conversation>, StoreError> {
        self.deps.store.find_direct(reader, other).await
    }

    /// The public directory of channels, in order of name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_channels(
        &self,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ChannelListing>, StoreError> {
        self.deps.store.list_channels(after, limit).await
    }
}
