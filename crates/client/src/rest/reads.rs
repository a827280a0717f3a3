use rialto_wire::list::List;
use rialto_wire::messaging::{MarkReadRequest, ReadStateView, ReceiptView};
use uuid::Uuid;

use super::Rest;
use crate::error::ClientError;

impl Rest {
    /// Says how far one has read, in a conversation or in one of its threads.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn mark_read(&self, id: Uuid, request: &MarkReadRequest) -> Result<ReadStateView, ClientError> {
        self.put(&format!("conversations/{id}/read"), request).await
    }

    /// How far the members have read; the first page.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn receipts(&self, id: Uuid) -> Result<List<ReceiptView>, ClientError> {
        self.get(&format!("conversations/{id}/receipts")).await
    }
}
