use async_trait::async_trait;
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError, UserId};

use crate::model::{SecurityAct, SecurityEntry};

/// Where everything is written down that happens to accounts. It is told after the act. An entry that cannot be
/// kept must not undo what is done, so the log itself says so where those who run the server look, and answers nothing.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SecurityLog: Send + Sync {
    /// Writes an entry down.
    async fn record(&self, entry: SecurityEntry);

    /// What was written down, the newest first.
    async fn list(
        &self,
        filter: SecurityFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<SecurityEntry>, StoreError>;

    /// Forgets the oldest entries from before an instant, at most `most` of them, and says how many.
    async fn forget_before(&self, before: Instant, most: u32) -> Result<u64, StoreError>;
}

/// Which entries of the security log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecurityFilter {
    /// Those about this user's account.
    pub user_id: Option<UserId>,
    /// Those of this act.
    pub act: Option<SecurityAct>,
}
