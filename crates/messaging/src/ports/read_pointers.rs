use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, StoreError, UserId};

use super::Done;
use crate::model::{MarkRead, ReadState, Receipt, ThreadState};

/// Keeps what everybody has read: one pointer per member and per followed thread. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait ReadPointers: Send + Sync {
    /// Moves a pointer forward, at most to the last message, and logs `read.changed` in the reader's personal stream.
    /// Nothing is logged if the pointer is there or beyond already. Marking a thread that one does not follow follows it.
    ///
    /// # Errors
    /// `NotAMember`; `UnknownThread` if `thread_root` is no message outside threads of the conversation.
    async fn mark_read(&self, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal>;

    /// How far the members of a conversation have read, in order of user id.
    async fn list_receipts(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Receipt>, StoreError>;

    /// A thread as `reader` sees it; `None` if `root` is no message outside threads.
    async fn find_thread(&self, root: MessageId, reader: UserId) -> Result<Option<ThreadState>, StoreError>;
}

/// Why a pointer stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum MarkReadRefusal {
    /// The reader is not in the conversation.
    #[error("the reader is not a member of the conversation")]
    NotAMember,
    /// There is no such thread in it.
    #[error("the thread is not in the conversation")]
    UnknownThread,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
