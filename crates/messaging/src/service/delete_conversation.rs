use rialto_kernel::ConversationId;

use super::MessagingService;
use super::change_conversation::ChangeError;
use crate::model::{Actor, LOBBY};

impl MessagingService {
    /// Removes a conversation with all that is in it. When this returns, nobody's socket is in it any more.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn delete_conversation(&self, conversation_id: ConversationId, by: Actor) -> Result<(), ChangeError> {
        if conversation_id == LOBBY {
            return Err(ChangeError::Permanent);
        }
        match self.deps.store.delete_conversation(conversation_id, by, self.deps.clock.now()).await {
            Ok(events) => {
                self.publish(events).await;
                Ok(())
            }
            Err(refusal) => Err(self.change_error(conversation_id, refusal).await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventBody;
    use crate::service::fixtures::{Mocks, actor, ann, conversation, event};

    #[tokio::test]
    async fn everybody_is_out_when_it_is_gone() {
        let mut mocks = Mocks::default();
        mocks.store.expect_delete_conversation().returning(|_, _, _| Ok(vec![event(EventBody::ConversationDeleted)]));
        mocks.gate.expect_close().once().return_const(());
        mocks.bus.expect_publish_event().once().return_const(());
        mocks.service().delete_conversation(conversation().id, actor(ann())).await.unwrap();
    }

    #[tokio::test]
    async fn the_lobby_is_never_deleted() {
        let outcome = Mocks::default().service().delete_conversation(LOBBY, actor(ann())).await;
        assert!(matches!(outcome, Err(ChangeError::Permanent)));
    }
}
