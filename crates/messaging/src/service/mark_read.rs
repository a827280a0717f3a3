use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{MarkRead, ReadState, Receipt, Signal};
use crate::ports::MarkReadRefusal;

/// Why a read pointer stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum MarkReadError {
    /// The conversation is closed to the reader.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such thread in it.
    #[error("the thread is not in this conversation")]
    UnknownThread,
}

impl From<StoreError> for MarkReadError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl MessagingService {
    /// Moves a reader's pointer forward, in a conversation or in one of its threads; all their devices hear of it, and
    /// the others where receipts are shown.
    ///
    /// # Errors
    /// See [`MarkReadError`].
    pub async fn mark_read(
        &self,
        conversation_id: ConversationId,
        thread_root: Option<MessageId>,
        user_id: UserId,
        ordinal: u64,
    ) -> Result<ReadState, MarkReadError> {
        let at = self.deps.clock.now();
        let mark = MarkRead { conversation_id, thread_root, user_id, ordinal, at };
        let marked = match self.deps.reads.mark_read(mark).await {
            Ok(marked) => marked,
            Err(MarkReadRefusal::NotAMember) => return Err(self.refusal_for_stranger(conversation_id).await?.into()),
            Err(MarkReadRefusal::UnknownThread) => return Err(MarkReadError::UnknownThread),
            Err(MarkReadRefusal::Store(error)) => return Err(error.into()),
        };
        let moved = !marked.events.is_empty();
        let read = self.tell(marked).await;
        if moved && thread_root.is_none() && self.shows_receipts(conversation_id).await? {
            let receipt = Receipt { user_id, ordinal: read.ordinal };
            self.deps.bus.publish_signal(Signal::Read { conversation_id, receipt }).await;
        }
        Ok(read)
    }

    /// Whether the members of a conversation see how far the others have read.
    pub(super) async fn shows_receipts(&self, conversation_id: ConversationId) -> Result<bool, StoreError> {
        let conversation = self.deps.store.find_conversation(conversation_id).await?;
        Ok(conversation.is_some_and(|conversation| conversation.settings.receipts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventBody, ReadChange};
    use crate::ports::Done;
    use crate::service::fixtures::{Mocks, ann, conversation, event};

    async fn mark(receipts: bool, moves: bool) {
        let read = ReadState { ordinal: 4, unread: 0, mentions: 0 };
        let mut mocks = Mocks::default();
        let change = ReadChange { conversation_id: conversation().id, thread_root: None, last_ordinal: 4, read };
        let events = if moves { vec![event(EventBody::ReadChanged(change))] } else { Vec::new() };
        mocks.reads.expect_mark_read().returning(move |_| Ok(Done { value: read, events: events.clone() }));
        let mut known = conversation();
        known.settings.receipts = receipts;
        mocks.store.expect_find_conversation().returning(move |_| Ok(Some(known.clone())));
        mocks.bus.expect_publish_event().times(usize::from(moves)).return_const(());
        mocks.bus.expect_publish_signal().times(usize::from(moves && receipts)).return_const(());
        assert_eq!(mocks.service().mark_read(conversation().id, None, ann().id, 4).await.unwrap(), read);
    }

    #[tokio::test]
    async fn others_see_a_receipt_only_where_receipts_are_shown_and_something_moved() {
        mark(true, true).await;
        mark(false, true).await;
        mark(true, false).await;
    }
}
