use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use crate::model::{Member, Visibility};
use crate::ports::AddMemberRefusal;

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinChannelError {
    /// There is no such channel, or it is private: the answer does not tell which.
    #[error("there is no such conversation")]
    NotFound,
    /// A moderator keeps the user out.
    #[error("you are banned from this channel")]
    Banned,
    /// It is archived.
    #[error("the conversation is archived")]
    Archived,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MessagingService {
    /// Comes into a public channel; whoever is in already stays as they are.
    ///
    /// # Errors
    /// See [`JoinChannelError`].
    pub async fn join_channel(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Member, JoinChannelError> {
        if let Some(member) = self.deps.store.find_member(conversation_id, user_id).await? {
            return Ok(member);
        }
        let conversation = self.deps.store.find_conversation(conversation_id).await?;
        let conversation = conversation.filter(|conversation| conversation.visibility == Visibility::Public);
        if conversation.ok_or(JoinChannelError::NotFound)?.archived_at.is_some() {
            return Err(JoinChannelError::Archived);
        }
        self.bring_in(conversation_id, user_id, None).await.map_err(|refusal| match refusal {
            AddMemberRefusal::UnknownUser
            | AddMemberRefusal::UnknownConversation
            | AddMemberRefusal::InviterMayNot
            | AddMemberRefusal::Blocked => JoinChannelError::NotFound,
            AddMemberRefusal::Banned => JoinChannelError::Banned,
            AddMemberRefusal::Store(error) => JoinChannelError::Store(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, bob, conversation};

    #[tokio::test]
    async fn a_private_channel_cannot_be_joined_and_looks_absent() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(None));
        mocks.store.expect_find_conversation().returning(|_| Ok(Some(conversation())));
        mocks.store.expect_add_member().never();
        let refusal = mocks.service().join_channel(conversation().id, bob().id).await.unwrap_err();
        assert!(matches!(refusal, JoinChannelError::NotFound));
    }
}
