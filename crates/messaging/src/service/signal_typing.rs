use rialto_kernel::{ConversationId, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::Signal;

impl MessagingService {
    /// Tells the others in a conversation that a member is writing.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub async fn signal_typing(&self, conversation_id: ConversationId, user_id: UserId) -> Result<(), AccessError> {
        self.membership(conversation_id, user_id).await?;
        self.signal_typing_of_member(conversation_id, user_id).await;
        Ok(())
    }

    /// The same of somebody who is in the conversation. For the node itself, which follows who comes and goes: asks
    /// for no membership.
    pub async fn signal_typing_of_member(&self, conversation_id: ConversationId, user_id: UserId) {
        self.deps.bus.publish_signal(Signal::Typing { conversation_id, user_id }).await;
    }
}
