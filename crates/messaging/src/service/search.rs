use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::MessagingService;
use crate::model::{Message, SearchQuery};

impl MessagingService {
    /// Finds messages in the conversations a user is in, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn search_messages(
        &self,
        reader: UserId,
        query: SearchQuery,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Message>, StoreError> {
        self.deps.search.search_messages(reader, query, after, limit).await
    }
}
