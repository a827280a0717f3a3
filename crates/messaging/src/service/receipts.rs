use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::Receipt;

/// Why there are no receipts to see.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptsError {
    /// The conversation is closed to the reader.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Its members do not see how far the others have read.
    #[error("this conversation does not show receipts")]
    Disabled,
}

impl From<StoreError> for ReceiptsError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl MessagingService {
    /// How far the members of a conversation have read; for members, where receipts are shown.
    ///
    /// # Errors
    /// See [`ReceiptsError`].
    pub async fn list_receipts(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Receipt>, ReceiptsError> {
        self.membership(conversation_id, reader).await?;
        if !self.shows_receipts(conversation_id).await? {
            return Err(ReceiptsError::Disabled);
        }
        Ok(self.deps.reads.list_receipts(conversation_id, after, limit).await?)
    }
}
