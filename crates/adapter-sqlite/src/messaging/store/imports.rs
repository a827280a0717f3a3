use async_trait::async_trait;
use rialto_kernel::{ConversationId, MessageId, StoreError};
use rialto_messaging::{AddMemberRefusal, BroughtIn, HistoryImport, NewMember, PastAppended, PastMessage};

use super::super::past;
use super::SqliteMessagingStore;

#[async_trait]
impl HistoryImport for SqliteMessagingStore {
    async fn bring_in(&self, new: NewMember) -> Result<BroughtIn, AddMemberRefusal> {
        self.database.write(move |c| past::bring_in(c, new)).await
    }

    async fn append_past(
        &self,
        conversation_id: ConversationId,
        messages: Vec<PastMessage>,
    ) -> Result<Vec<PastAppended>, StoreError> {
        self.database.write(move |c| past::append_past(c, conversation_id, messages)).await
    }

    async fn known_messages(&self, ids: Vec<MessageId>) -> Result<Vec<MessageId>, StoreError> {
        self.database.read(move |c| past::known_messages(c, ids)).await
    }
}
