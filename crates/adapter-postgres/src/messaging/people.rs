use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Discretion, Emoji, Event, Line, Message, Nonce, OwnReaction, PresenceVisibility, UserTraces};

use super::{PgMessagingStore, discretion, traces};

#[async_trait]
impl Discretion for PgMessagingStore {
    async fn visibility_of(&self, user_id: UserId) -> Result<PresenceVisibility, StoreError> {
        let conn = self.database.connection().await?;
        Ok(discretion::visibility_of(&conn, user_id).await?)
    }

    async fn unseen_by(&self, reader: UserId, users: &[UserId]) -> Result<Vec<UserId>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(discretion::unseen_by(&conn, reader, users).await?)
    }

    async fn line_of(&self, conversation_id: ConversationId, user_id: UserId) -> Result<Line, StoreError> {
        let conn = self.database.connection().await?;
        Ok(discretion::line_of(&conn, conversation_id, user_id).await?)
    }
}

#[async_trait]
impl UserTraces for PgMessagingStore {
    async fn list_own_messages(
        &self,
        user_id: UserId,
        after: Option<Nonce>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(traces::list_own_messages(&conn, user_id, after, limit).await?)
    }

    async fn list_own_reactions(
        &self,
        user_id: UserId,
        after: Option<(MessageId, Emoji)>,
        limit: i64,
    ) -> Result<Vec<OwnReaction>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(traces::list_own_reactions(&conn, user_id, after, limit).await?)
    }

    async fn withdraw_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, StoreError> {
        self.database.write(move |conn| traces::withdraw(conn, conversation_id, user_id, at).boxed()).await
    }
}
