use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Actor, AddMemberRefusal, Added, AppendRefusal, Appended, ChangeRefusal, Changes, ChannelListing, Conversation,
    ConversationChanges, ConversationSummary, CreateConversationRefusal, Created, Done, Event, FollowedStream,
    HistoryPart, HistorySlice, LeaveRefusal, Member, MemberRole, Message, MessagingStore, NewConversation, NewMember,
    NewMessage, StreamId, StreamTop,
};

use super::super::{append, conversations, history, members, reads, roles, settings, summaries, sync};
use super::SqliteMessagingStore;

#[async_trait]
impl MessagingStore for SqliteMessagingStore {
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        self.database.write(move |c| conversations::create_conversation(c, &new)).await
    }

    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.database.read(move |c| conversations::find_conversation(c, id)).await
    }

    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<Conversation>, StoreError> {
        self.database.read(move |c| conversations::find_direct(c, [one, other])).await
    }

    async fn find_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Member>, StoreError> {
        self.database.read(move |c| members::find_member(c, conversation_id, user_id)).await
    }

    async fn find_summary(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Option<ConversationSummary>, StoreError> {
        self.database.read(move |c| summaries::find_summary(c, conversation_id, reader)).await
    }

    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        self.database.read(move |c| summaries::list_summaries(c, reader, after.as_ref(), limit)).await
    }

    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError> {
        self.database.read(move |c| summaries::list_channels(c, after.as_ref(), limit)).await
    }

    async fn change_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
        at: Instant,
    ) -> Result<Done<Conversation>, ChangeRefusal> {
        self.database.write(move |c| settings::change_conversation(c, conversation_id, by, &changes, at)).await
    }

    async fn delete_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |c| settings::delete_conversation(c, conversation_id, by, at)).await
    }

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        self.database.write(move |c| members::add_member(c, new)).await
    }

    async fn change_role(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.database.write(move |c| roles::change_role(c, conversation_id, by, user_id, role, at)).await
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, LeaveRefusal> {
        self.database.write(move |c| members::leave(c, conversation_id, user_id, at)).await
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |c| members::remove_member(c, conversation_id, by, user_id, at)).await
    }

    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError> {
        self.database.read(move |c| members::list_members(c, conversation_id, after.as_ref(), limit)).await
    }

    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal> {
        self.database.write(move |c| append::append_message(c, new)).await
    }

    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        slice: HistorySlice,
        limit: i64,
        reader: UserId,
    ) -> Result<Vec<Message>, StoreError> {
        self.database.read(move |c| history::list_messages(c, conversation_id, part, slice, limit, reader)).await
    }

    async fn list_events(&self, stream: StreamId, after: u64, limit: i64) -> Result<Vec<Event>, StoreError> {
        self.database.read(move |c| history::list_events(c, stream, after, limit)).await
    }

    async fn followed_streams(&self, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError> {
        self.database.read(move |c| reads::followed_streams(c, user_id)).await
    }

    async fn stream_tops(&self, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError> {
        let streams = streams.to_vec();
        self.database.read(move |c| conversations::stream_tops(c, &streams)).await
    }

    async fn list_changes(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError> {
        self.database.read(move |c| sync::list_changes(c, reader, after.as_ref(), limit)).await
    }
}
