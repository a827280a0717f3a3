use async_trait::async_trait;
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError, UserId};

use crate::model::Block;

/// Keeps who wants nothing to do with whom. Each method is one atomic act. What follows from a block for those who
/// talk is the messaging stores' to judge.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait BlockStore: Send + Sync {
    /// Blocks a user; `false` if they were blocked already. When this returns, nothing that the block forbids is
    /// committed any more.
    ///
    /// # Errors
    /// `UnknownUser` if there is no such user, or their account is deleted; `TooMany` at [`MAX_BLOCKS`].
    async fn put_block(&self, by: UserId, user_id: UserId, at: Instant) -> Result<bool, PutBlockRefusal>;

    /// Lifts a block; `false` if there was none.
    async fn lift_block(&self, by: UserId, user_id: UserId) -> Result<bool, StoreError>;

    /// Whom somebody has blocked, in order of user id.
    async fn list_blocks(&self, by: UserId, after: Option<Cursor>, limit: PageLimit)
    -> Result<Page<Block>, StoreError>;
}

/// How many users one may block.
pub const MAX_BLOCKS: usize = 1_000;

/// Why nobody was blocked.
#[derive(Debug, thiserror::Error)]
pub enum PutBlockRefusal {
    /// No such user.
    #[error("there is no such user")]
    UnknownUser,
    /// As many are blocked as may be.
    #[error("you may block at most {MAX_BLOCKS} users")]
    TooMany,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
