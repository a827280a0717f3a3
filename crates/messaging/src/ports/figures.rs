use async_trait::async_trait;
use rialto_kernel::StoreError;

/// Counts what is kept.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait MessagingFigures: Send + Sync {
    /// How much there is in all conversations together. Costs one look at each conversation, however much was said.
    async fn count_all(&self) -> Result<MessagingCounts, StoreError>;
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessagingCounts {
    /// Conversations, the lobby and archived ones too.
    pub conversations: u64,
    /// Messages in them, deleted ones too: a tombstone is kept.
    pub messages: u64,
}
