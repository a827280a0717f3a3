use rialto_kernel::{MessageId, StoreError, UserId};

use super::MessagingService;
use crate::model::{Message, Revision};
use crate::ports::MessageRefusal;

impl MessagingService {
    /// One message, for members of its conversation.
    ///
    /// # Errors
    /// `UnknownMessage`, also for one that is not the reader's to see.
    pub async fn find_message(&self, id: MessageId, reader: UserId) -> Result<Message, MessageRefusal> {
        let message = self.deps.changes.find_message(id, reader).await?.ok_or(MessageRefusal::UnknownMessage)?;
        match self.is_member(&message, reader).await? {
            true => Ok(message),
            false => Err(MessageRefusal::UnknownMessage),
        }
    }

    /// What a message said before each edit, oldest first; for members of its conversation.
    ///
    /// # Errors
    /// `UnknownMessage`, as above.
    pub async fn list_revisions(&self, id: MessageId, reader: UserId) -> Result<Vec<Revision>, MessageRefusal> {
        self.find_message(id, reader).await?;
        Ok(self.deps.changes.list_revisions(id).await?)
    }

    async fn is_member(&self, message: &Message, reader: UserId) -> Result<bool, StoreError> {
        Ok(self.deps.store.find_member(message.conversation_id, reader).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, bob, message};

    #[tokio::test]
    async fn a_message_of_a_conversation_one_is_not_in_looks_absent() {
        let mut mocks = Mocks::default();
        mocks.changes.expect_find_message().returning(|_, _| Ok(Some(message())));
        mocks.store.expect_find_member().returning(|_, _| Ok(None));
        mocks.changes.expect_list_revisions().never();
        let refusal = mocks.service().list_revisions(message().id, bob().id).await.unwrap_err();
        assert!(matches!(refusal, MessageRefusal::UnknownMessage));
    }
}
