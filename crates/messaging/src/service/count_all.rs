use rialto_kernel::StoreError;

use super::MessagingService;
use crate::ports::MessagingCounts;

impl MessagingService {
    /// How much there is in all conversations together; for those who run the server.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn count_all(&self) -> Result<MessagingCounts, StoreError> {
        self.deps.figures.count_all().await
    }
}
