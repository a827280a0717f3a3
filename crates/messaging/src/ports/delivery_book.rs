use async_trait::async_trait;
use rialto_kernel::{ConversationId, StoreError, UserId};

/// Remembers how far a way into the server has told users what happened in their conversations: for clients that know of
/// no positions, and expect that what they missed waits for them. Each method is one atomic act.
///
/// Ways are kept apart by their names. A position belongs to a membership, and goes with it.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait DeliveryBook: Send + Sync {
    /// How far a user was told, in each conversation for which that is known; in no particular order.
    async fn list_deliveries(&self, way: &str, user_id: UserId) -> Result<Vec<Delivered>, StoreError>;

    /// Moves positions forward; none ever moves back. Those of users who are not in the conversation are left aside.
    async fn record_deliveries(&self, way: &str, delivered: &[Delivered]) -> Result<(), StoreError>;
}

/// How far a user was told what happened in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Up to the event of this number.
    pub seq: u64,
}
