use rialto_kernel::MessageId;

use super::MessagingService;
use crate::model::{Actor, Emoji, Message};
use crate::ports::MessageRefusal;

impl MessagingService {
    /// Puts a reaction under a message, or takes it back; what is so already stays so.
    ///
    /// # Errors
    /// See [`MessageRefusal`].
    pub async fn set_reaction(
        &self,
        message_id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
    ) -> Result<Message, MessageRefusal> {
        let at = self.deps.clock.now();
        let reacted = self.deps.changes.set_reaction(message_id, by, emoji, present, at).await?;
        Ok(self.tell(reacted).await)
    }
}
