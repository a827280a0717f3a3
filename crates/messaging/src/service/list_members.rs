use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::Member;

impl MessagingService {
    /// Who is in a conversation, in order of joining; for its members.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub async fn list_members(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, AccessError> {
        self.membership(conversation_id, reader).await?;
        Ok(self.deps.store.list_members(conversation_id, after, limit).await?)
    }
}
