use async_trait::async_trait;
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{Message, MessageSearch, SearchQuery};

use super::super::search;
use super::SqliteMessagingStore;

#[async_trait]
impl MessageSearch for SqliteMessagingStore {
    async fn search_messages(
        &self,
        reader: UserId,
        query: SearchQuery,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Message>, StoreError> {
        self.database.read(move |c| search::search_messages(c, reader, &query, after.as_ref(), limit)).await
    }
}
