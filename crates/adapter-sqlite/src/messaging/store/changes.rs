use async_trait::async_trait;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Actor, Done, Emoji, Message, MessageChanges, MessageContent, MessageRefusal, Revision, WantedMentions,
};

use super::super::{changes, message_parts, pins, reactions};
use super::SqliteMessagingStore;

#[async_trait]
impl MessageChanges for SqliteMessagingStore {
    async fn find_message(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError> {
        self.database.read(move |c| message_parts::find_message(c, id, Some(reader))).await
    }

    async fn list_revisions(&self, id: MessageId) -> Result<Vec<Revision>, StoreError> {
        self.database.read(move |c| changes::list_revisions(c, id)).await
    }

    async fn list_pins(&self, conversation_id: ConversationId, reader: UserId) -> Result<Vec<Message>, StoreError> {
        self.database.read(move |c| pins::list_pins(c, conversation_id, reader)).await
    }

    async fn edit_message(
        &self,
        id: MessageId,
        by: Actor,
        content: MessageContent,
        mentions: WantedMentions,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |c| changes::edit_message(c, id, by, &content, &mentions, at)).await
    }

    async fn delete_message(&self, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |c| changes::delete_message(c, id, by, at)).await
    }

    async fn set_reaction(
        &self,
        id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |c| reactions::set_reaction(c, id, by, emoji, present, at)).await
    }

    async fn set_pin(
        &self,
        id: MessageId,
        by: Actor,
        pinned: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.database.write(move |c| pins::set_pin(c, id, by, pinned, at)).await
    }
}
