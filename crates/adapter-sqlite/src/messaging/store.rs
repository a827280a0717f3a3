//! The port, act by act.

use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AppendRefusal, Appended, ChannelListing, Conversation, ConversationSummary,
    CreateConversationRefusal, Created, Event, HistorySlice, LeaveRefusal, Member, Message, MessagingStore,
    NewConversation, NewMember, NewMessage, StreamTop,
};

use super::{append, conversations, history, members, summaries};
use crate::database::SqliteDatabase;

/// [`MessagingStore`] in SQLite.
#[derive(Clone)]
pub struct SqliteMessagingStore {
    database: SqliteDatabase,
}

impl SqliteMessagingStore {
    /// A store in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl MessagingStore for SqliteMessagingStore {
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        self.database.write(move |c| conversations::create_conversation(c, &new)).await
    }

    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.database.read(move |c| conversations::find_conversation(c, id)).await
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

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        self.database.write(move |c| members::add_member(c, new)).await
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, LeaveRefusal> {
        self.database.write(move |c| members::leave(c, conversation_id, user_id, at)).await
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, StoreError> {
        self.database.write(move |c| members::remove_member(c, conversation_id, user_id, at)).await
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
        slice: HistorySlice,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        self.database.read(move |c| history::list_messages(c, conversation_id, slice, limit)).await
    }

    async fn list_events(
        &self,
        conversation_id: ConversationId,
        after: u64,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError> {
        self.database.read(move |c| history::list_events(c, conversation_id, after, limit)).await
    }

    async fn stream_tops_of(&self, user_id: UserId) -> Result<Vec<StreamTop>, StoreError> {
        self.database.read(move |c| conversations::stream_tops_of(c, user_id)).await
    }

    async fn stream_tops(&self, conversations: &[ConversationId]) -> Result<Vec<StreamTop>, StoreError> {
        let ids = conversations.to_vec();
        self.database.read(move |c| conversations::stream_tops(c, &ids)).await
    }
}
