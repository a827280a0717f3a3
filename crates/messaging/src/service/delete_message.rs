use rialto_kernel::MessageId;

use super::MessagingService;
use crate::model::{Actor, Message};
use crate::ports::MessageRefusal;

impl MessagingService {
    /// Takes a message back; the tombstone is left. Deleting it again changes nothing.
    ///
    /// # Errors
    /// See [`MessageRefusal`].
    pub async fn delete_message(&self, message_id: MessageId, by: Actor) -> Result<Message, MessageRefusal> {
        let deleted = self.deps.changes.delete_message(message_id, by, self.deps.clock.now()).await?;
        Ok(self.tell(deleted).await)
    }
}
