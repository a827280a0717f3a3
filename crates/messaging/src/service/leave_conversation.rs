use rialto_kernel::{ConversationId, PageLimit, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{ConversationKind, LOBBY, MemberRole};

/// Why somebody stays.
#[derive(Debug, thiserror::Error)]
pub enum LeaveConversationError {
    /// There is no such conversation for the one who asks.
    #[error("there is no such conversation")]
    NotFound,
    /// The one who asks is not in it.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// Direct conversations and the lobby are not left.
    #[error("direct conversations and the lobby cannot be left")]
    Permanent,
    /// An owner does not leave others behind.
    #[error("the owner cannot leave while others are in the conversation")]
    OwnerMustStay,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for LeaveConversationError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::NotAMember => Self::NotAMember,
            AccessError::Store(error) => Self::Store(error),
        }
    }
}

impl MessagingService {
    /// Goes out of a group or channel.
    ///
    /// # Errors
    /// See [`LeaveConversationError`].
    pub async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<(), LeaveConversationError> {
        let member = self.membership(conversation_id, user_id).await?;
        let conversation = self.deps.store.find_conversation(conversation_id).await?;
        let conversation = conversation.ok_or(LeaveConversationError::NotFound)?;
        if conversation.kind == ConversationKind::Direct || conversation.id == LOBBY {
            return Err(LeaveConversationError::Permanent);
        }
        if member.role == MemberRole::Owner && self.has_others(conversation_id).await? {
            return Err(LeaveConversationError::OwnerMustStay);
        }
        if let Some(event) = self.deps.store.remove_member(conversation_id, user_id, self.deps.clock.now()).await? {
            self.publish(event).await;
        }
        Ok(())
    }

    async fn has_others(&self, conversation_id: ConversationId) -> Result<bool, StoreError> {
        let first_page = self.deps.store.list_members(conversation_id, None, PageLimit::default()).await?;
        Ok(first_page.items.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, ann, conversation, member};

    #[tokio::test]
    async fn the_lobby_is_never_left() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Member))));
        let mut lobby = conversation();
        lobby.id = LOBBY;
        lobby.kind = ConversationKind::Channel;
        mocks.store.expect_find_conversation().returning(move |_| Ok(Some(lobby.clone())));
        mocks.store.expect_remove_member().never();
        let refusal = mocks.service().leave_conversation(LOBBY, ann().id).await.unwrap_err();
        assert!(matches!(refusal, LeaveConversationError::Permanent));
    }
}
