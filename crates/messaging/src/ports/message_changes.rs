use async_trait::async_trait;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};

use super::Done;
use crate::model::{Actor, Emoji, Message, MessageContent, Revision, WantedMentions, WriteRefusal};

/// Changes messages that are there. Each method is one atomic act, under the rules of
/// [`MessagingStore`](super::MessagingStore): numbers, durability, cancellation, rights.
///
/// Every act of a user who is not in the message's conversation is refused as `UnknownMessage`, whether there is such a
/// message or not. The message in the answer is as its reader, the actor, sees it; messages in events are the same
/// for all.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait MessageChanges: Send + Sync {
    /// A message as `reader` sees it, whoever they are; also one that is deleted.
    async fn find_message(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError>;

    /// What a message said before each edit, oldest first; none once it is deleted.
    async fn list_revisions(&self, id: MessageId) -> Result<Vec<Revision>, StoreError>;

    /// The pinned messages of a conversation, the one pinned last first.
    async fn list_pins(&self, conversation_id: ConversationId, reader: UserId) -> Result<Vec<Message>, StoreError>;

    /// Says a message differently, keeps what it said before, stores the mentions of the new text in place of the old,
    /// and logs `message.edited`. Nothing is logged if the content is the same.
    ///
    /// # Errors
    /// `Write`; `NotAllowed` to who did not send it; `Deleted`; `TooMany` at [`MAX_REVISIONS`].
    async fn edit_message(
        &self,
        id: MessageId,
        by: Actor,
        content: MessageContent,
        mentions: WantedMentions,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal>;

    /// Takes a message back: its content, revisions, mentions, reactions and pin go for good, its place stays, and
    /// `message.deleted` is logged. What a moderator does to another's message is written down. Nothing is logged if
    /// it is deleted already.
    ///
    /// # Errors
    /// `NotAllowed` by [`Standing::may_delete`](crate::Standing::may_delete). An admin of the server may, in whatever
    /// conversation.
    async fn delete_message(&self, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, MessageRefusal>;

    /// Adds a reaction and logs `reaction.added`, or takes it back and logs `reaction.removed`. Nothing is logged if it
    /// is so already.
    ///
    /// # Errors
    /// `Write`; `Deleted`; `TooMany` for an emoji beyond [`MAX_EMOJI`] different ones.
    async fn set_reaction(
        &self,
        id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal>;

    /// Pins a message and logs `pin.added`, or unpins it and logs `pin.removed`. Nothing is logged if it is so already.
    ///
    /// # Errors
    /// `Write`; `NotAllowed` by [`Standing::may_pin`](crate::Standing::may_pin); `Deleted`; `TooMany` beyond [`MAX_PINS`].
    async fn set_pin(
        &self,
        id: MessageId,
        by: Actor,
        pinned: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal>;
}

/// How often a message may be edited.
pub const MAX_REVISIONS: usize = 100;

/// How many different emoji a message may have under it.
pub const MAX_EMOJI: usize = 50;

/// How many messages of a conversation may be pinned.
pub const MAX_PINS: usize = 100;

/// Why a message stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum MessageRefusal {
    /// There is no such message for the one who asks.
    #[error("there is no such message")]
    UnknownMessage,
    /// The one who asks may not write there.
    #[error(transparent)]
    Write(#[from] WriteRefusal),
    /// The one who asks may see it, but not do that.
    #[error("you may not do that to this message")]
    NotAllowed,
    /// It was taken back.
    #[error("the message is deleted")]
    Deleted,
    /// There are as many as there may be.
    #[error("there are too many of them already")]
    TooMany,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
