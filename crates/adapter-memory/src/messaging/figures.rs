use async_trait::async_trait;
use rialto_kernel::StoreError;
use rialto_messaging::{MessagingCounts, MessagingFigures};

use crate::MemoryStore;

#[async_trait]
impl MessagingFigures for MemoryStore {
    async fn count_all(&self) -> Result<MessagingCounts, StoreError> {
        let conversations = &self.state()?.messaging.conversations;
        Ok(MessagingCounts {
            conversations: conversations.len() as u64,
            messages: conversations.values().map(|kept| kept.conversation.last_ordinal).sum(),
        })
    }
}
