use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use rialto_kernel::{ConversationId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{Block, Signal, WriteRefusal};
use crate::ports::Line;

/// Why nobody is told that somebody is writing.
#[derive(Debug, thiserror::Error)]
pub enum SignalTypingError {
    /// The conversation is closed to them.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// They may not write to the other.
    #[error(transparent)]
    Write(#[from] WriteRefusal),
}

impl From<StoreError> for SignalTypingError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

/// Conversations that are known not to be direct ones, which no conversation becomes.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedLines(Arc<Mutex<HashSet<ConversationId>>>);

impl SharedLines {
    /// Beyond so many it begins anew.
    const MOST: usize = 10_000;

    fn knows(&self, id: ConversationId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    fn learn(&self, id: ConversationId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(id);
    }
}

impl MessagingService {
    /// Tells the others in a conversation that a member is writing.
    ///
    /// # Errors
    /// See [`SignalTypingError`].
    pub async fn signal_typing(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<(), SignalTypingError> {
        self.membership(conversation_id, user_id).await?;
        self.signal_typing_of_member(conversation_id, user_id).await
    }

    /// The same of somebody who is in the conversation. For the node itself, which follows who comes and goes: asks
    /// for no membership. The store is asked only in direct conversations, where one hears it.
    ///
    /// # Errors
    /// `Write` in a direct conversation with a block between the two.
    pub async fn signal_typing_of_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<(), SignalTypingError> {
        if !self.shared_lines.knows(conversation_id) {
            match self.deps.discretion.line_of(conversation_id, user_id).await? {
                Line::Shared => self.shared_lines.learn(conversation_id),
                Line::Direct(None) => {}
                Line::Direct(Some(Block::ByOther)) => return Err(WriteRefusal::Blocked.into()),
                Line::Direct(Some(Block::ByOneself)) => return Err(WriteRefusal::UnblockFirst.into()),
            }
        }
        self.deps.bus.publish_signal(Signal::Typing { conversation_id, user_id }).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, ann, conversation};

    #[tokio::test]
    async fn of_a_group_the_store_is_asked_once() {
        let mut mocks = Mocks::default();
        mocks.discretion.expect_line_of().once().returning(|_, _| Ok(Line::Shared));
        mocks.bus.expect_publish_signal().times(3).return_const(());
        let service = mocks.service();
        for _ in 0..3 {
            service.signal_typing_of_member(conversation().id, ann().id).await.unwrap();
        }
    }

    #[tokio::test]
    async fn nobody_hears_the_blocked_begin_to_write() {
        let mut mocks = Mocks::default();
        mocks.discretion.expect_line_of().returning(|_, _| Ok(Line::Direct(Some(Block::ByOther))));
        mocks.bus.expect_publish_signal().never();
        let refusal = mocks.service().signal_typing_of_member(conversation().id, ann().id).await;
        assert!(matches!(refusal, Err(SignalTypingError::Write(WriteRefusal::Blocked))));
    }
}
