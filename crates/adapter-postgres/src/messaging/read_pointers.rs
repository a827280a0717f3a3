use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{Done, MarkRead, MarkReadRefusal, ReadPointers, ReadState, Receipt, ThreadState};

use super::{PgMessagingStore, reads};

#[async_trait]
impl ReadPointers for PgMessagingStore {
    async fn mark_read(&self, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal> {
        self.database.write(move |conn| reads::mark(conn, mark).boxed()).await
    }

    async fn list_receipts(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Receipt>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(reads::list_receipts(&conn, conversation_id, after, limit).await?)
    }

    async fn find_thread(&self, root: MessageId, reader: UserId) -> Result<Option<ThreadState>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(reads::find_thread(&conn, root, reader).await?)
    }
}
