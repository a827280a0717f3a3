use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use crate::model::{Conversation, ConversationKind, Member, Visibility};

/// Why a conversation is closed to someone.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is none, or it is private and the asker is not in it: the answer does not tell which.
    #[error("there is no such conversation")]
    NotFound,
    /// It is public, but the asker has not joined.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MessagingService {
    /// The membership that opens a conversation to a user.
    pub(super) async fn membership(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Member, AccessError> {
        match self.deps.store.find_member(conversation_id, user_id).await? {
            Some(member) => Ok(member),
            None => Err(self.refusal_for_stranger(conversation_id).await?),
        }
    }

    /// What kind of conversation this is, whoever asks. For ways in that tell strangers apart from the mistaken.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn kind_of(&self, id: ConversationId) -> Result<Option<ConversationKind>, StoreError> {
        Ok(self.deps.store.find_conversation(id).await?.map(|conversation| conversation.kind))
    }

    /// What someone who is not in a conversation is told about it.
    pub(super) async fn refusal_for_stranger(
        &self,
        conversation_id: ConversationId,
    ) -> Result<AccessError, StoreError> {
        let conversation = self.deps.store.find_conversation(conversation_id).await?;
        Ok(match conversation {
            Some(Conversation { visibility: Visibility::Public, .. }) => AccessError::NotAMember,
            Some(Conversation { visibility: Visibility::Private, .. }) | None => AccessError::NotFound,
        })
    }
}
