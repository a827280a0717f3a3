use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::LOBBY;
use crate::ports::ChangeRefusal;

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

impl From<ChangeRefusal> for RemoveMemberError {
    fn from(refusal: ChangeRefusal) -> Self {
        match refusal {
            ChangeRefusal::NotFound => Self::NotFound,
            ChangeRefusal::NotAllowed => Self::RoleTooLow,
            ChangeRefusal::NoSuchMember => Self::NoSuchMember,
            ChangeRefusal::NameTaken => Self::Store(StoreError::corrupt("the refusal of a removal")),
            ChangeRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl MessagingService {
    /// Takes a member out of a conversation. When this returns, nothing later reaches their sockets.
    ///
    /// # Errors
    /// See [`RemoveMemberError`].
    pub async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
    ) -> Result<(), RemoveMemberError> {
        self.membership(conversation_id, by).await?;
        if conversation_id == LOBBY {
            return Err(RemoveMemberError::Permanent);
        }
        let events = self.deps.store.remove_member(conversation_id, by, user_id, self.deps.clock.now()).await;
        self.publish(events?).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Event, EventBody, MemberRole};
    use crate::service::fixtures::{Mocks, ann, bob, conversation, event, member};

    #[tokio::test]
    async fn the_removed_are_out_of_the_stream_before_others_hear_of_it() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Owner))));
        mocks.store.expect_remove_member().returning(|_, _, _, _| Ok(vec![event(EventBody::MemberRemoved(bob()))]));
        let mut order = mockall::Sequence::new();
        let removal = |event: &Arc<Event>| event.closes_access();
        mocks.gate.expect_close().once().in_sequence(&mut order).withf(removal).return_const(());
        mocks.bus.expect_publish_event().once().in_sequence(&mut order).return_const(());
        mocks.service().remove_member(conversation().id, ann().id, bob().id).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_is_removed_from_the_lobby() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_, _| Ok(Some(member(ann(), MemberRole::Owner))));
        mocks.store.expect_remove_member().never();
        let refusal = mocks.service().remove_member(LOBBY, ann().id, bob().id).await.unwrap_err();
        assert!(matches!(refusal, RemoveMemberError::Permanent));
    }
}
