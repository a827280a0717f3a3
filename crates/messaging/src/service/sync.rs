use rialto_kernel::{Cursor, PageLimit, StoreError, UserId};

use super::MessagingService;
use crate::ports::Changes;

impl MessagingService {
    /// What changed for a user since a cursor.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_changes(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError> {
        self.deps.store.list_changes(reader, after, limit).await
    }
}
