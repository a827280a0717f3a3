use async_trait::async_trait;
use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use crate::model::{Message, SearchQuery};

/// Finds messages by what they say now.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait MessageSearch: Send + Sync {
    /// The messages that match all of the query, in conversations `reader` is in, threads included, the newest first
    /// (by `created_at`, equal times by id downwards). A text matches by its [`terms`](crate::terms); an edited message by
    /// what it says now, a deleted one never. A message is found once the act that made it has returned.
    async fn search_messages(
        &self,
        reader: UserId,
        query: SearchQuery,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Message>, StoreError>;
}
