use futures_util::future::join_all;
use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};

use super::MessagingService;
use crate::model::{Actor, Emoji, Member, Message, Nonce, OwnReaction, Revision};
use crate::ports::MessageRefusal;

/// How many messages are looked at together.
const BATCH: i64 = 200;

/// How many are taken back at once: as many as a store commits together without others waiting for it.
const AT_ONCE: usize = 8;

impl MessagingService {
    /// What is left to do in conversations when a user's account is deleted: they leave all but the direct ones, and
    /// what they said is taken back if they wish. Doing it again, or going on with it after a crash, does the rest.
    ///
    /// # Errors
    /// When the store does not answer; some of it may be done then.
    pub async fn clear_traces(&self, user_id: UserId, erase_messages: bool) -> Result<(), StoreError> {
        for followed in self.deps.store.followed_streams(user_id).await? {
            let Some(conversation_id) = followed.top.stream.conversation() else { continue };
            let events = self.deps.traces.withdraw_member(conversation_id, user_id, self.deps.clock.now()).await?;
            self.publish(events).await;
        }
        if erase_messages { self.erase_messages(user_id).await } else { Ok(()) }
    }

    async fn erase_messages(&self, user_id: UserId) -> Result<(), StoreError> {
        // As an admin would: the author is not in the conversations any more.
        let by = Actor { id: user_id, is_guest: false, is_admin: true };
        let mut after = None;
        loop {
            let batch = self.deps.traces.list_own_messages(user_id, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = Some(last.nonce.clone());
            for together in batch.chunks(AT_ONCE) {
                let deletions = together.iter().map(|message| self.delete_message(message.id, by));
                for outcome in join_all(deletions).await {
                    // Every other refusal says that it went meanwhile, with its conversation.
                    if let Err(MessageRefusal::Store(error)) = outcome {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Up to `limit` messages of a user, after the one of this nonce, in an order that stays the same.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_own_messages(
        &self,
        user_id: UserId,
        after: Option<Nonce>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        self.deps.traces.list_own_messages(user_id, after, limit).await
    }

    /// What a message of one's own said before each edit.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_own_revisions(&self, id: MessageId) -> Result<Vec<Revision>, StoreError> {
        self.deps.changes.list_revisions(id).await
    }

    /// One's own membership, if one is in a conversation.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_own_membership(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Member>, StoreError> {
        self.deps.store.find_member(conversation_id, user_id).await
    }

    /// Up to `limit` reactions of a user, after this one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_own_reactions(
        &self,
        user_id: UserId,
        after: Option<(MessageId, Emoji)>,
        limit: i64,
    ) -> Result<Vec<OwnReaction>, StoreError> {
        self.deps.traces.list_own_reactions(user_id, after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventBody, FollowedStream, StreamTop};
    use crate::ports::Done;
    use crate::service::fixtures::{Mocks, ann, conversation, event, message};

    fn leaving() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.store.expect_followed_streams().returning(|_| {
            let top = StreamTop { stream: conversation().id.into(), epoch: conversation().epoch, last_seq: 2 };
            Ok(vec![FollowedStream { top, read: None }])
        });
        let removed = || Ok(vec![event(EventBody::MemberRemoved(ann()))]);
        mocks.traces.expect_withdraw_member().once().returning(move |_, _, _| removed());
        mocks.gate.expect_close().return_const(());
        mocks.bus.expect_publish_event().return_const(());
        mocks
    }

    #[tokio::test]
    async fn what_was_said_stays_unless_it_is_to_go() {
        let mut mocks = leaving();
        mocks.traces.expect_list_own_messages().never();
        mocks.service().clear_traces(ann().id, false).await.unwrap();
    }

    #[tokio::test]
    async fn everything_said_is_taken_back_batch_by_batch() {
        let mut mocks = leaving();
        mocks
            .traces
            .expect_list_own_messages()
            .times(2)
            .returning(|_, after, _| Ok(if after.is_none() { vec![message(), message()] } else { Vec::new() }));
        let deleted = || Ok(Done { value: message(), events: vec![event(EventBody::MessageDeleted(message()))] });
        mocks.changes.expect_delete_message().times(2).returning(move |_, by, _| {
            assert!(by.id == ann().id && by.is_admin);
            deleted()
        });
        mocks.service().clear_traces(ann().id, true).await.unwrap();
    }

    #[tokio::test]
    async fn a_store_that_is_away_leaves_the_rest_for_later() {
        let mut mocks = leaving();
        mocks.traces.expect_list_own_messages().returning(|_, _, _| Ok(vec![message()]));
        let away = || Err(MessageRefusal::Store(StoreError::unavailable("away")));
        mocks.changes.expect_delete_message().returning(move |_, _, _| away());
        assert!(mocks.service().clear_traces(ann().id, true).await.is_err());
    }
}
