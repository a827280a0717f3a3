use async_trait::async_trait;

use crate::model::SecurityEntry;

/// Where everything is written down that happens to accounts. It is told after the act. An entry that cannot be
/// kept must not undo what is done, so the log itself says so where those who run the server look, and answers nothing.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SecurityLog: Send + Sync {
    /// Writes an entry down.
    async fn record(&self, entry: SecurityEntry);
}
