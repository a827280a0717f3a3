use async_trait::async_trait;
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{Message, MessageSearch, SearchQuery};

use super::{PgMessagingStore, search};

#[async_trait]
impl MessageSearch for PgMessagingStore {
    async fn search_messages(
        &self,
        reader: UserId,
        query: SearchQuery,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(search::search(&conn, reader, query, after, limit).await?)
    }
}
