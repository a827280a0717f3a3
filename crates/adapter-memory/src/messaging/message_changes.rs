use async_trait::async_trait;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Actor, Done, Emoji, Message, MessageChanges, MessageContent, MessageRefusal, Revision, WantedMentions,
};

use crate::MemoryStore;

#[async_trait]
impl MessageChanges for MemoryStore {
    async fn find_message(&self, id: MessageId, reader: UserId) -> Result<Option<Message>, StoreError> {
        let state = self.state()?;
        let place = state.messaging.place_of(id);
        place.map(|(kept, ordinal)| kept.message(&state.identity, ordinal, Some(reader))).transpose()
    }

    async fn list_revisions(&self, id: MessageId) -> Result<Vec<Revision>, StoreError> {
        let state = self.state()?;
        let Some((kept, ordinal)) = state.messaging.place_of(id) else { return Ok(Vec::new()) };
        Ok(kept.kept_message(ordinal)?.revisions.clone())
    }

    async fn list_pins(&self, conversation_id: ConversationId, reader: UserId) -> Result<Vec<Message>, StoreError> {
        self.state()?.list_pins(conversation_id, reader)
    }

    async fn edit_message(
        &self,
        id: MessageId,
        by: Actor,
        content: MessageContent,
        mentions: WantedMentions,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.state()?.edit_message(id, by, content, &mentions, at)
    }

    async fn delete_message(&self, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, MessageRefusal> {
        self.state()?.delete_message(id, by, at)
    }

    async fn set_reaction(
        &self,
        id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.state()?.set_reaction(id, by, emoji, present, at)
    }

    async fn set_pin(
        &self,
        id: MessageId,
        by: Actor,
        pinned: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        self.state()?.set_pin(id, by, pinned, at)
    }
}
