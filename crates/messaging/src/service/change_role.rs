use rialto_kernel::{ConversationId, UserId};

use super::MessagingService;
use super::change_conversation::ChangeError;
use crate::model::{LOBBY, Member, MemberRole};

impl MessagingService {
    /// Gives a member another role. Making somebody owner hands ownership over.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn change_role(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
    ) -> Result<Member, ChangeError> {
        if conversation_id == LOBBY && role == MemberRole::Owner {
            return Err(ChangeError::Permanent);
        }
        match self.deps.store.change_role(conversation_id, by, user_id, role, self.deps.clock.now()).await {
            Ok(changed) => Ok(self.tell(changed).await),
            Err(refusal) => Err(self.change_error(conversation_id, refusal).await),
        }
    }
}
