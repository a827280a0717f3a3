use async_trait::async_trait;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Discretion, Emoji, Event, Line, Message, Nonce, OwnReaction, PresenceVisibility, UserTraces};

use super::super::{discretion, traces};
use super::SqliteMessagingStore;

#[async_trait]
impl Discretion for SqliteMessagingStore {
    async fn visibility_of(&self, user_id: UserId) -> Result<PresenceVisibility, StoreError> {
        self.database.read(move |c| discretion::visibility_of(c, user_id)).await
    }

    async fn unseen_by(&self, reader: UserId, users: &[UserId]) -> Result<Vec<UserId>, StoreError> {
        let users = users.to_vec();
        self.database.read(move |c| discretion::unseen_by(c, reader, &users)).await
    }

    async fn line_of(&self, conversation_id: ConversationId, user_id: UserId) -> Result<Line, StoreError> {
        self.database.read(move |c| discretion::line_of(c, conversation_id, user_id)).await
    }
}

#[async_trait]
impl UserTraces for SqliteMessagingStore {
    async fn list_own_messages(
        &self,
        user_id: UserId,
        after: Option<Nonce>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        self.database.read(move |c| traces::list_own_messages(c, user_id, after.as_ref(), limit)).await
    }

    async fn list_own_reactions(
        &self,
        user_id: UserId,
        after: Option<(MessageId, Emoji)>,
        limit: i64,
    ) -> Result<Vec<OwnReaction>, StoreError> {
        self.database.read(move |c| traces::list_own_reactions(c, user_id, after.as_ref(), limit)).await
    }

    async fn withdraw_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, StoreError> {
        self.database.write(move |c| traces::withdraw_member(c, conversation_id, user_id, at)).await
    }
}
