use async_trait::async_trait;
use rialto_kernel::{ConversationId, MessageId, StoreError};

use super::AddMemberRefusal;
use crate::model::{NewMember, PastMessage};

/// Takes in what was said, and who was there, on another server. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait HistoryImport: Send + Sync {
    /// Brings somebody in as [`MessagingStore::add_member`](super::MessagingStore::add_member) does, unless the log
    /// shows that they were in before: whoever has left stays out.
    ///
    /// # Errors
    /// As there.
    async fn bring_in(&self, new: NewMember) -> Result<BroughtIn, AddMemberRefusal>;

    /// Appends messages in this order, each with the time when it was said: each takes the next `seq` and `ordinal`
    /// and is logged as `message.created`. Nobody's rights are asked, and nobody is mentioned. All members have read
    /// everything then, and the conversation is not older than it was. A message whose id is known, wherever it is, is
    /// left alone; so is the second of two with one id.
    async fn append_past(
        &self,
        conversation_id: ConversationId,
        messages: Vec<PastMessage>,
    ) -> Result<Vec<PastAppended>, StoreError>;

    /// Those of these messages that are here.
    async fn known_messages(&self, ids: Vec<MessageId>) -> Result<Vec<MessageId>, StoreError>;
}

/// What came of bringing somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BroughtIn {
    /// They are in now.
    New,
    /// They are in, or were.
    Known,
}

/// What came of a message that was said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastAppended {
    /// It is in the log.
    New,
    /// Its id is known.
    Known,
    /// Its sender is no user, or has deleted their account.
    UnknownSender,
    /// There is no such conversation.
    UnknownConversation,
}
