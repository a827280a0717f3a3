use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::LOBBY;

/// Why nobody was removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveMemberError {
    /// There is no such conversation for the one who asks.
    #[error("there is no such conversation")]
    NotFound,
    /// The one who asks is not in it.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// Nobody is removed from the lobby.
    #[error("nobody can be removed from the lobby")]
    Permanent,
    /// Only a greater role removes a lesser one.
    #[error("your role may not remove this member")]
    RoleTooLow,
    /// The user is not in the conversation.
    #[error("the user is not a member of this conversation")]
    NoSuchMember,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for RemoveMemberError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::NotAMember => Self::NotAMember,
            AccessError::Store(error) => Self::Store(error),
        }
    }
}

impl MessagingService {
    /// Takes a member out of a conversation.
    ///
    /// # Errors
    /// See [`RemoveMemberError`].
    pub async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
    ) -> Result<(), RemoveMemberError> {
        let remover = self.membership(conversation_id, by).await?;
        if conversation_id == LOBBY {
            return Err(RemoveMemberError::Permanent);
        }
        let member = self.deps.store.find_member(conversation_id, user_id).await?;
        let member = member.ok_or(RemoveMemberError::NoSuchMember)?;
        if !remover.role.may_remove(member.role) {
            return Err(RemoveMemberError::RoleTooLow);
        }
        if let Some(event) = self.deps.store.remove_member(conversation_id, user_id, self.deps.clock.now()).await? {
            self.publish(event).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MemberRole;
    use crate::service::fixtures::{Mocks, ann, bob, conversation, member};

    async fn remove(by: MemberRole, of: MemberRole) -> Result<(), RemoveMemberError> {
        let mut mocks = Mocks::default();
        mocks
            .store
            .expect_find_member()
            .returning(move |_, user| Ok(Some(if user == ann().id { member(ann(), by) } else { member(bob(), of) })));
        mocks.store.expect_remove_member().returning(|_, _, _| Ok(None));
        mocks.service().remove_member(conversation().id, ann().id, bob().id).await
    }

    #[tokio::test]
    async fn only_a_greater_role_removes() {
        assert!(remove(MemberRole::Owner, MemberRole::Admin).await.is_ok());
        assert!(remove(MemberRole::Admin, MemberRole::Member).await.is_ok());
        for (by, of) in [
            (MemberRole::Admin, MemberRole::Admin),
            (MemberRole::Admin, MemberRole::Owner),
            (MemberRole::Member, MemberRole::Reader),
        ] {
            assert!(matches!(remove(by, of).await, Err(RemoveMemberError::RoleTooLow)), "{by:?} {of:?}");
        }
    }
}
