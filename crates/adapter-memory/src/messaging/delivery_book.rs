use async_trait::async_trait;
use rialto_kernel::{StoreError, UserId};
use rialto_messaging::{Delivered, DeliveryBook};

use crate::MemoryStore;

#[async_trait]
impl DeliveryBook for MemoryStore {
    async fn list_deliveries(&self, way: &str, user_id: UserId) -> Result<Vec<Delivered>, StoreError> {
        let state = self.state()?;
        let position = |kept: &super::tables::KeptConversation| {
            let seq = *kept.delivered.get(&(user_id, way.to_owned()))?;
            Some(Delivered { user_id, conversation_id: kept.conversation.id, seq })
        };
        Ok(state.messaging.conversations_of(user_id).filter_map(position).collect())
    }

    async fn record_deliveries(&self, way: &str, delivered: &[Delivered]) -> Result<(), StoreError> {
        let mut state = self.state()?;
        for Delivered { user_id, conversation_id, seq } in delivered {
            let kept = state.messaging.conversations.get_mut(conversation_id);
            if let Some(kept) = kept.filter(|kept| kept.members.contains_key(user_id)) {
                let position = kept.delivered.entry((*user_id, way.to_owned())).or_default();
                *position = (*position).max(*seq);
            }
        }
        Ok(())
    }
}
