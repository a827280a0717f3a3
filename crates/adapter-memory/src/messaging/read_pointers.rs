use std::ops::Bound;

use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, MessageId, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Done, EventBody, MarkRead, MarkReadRefusal, ReadChange, ReadPointers, ReadState, Receipt, ThreadState,
};

use super::tables::KeptConversation;
use crate::MemoryStore;
use crate::page::{nothing, page_of};
use crate::state::State;

#[async_trait]
impl ReadPointers for MemoryStore {
    async fn mark_read(&self, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal> {
        self.state()?.mark_read(mark)
    }

    async fn list_receipts(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Receipt>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(nothing()) };
        let start = match after.map(|cursor| cursor.as_str().parse::<UserId>()) {
            Some(Err(_)) => return Ok(nothing()),
            Some(Ok(user_id)) => Bound::Excluded(user_id),
            None => Bound::Unbounded,
        };
        let receipts = kept
            .members
            .range((start, Bound::Unbounded))
            .map(|(user_id, member)| Receipt { user_id: *user_id, ordinal: member.read_ordinal });
        Ok(page_of(receipts, limit, |receipt| Cursor::from_keys(&[&receipt.user_id])))
    }

    async fn find_thread(&self, root: MessageId, reader: UserId) -> Result<Option<ThreadState>, StoreError> {
        let state = self.state()?;
        let Some((kept, _)) = state.messaging.place_of(root) else { return Ok(None) };
        Ok(kept.root_ordinal(root).map(|_| kept.thread_state(root, reader)))
    }
}

impl State {
    fn mark_read(&mut self, mark: MarkRead) -> Result<Done<ReadState>, MarkReadRefusal> {
        let MarkRead { conversation_id, thread_root, user_id, ordinal, at } = mark;
        let tables = &mut self.messaging;
        let kept = tables.conversations.get_mut(&conversation_id).ok_or(MarkReadRefusal::NotAMember)?;
        let last_ordinal = kept.conversation.last_ordinal;
        let moved = match thread_root {
            None => kept.move_pointer(user_id, ordinal.min(last_ordinal))?,
            Some(root) => kept.move_thread_pointer(root, user_id, ordinal.min(last_ordinal))?,
        };
        let read = match thread_root {
            None => kept.read_of(user_id),
            Some(root) => kept.read_of_thread(root, user_id),
        };
        let read = read.ok_or_else(|| StoreError::corrupt("a read pointer"))?;
        let change = ReadChange { conversation_id, thread_root, last_ordinal, read };
        let event = moved.then(|| tables.personal.append(user_id, at, EventBody::ReadChanged(change)));
        Ok(Done { value: read, events: event.into_iter().collect() })
    }
}

impl KeptConversation {
    /// Whether it moved.
    fn move_pointer(&mut self, user_id: UserId, ordinal: u64) -> Result<bool, MarkReadRefusal> {
        let member = self.members.get_mut(&user_id).ok_or(MarkReadRefusal::NotAMember)?;
        let moves = ordinal > member.read_ordinal;
        member.read_ordinal = member.read_ordinal.max(ordinal);
        Ok(moves)
    }

    /// Whether it moved; to follow a thread is to move.
    fn move_thread_pointer(&mut self, root: MessageId, user_id: UserId, ordinal: u64) -> Result<bool, MarkReadRefusal> {
        if !self.members.contains_key(&user_id) {
            return Err(MarkReadRefusal::NotAMember);
        }
        self.root_ordinal(root).ok_or(MarkReadRefusal::UnknownThread)?;
        let thread = self.threads.entry(root).or_default();
        let before = thread.followers.get(&user_id).copied();
        let moves = before.is_none_or(|before| ordinal > before);
        thread.followers.insert(user_id, ordinal.max(before.unwrap_or(0)));
        Ok(moves)
    }
}
