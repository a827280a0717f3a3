use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    Actor, AddMemberRefusal, Added, AppendRefusal, Appended, ChangeRefusal, Changes, ChannelListing, Conversation,
    ConversationChanges, ConversationSummary, CreateConversationRefusal, Created, Done, Event, FollowedStream,
    HistoryPart, HistorySlice, LeaveRefusal, Member, MemberRole, Message, MessagingStore, NewConversation, NewMember,
    NewMessage, StreamId, StreamTop,
};

use super::group::Writer;
use super::{conversations, events, history, log, members, personal, roles, settings, summaries, sync};
use crate::pool::PgDatabase;

/// Keeps all of messaging in PostgreSQL: it implements every store port of the domain.
#[derive(Clone, Debug)]
pub struct PgMessagingStore {
    pub(super) database: PgDatabase,
    appends: Writer,
}

impl PgMessagingStore {
    /// A store over a connected database whose migrations are applied. A task of its own commits what is said, until
    /// the last clone is dropped.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { appends: Writer::start(database.clone()), database }
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

    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<Conversation>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(conversations::find_direct(&conn, one, other).await?)
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
        self.database.read(move |conn| summaries::find(conn, conversation_id, reader).boxed()).await
    }

    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        self.database.read(move |conn| summaries::list(conn, reader, after, limit).boxed()).await
    }

    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(summaries::list_channels(&conn, after, limit).await?)
    }

    async fn change_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
        at: Instant,
    ) -> Result<Done<Conversation>, ChangeRefusal> {
        self.database.write(move |conn| settings::change(conn, conversation_id, by, changes, at).boxed()).await
    }

    async fn delete_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |conn| settings::delete(conn, conversation_id, by, at).boxed()).await
    }

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        self.database.write(move |conn| members::add(conn, new).boxed()).await
    }

    async fn change_role(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        self.database.write(move |conn| roles::change(conn, conversation_id, by, user_id, role, at).boxed()).await
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, LeaveRefusal> {
        self.database.write(move |conn| members::leave(conn, conversation_id, user_id, at).boxed()).await
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        self.database.write(move |conn| members::remove(conn, conversation_id, by, user_id, at).boxed()).await
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
        self.appends.append(new).await
    }

    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        part: HistoryPart,
        slice: HistorySlice,
        limit: i64,
        reader: UserId,
    ) -> Result<Vec<Message>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(history::list_messages(&conn, conversation_id, part, slice, limit, reader).await?)
    }

    async fn list_events(&self, stream: StreamId, after: u64, limit: i64) -> Result<Vec<Event>, StoreError> {
        let conn = self.database.connection().await?;
        match stream {
            StreamId::Conversation(id) => Ok(events::list(&conn, id, after, limit).await?),
            StreamId::Personal(user_id) => Ok(personal::list_events(&conn, user_id, after, limit).await?),
        }
    }

    async fn followed_streams(&self, user_id: UserId) -> Result<Vec<FollowedStream>, StoreError> {
        self.database.read(move |conn| log::followed(conn, user_id).boxed()).await
    }

    async fn stream_tops(&self, streams: &[StreamId]) -> Result<Vec<StreamTop>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(log::tops(&conn, streams).await?)
    }

    async fn list_changes(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Changes, StoreError> {
        self.database.read(move |conn| sync::list_changes(conn, reader, after, limit).boxed()).await
    }
}
