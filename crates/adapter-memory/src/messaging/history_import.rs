use async_trait::async_trait;
use rialto_kernel::{ConversationId, MessageId, StoreError};
use rialto_messaging::{AddMemberRefusal, Added, BroughtIn, HistoryImport, NewMember, PastAppended, PastMessage};

use super::log::Act;
use super::messages::{KeptMentions, KeptMessage};
use crate::MemoryStore;
use crate::state::State;

#[async_trait]
impl HistoryImport for MemoryStore {
    async fn bring_in(&self, new: NewMember) -> Result<BroughtIn, AddMemberRefusal> {
        let mut state = self.state()?;
        let kept = state.messaging.conversations.get(&new.conversation_id);
        let came = |act: &Act| matches!(act, Act::Came { user, .. } if *user == new.user_id);
        if kept.is_some_and(|kept| kept.log.iter().any(|entry| came(&entry.act))) {
            return Ok(BroughtIn::Known);
        }
        Ok(match state.add_member(new)? {
            Added::New { .. } => BroughtIn::New,
            Added::Already(_) => BroughtIn::Known,
        })
    }

    async fn append_past(
        &self,
        conversation_id: ConversationId,
        messages: Vec<PastMessage>,
    ) -> Result<Vec<PastAppended>, StoreError> {
        let mut state = self.state()?;
        Ok(messages.into_iter().map(|message| state.append_past(conversation_id, message)).collect())
    }

    async fn known_messages(&self, ids: Vec<MessageId>) -> Result<Vec<MessageId>, StoreError> {
        let state = self.state()?;
        Ok(ids.into_iter().filter(|id| state.messaging.places.contains_key(id)).collect())
    }
}

impl State {
    fn append_past(&mut self, conversation_id: ConversationId, past: PastMessage) -> PastAppended {
        let Self { identity, messaging, .. } = self;
        let Some(kept) = messaging.conversations.get_mut(&conversation_id) else {
            return PastAppended::UnknownConversation;
        };
        if messaging.places.contains_key(&past.id) {
            return PastAppended::Known;
        }
        if identity.live_user(past.sender).is_none() {
            return PastAppended::UnknownSender;
        }
        let ordinal = kept.conversation.last_ordinal + 1;
        kept.conversation.last_ordinal = ordinal;
        kept.messages.push(KeptMessage {
            id: past.id,
            seq: kept.conversation.last_seq + 1,
            ordinal,
            sender: past.sender,
            content: Some(past.content),
            reply_to: None,
            thread_root: None,
            mentions: KeptMentions::default(),
            reactions: Vec::new(),
            pinned_at: None,
            edited_at: None,
            deleted_at: None,
            created_at: past.at,
            nonce: past.nonce.clone(),
            revisions: Vec::new(),
        });
        let newest = kept.conversation.last_event_at.max(past.at);
        kept.append(past.at, Act::Said(ordinal));
        kept.conversation.last_event_at = newest;
        kept.members.values_mut().for_each(|member| member.read_ordinal = ordinal);
        messaging.places.insert(past.id, (conversation_id, ordinal));
        messaging.nonces.insert((past.sender, past.nonce), past.id);
        PastAppended::New
    }
}
