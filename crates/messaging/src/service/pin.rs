use rialto_kernel::{ConversationId, MessageId, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{Actor, Message};
use crate::ports::MessageRefusal;

impl MessagingService {
    /// Pins a message, or unpins it; what is so already stays so.
    ///
    /// # Errors
    /// See [`MessageRefusal`].
    pub async fn set_pin(&self, message_id: MessageId, by: Actor, pinned: bool) -> Result<Message, MessageRefusal> {
        let changed = self.deps.changes.set_pin(message_id, by, pinned, self.deps.clock.now()).await?;
        Ok(self.tell(changed).await)
    }

    /// The pinned messages of a conversation, the one pinned last first; for members.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub async fn list_pins(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Vec<Message>, AccessError> {
        self.membership(conversation_id, reader).await?;
        Ok(self.deps.changes.list_pins(conversation_id, reader).await?)
    }
}
