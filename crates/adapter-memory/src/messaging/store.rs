use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Actor, AddMemberRefusal, Added, AppendRefusal, Appended, ChangeRefusal, Changes, ChannelListing, Conversation,
    ConversationChanges, ConversationSummary, CreateConversationRefusal, Created, Done, Event, FollowedStream,
    HistoryPart, HistorySlice, LeaveRefusal, Member, MemberRole, Message, MessagingStore, NewConversation, NewMember,
    NewMessage, StreamId, StreamTop,
};

use crate::MemoryStore;
use crate::page::nothing;

#[async_trait]
impl MessagingStore for MemoryStore {
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        self.state()?.create_conversation(new)
    }

    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        Ok(self.state()?.messaging.conversations.get(&id).map(|kept| kept.conversation.clone()))
    }

    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<Conversation>, StoreError> {
        let state = self.state()?;
        let id = state.messaging.directs.get(&(one.min(other), one.max(other)));
        Ok(id.and_then(|id| state.messaging.conversations.get(id)).map(|kept| kept.conversation.clone()))
    }

    async fn find_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Member>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(None) };
        kept.member(&state.identity, user_id)
    }

    async fn find_summary(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Option<ConversationSummary>, StoreError> {
        let state = self.state()?;
        let kept = state.messaging.conversations.get(&conversation_id);
        kept.map(|kept| kept.summary_for(&state.identity, reader)).transpose()
    }

    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        let state = self.state()?;
        state.messaging.summary_page(&state.identity, reader, after.as_ref(), limit)
    }

    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError> {
        Ok(self.state()?.messaging.channel_page(after.as_ref(), limit))
    }

    async fn change_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
        at: Instant,
    ) -> Result<Done<Conversation>, ChangeRefusal> {
        self.state()?.change_conversation(conversation_id, by, &changes, at)
    }

    async fn delete_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.state()?.delete_conversation(conversation_id, by, at)
    }

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        self.state()?.add_member(new)
    }

    async fn change_role(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.state()?.change_role(conversation_id, by, user_id, role, at)
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, LeaveRefusal> {
        self.state()?.leave_conversation(conversation_id, user_id, at)
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.state()?.remove_member(conversation_id, by, user_id, at)
    }

    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(nothing()) };
        kept.member_page(&state.identity, after.as_ref(), limit)
    }

    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal> {
        self.state()?.append_message(new)
    }

    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        slice: HistorySlice,
        limit: i64,
        reader: UserId,
    ) -> Result<Vec<Message>, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(Vec::new()) };
        kept.history(&state.identity, part, slice, limit, reader)
    }

    async fn list_events(&self, stream: StreamId, after: u64, limit: i64) -> Result<Vec<Event>, StoreError> {
        self.state()?.list_events(stream, after, limit)
    }

    async fn followed_streams(&self, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError> {
        Ok(self.state()?.followed_streams(user_id))
    }

    async fn stream_tops(&self, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError> {
        let state = self.state()?;
        Ok(streams.iter().filter_map(|stream| state.top_of(*stream)).collect())
    }

    async fn list_changes(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError> {
        let state = self.state()?;
        state.messaging.changes_for(&state.identity, reader, after.as_ref(), limit)
    }
}
