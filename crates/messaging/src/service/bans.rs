use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, UserId};

use super::MessagingService;
use super::change_conversation::ChangeError;
use crate::model::{Ban, Reason};

impl MessagingService {
    /// Keeps a user out of a conversation. When this returns, nothing later reaches their sockets.
    ///
    /// # Errors
    /// See [`ChangeError`]; `NoSuchMember` if there is no such user.
    pub async fn ban_user(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        reason: Reason,
    ) -> Result<(), ChangeError> {
        let at = self.deps.clock.now();
        match self.deps.moderation.ban_user(conversation_id, by, user_id, reason, at).await {
            Ok(events) => {
                self.publish(events).await;
                Ok(())
            }
            Err(refusal) => Err(self.change_error(conversation_id, refusal).await),
        }
    }

    /// Lets a user come in again; `false` if they were not banned.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn lift_ban(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
    ) -> Result<bool, ChangeError> {
        let at = self.deps.clock.now();
        match self.deps.moderation.lift_ban(conversation_id, by, user_id, at).await {
            Ok(lifted) => Ok(lifted),
            Err(refusal) => Err(self.change_error(conversation_id, refusal).await),
        }
    }

    /// Who is kept out; for moderators.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn list_bans(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Ban>, ChangeError> {
        self.check_moderates(conversation_id, reader).await?;
        Ok(self.deps.moderation.list_bans(conversation_id, after, limit).await?)
    }
}
