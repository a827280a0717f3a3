use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{ConversationKind, LOBBY};
use crate::ports::LeaveRefusal;

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

impl From<LeaveRefusal> for LeaveConversationError {
    fn from(refusal: LeaveRefusal) -> Self {
        match refusal {
            LeaveRefusal::OwnerMustStay => Self::OwnerMustStay,
            LeaveRefusal::Store(error) => Self::Store(error),
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
        self.membership(conversation_id, user_id).await?;
        let conversation = self.deps.store.find_conversation(conversation_id).await?;
        let conversation = conversation.ok_or(LeaveConversationError::NotFound)?;
        if conversation.kind == ConversationKind::Direct || conversation.id == LOBBY {
            return Err(LeaveConversationError::Permanent);
        }
        // Whether an owner may go is for the store to say: others may be coming in at this moment.
        let events = self.deps.store.leave_conversation(conversation_id, user_id, self.deps.clock.now()).await?;
        self.publish(events).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MemberRole;
    use crate::service::fixtures::{Mocks, ann, conversation, member};

    #[tokio::test]
    async fn the_lobby_is_never_left() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Member))));
        let mut lobby = conversation();
        lobby.id = LOBBY;
        lobby.kind = ConversationKind::Channel;
        mocks.store.expect_find_conversation().returning(move |_| Ok(Some(lobby.clone())));
        mocks.store.expect_leave_conversation().never();
        let refusal = mocks.service().leave_conversation(LOBBY, ann().id).await.unwrap_err();
        assert!(matches!(refusal, LeaveConversationError::Permanent));
    }

    #[tokio::test]
    async fn an_owner_whom_others_would_miss_stays_and_nobody_is_told() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Owner))));
        mocks.store.expect_find_conversation().returning(|_| Ok(Some(conversation())));
        mocks.store.expect_leave_conversation().returning(|_, _, _| Err(LeaveRefusal::OwnerMustStay));
        mocks.bus.expect_publish_event().never();
        let refusal = mocks.service().leave_conversation(conversation().id, ann().id).await.unwrap_err();
        assert!(matches!(refusal, LeaveConversationError::OwnerMustStay));
    }
}
