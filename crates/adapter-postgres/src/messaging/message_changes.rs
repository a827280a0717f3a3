use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Actor, Done, Emoji, Message, MessageChanges, MessageContent, MessageRefusal, Revision, WantedMentions,
};

use super::{PgMessagingStore, changes, history, pins, reactions};

#[async_trait]
impl MessageChanges for PgMessagingStore {
    async fn find_message(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(history::find_messages::<StoreError>(&conn, [id], Some(reader)).await?.pop())
    }

    async fn list_revisions(&self, id: MessageId) -> Result<Vec<Revision>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(history::list_revisions(&conn, id).await?)
    }

    async fn list_pins(&self, conversation_id: ConversationId, reader: UserId) -> Result<Vec<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(pins::list(&conn, conversation_id, reader).await?)
    }

    async fn edit_message(
        &self,
        id: MessageId,
        by: Actor,
        content: MessageContent,
        mentions: WantedMentions,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |conn| changes::edit(conn, id, by, content, mentions, at).boxed()).await
    }

    async fn delete_message(&self, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |conn| changes::delete(conn, id, by, at).boxed()).await
    }

    async fn set_reaction(
        &self,
        id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |conn| reactions::set(conn, id, by, emoji, present, at).boxed()).await
    }

    async fn set_pin(
        &self,
        id: MessageId,
        by: Actor,
        pinned: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |conn| pins::set(conn, id, by, pinned, at).boxed()).await
    }
}
