use async_trait::async_trait;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};

use crate::model::{Emoji, Event, Message, Nonce, OwnReaction};

/// What a user leaves behind: theirs to take away, and to be cleared when they go. Each method is one atomic act, under
/// the rules of [`MessagingStore`](super::MessagingStore).
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait UserTraces: Send + Sync {
    /// Up to `limit` messages of a user that are not deleted, wherever they are, whether or not the user still is
    /// there; after the one of this nonce, in an order that stays the same.
    async fn list_own_messages(
        &self,
        user_id: UserId,
        after: Option<Nonce>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError>;

    /// Up to `limit` reactions of a user, in order of message and emoji, after this one.
    async fn list_own_reactions(
        &self,
        user_id: UserId,
        after: Option<(MessageId, Emoji)>,
        limit: i64,
    ) -> Result<Vec<OwnReaction>, StoreError>;

    /// Takes a user out of a group or channel for good, its owner too, and logs `member.removed`. An owner's place
    /// goes, in the same act and logged first, to who comes next: of the members with an account the one with the
    /// greatest role, of equal ones who has been in longest. If there is nobody, the conversation is archived, which
    /// is logged as `conversation.changed`. Nothing happens in a direct conversation, or if the user is not in it.
    async fn withdraw_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, StoreError>;
}
