use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{ConversationKind, Member, MemberRole, NewMember};
use crate::ports::{AddMemberRefusal, Added};

/// A member brings a user in.
#[derive(Clone, Copy, Debug)]
pub struct AddMember {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who invites.
    pub by: UserId,
    /// Who comes in.
    pub user_id: UserId,
}

/// Why nobody came in.
#[derive(Debug, thiserror::Error)]
pub enum AddMemberError {
    /// There is no such conversation for the one who asks.
    #[error("there is no such conversation")]
    NotFound,
    /// The one who asks is not in it.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// Only owners and admins invite.
    #[error("only owners and admins may add members")]
    RoleTooLow,
    /// A direct conversation is for two.
    #[error("a direct conversation has exactly two members")]
    DirectIsForTwo,
    /// No such user.
    #[error("there is no such user")]
    UnknownUser,
    /// A moderator keeps the user out.
    #[error("the user is banned from this conversation; lift the ban first")]
    Banned,
    /// The user wants nothing to do with the one who asks.
    #[error("this user does not let you add them to conversations")]
    Blocked,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for AddMemberError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::NotAMember => Self::NotAMember,
            AccessError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AddMemberRefusal> for AddMemberError {
    fn from(refusal: AddMemberRefusal) -> Self {
        match refusal {
            AddMemberRefusal::UnknownUser => Self::UnknownUser,
            AddMemberRefusal::UnknownConversation => Self::NotFound,
            AddMemberRefusal::Banned => Self::Banned,
            // The inviter's role was good when it was looked at, and is not any more.
            AddMemberRefusal::InviterMayNot => Self::RoleTooLow,
            AddMemberRefusal::Blocked => Self::Blocked,
            AddMemberRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl MessagingService {
    /// Brings a user in as `member`; one who is in already stays as they are.
    ///
    /// # Errors
    /// See [`AddMemberError`].
    pub async fn add_member(&self, input: AddMember) -> Result<Member, AddMemberError> {
        let inviter = self.membership(input.conversation_id, input.by).await?;
        let conversation = self.deps.store.find_conversation(input.conversation_id).await?;
        let conversation = conversation.ok_or(AddMemberError::NotFound)?;
        if conversation.kind == ConversationKind::Direct {
            return Err(AddMemberError::DirectIsForTwo);
        }
        if !inviter.role.may_invite() {
            return Err(AddMemberError::RoleTooLow);
        }
        Ok(self.bring_in(input.conversation_id, input.user_id, Some(input.by)).await?)
    }

    /// Stores a membership and hints at its event.
    pub(super) async fn bring_in(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        invited_by: Option<UserId>,
    ) -> Result<Member, AddMemberRefusal> {
        let at = self.deps.clock.now();
        let new = NewMember { conversation_id, user_id, role: MemberRole::Member, invited_by, at };
        match self.deps.store.add_member(new).await? {
            Added::Already(member) => Ok(member),
            Added::New { member, events } => {
                self.publish(events).await;
                Ok(member)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, ann, bob, conversation, member};

    async fn add_as(role: MemberRole, kind: ConversationKind) -> Result<Member, AddMemberError> {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(move |_, _| Ok(Some(member(ann(), role))));
        let mut known = conversation();
        known.kind = kind;
        mocks.store.expect_find_conversation().returning(move |_| Ok(Some(known.clone())));
        mocks.store.expect_add_member().returning(|_| Ok(Added::Already(member(bob(), MemberRole::Member))));
        let input = AddMember { conversation_id: conversation().id, by: ann().id, user_id: bob().id };
        mocks.service().add_member(input).await
    }

    #[tokio::test]
    async fn owners_and_admins_invite_and_nobody_else_does() {
        assert!(add_as(MemberRole::Owner, ConversationKind::Group).await.is_ok());
        assert!(add_as(MemberRole::Admin, ConversationKind::Channel).await.is_ok());
        for role in [MemberRole::Member, MemberRole::Reader] {
            assert!(matches!(add_as(role, ConversationKind::Group).await, Err(AddMemberError::RoleTooLow)));
        }
    }

    #[tokio::test]
    async fn a_direct_conversation_stays_between_two() {
        let outcome = add_as(MemberRole::Owner, ConversationKind::Direct).await;
        assert!(matches!(outcome, Err(AddMemberError::DirectIsForTwo)));
    }
}
