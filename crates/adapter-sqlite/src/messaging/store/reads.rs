use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{Done, MarkRead, MarkReadRefusal, ReadPointers, ReadState, Receipt, ThreadState};

use super::super::reads;
use super::SqliteMessagingStore;

#[async_trait]
impl ReadPointers for SqliteMessagingStore {
    async fn mark_read(&self, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal> {
        self.database.write(move |c| reads::mark_read(c, mark)).await
    }

    async fn list_receipts(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Receipt>, StoreError> {
        self.database.read(move |c| reads::list_receipts(c, conversation_id, after.as_ref(), limit)).await
    }

    async fn find_thread(&self, root: MessageId, reader: UserId) -> Result<Option<ThreadState>, StoreError> {
        self.database.read(move |c| reads::find_thread(c, root, reader)).await
    }
}
