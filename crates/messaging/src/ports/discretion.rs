use async_trait::async_trait;
use rialto_kernel::{ConversationId, StoreError, UserId};

use crate::model::{Block, PresenceVisibility};

/// Knows what users do not want others to see, and whom they want nothing to do with: answers by what is committed.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait Discretion: Send + Sync {
    /// How much of their presence a user shows.
    async fn visibility_of(&self, user_id: UserId) -> Result<PresenceVisibility, StoreError>;

    /// Those of these users whose presence `reader` does not see, since they hide it or have blocked the reader. One
    /// always sees oneself. In no particular order.
    async fn unseen_by(&self, reader: UserId, users: &[UserId]) -> Result<Vec<UserId>, StoreError>;

    /// What stands between the two of a direct conversation, for one of them.
    async fn line_of(&self, conversation_id: ConversationId, user_id: UserId) -> Result<Line, StoreError>;
}

/// What is between a user and those they signal to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It is no direct conversation: nothing ever is.
    Shared,
    /// It is a direct one, with this between the two.
    Direct(Option<Block>),
}
