use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AppendRefusal, Appended, ChannelListing, Conversation, ConversationSummary,
    CreateConversationRefusal, Created, Event, HistorySlice, LeaveRefusal, Member, Message, MessagingStore,
    NewConversation, NewMember, NewMessage, StreamTop,
};

use super::{append, conversations, history, log, members, summaries};
use crate::pool::PgDatabase;

/// Keeps conversations, messages and the event log in PostgreSQL.
#[derive(Clone, Debug)]
pub struct PgMessagingStore {
    database: PgDatabase,
}

impl PgMessagingStore {
    /// A store over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl MessagingStore for PgMessagingStore {
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        self.database.write(move |conn| conversations::create(conn, new).boxed()).await
    }

    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(conversations::find(&conn, id).await?)
    }

    async fn find_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Member>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(members::find::<StoreError>(&conn, conversation_id, user_id).await?)
    }

    async fn find_summary(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Option<ConversationSummary>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(summaries::find(&conn, conversation_id, reader).await?)
    }

    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(summaries::list(&conn, reader, after, limit).await?)
    }

    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(summaries::list_channels(&conn, after, limit).await?)
    }

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        self.database.write(move |conn| members::add(conn, new).boxed()).await
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, LeaveRefusal> {
        self.database.write(move |conn| members::leave(conn, conversation_id, user_id, at).boxed()).await
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, StoreError> {
        self.database.write(move |conn| members::remove(conn, conversation_id, user_id, at).boxed()).await
    }

    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(members::list(&conn, conversation_id, after, limit).await?)
    }

    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal> {
        self.database.write(move |conn| append::append(conn, new).boxed()).await
    }

    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        slice: HistorySlice,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(history::list_messages(&conn, conversation_id, slice, limit).await?)
    }

    async fn list_events(
        &self,
        conversation_id: ConversationId,
        after: u64,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(history::list_events(&conn, conversation_id, after, limit).await?)
    }

    async fn stream_tops_of(&self, user_id: UserId) -> Result<Vec<StreamTop>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(log::tops_of(&conn, user_id).await?)
    }

    async fn stream_tops(&self, conversations: &[ConversationId]) -> Result<Vec<StreamTop>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(log::tops(&conn, conversations).await?)
    }
}
