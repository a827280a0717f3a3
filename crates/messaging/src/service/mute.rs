use rialto_kernel::{ConversationId, Instant, UserId};

use super::MessagingService;
use super::change_conversation::ChangeError;
use crate::model::Member;

impl MessagingService {
    /// Silences a member until then, or lets them write again with `None`.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn mute_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        until: Option<Instant>,
    ) -> Result<Member, ChangeError> {
        let at = self.deps.clock.now();
        match self.deps.moderation.mute_member(conversation_id, by, user_id, until, at).await {
            Ok(muted) => Ok(self.tell(muted).await),
            Err(refusal) => Err(self.change_error(conversation_id, refusal).await),
        }
    }
}
