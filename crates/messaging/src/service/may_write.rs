use rialto_kernel::{ConversationId, StoreError};

use super::MessagingService;
use crate::model::{Actor, Standing};

impl MessagingService {
    /// Whether somebody may write into a conversation as things are now: for whoever prepares what is said later. What
    /// stands between the two of a direct conversation shows only when it is said.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn may_write(&self, actor: Actor, conversation_id: ConversationId) -> Result<bool, StoreError> {
        let Some(conversation) = self.deps.store.find_conversation(conversation_id).await? else { return Ok(false) };
        let member = self.deps.store.find_member(conversation_id, actor.id).await?;
        let standing = Standing {
            conversation: &conversation,
            member: member.as_ref(),
            block: None,
            actor,
            at: self.deps.clock.now(),
        };
        Ok(standing.check_write().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::MemberRole;
    use crate::service::fixtures::{Mocks, actor, ann, conversation, member};

    #[tokio::test]
    async fn a_member_may_write_and_a_stranger_may_not() {
        for is_member in [true, false] {
            let mut mocks = Mocks::default();
            mocks.store.expect_find_conversation().returning(|_| Ok(Some(conversation())));
            mocks
                .store
                .expect_find_member()
                .returning(move |_, _| Ok(is_member.then(|| member(ann(), MemberRole::Member))));
            assert_eq!(mocks.service().may_write(actor(ann()), conversation().id).await.unwrap(), is_member);
        }
    }

    #[tokio::test]
    async fn nobody_may_write_where_there_is_no_conversation() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_conversation().returning(|_| Ok(None));
        assert!(!mocks.service().may_write(actor(ann()), conversation().id).await.unwrap());
    }
}
