//! The ports about people, act by act.

use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_identity::{
    AccountDeletion, AccountDeletions, Block, BlockStore, DeleteAccountRefusal, Picture, ProfileChanges, ProfileStore,
    PutBlockRefusal, SessionRecord, SessionRecords, UnfinishedDeletion, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::{PgIdentityStore, blocks, deletions, profiles};

#[async_trait]
impl ProfileStore for PgIdentityStore {
    async fn update_profile(
        &self,
        user_id: UserId,
        changes: ProfileChanges,
        at: Instant,
    ) -> Result<Option<User>, StoreError> {
        self.database.write(move |conn| profiles::update(conn, user_id, changes, at).boxed()).await
    }

    async fn find_avatar(&self, user_id: UserId) -> Result<Option<Picture>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(profiles::find_avatar(&conn, user_id).await?)
    }
}

#[async_trait]
impl BlockStore for PgIdentityStore {
    async fn put_block(&self, by: UserId, user_id: UserId, at: Instant) -> Result<bool, PutBlockRefusal> {
        self.database.write(move |conn| blocks::put(conn, by, user_id, at).boxed()).await
    }

    async fn lift_block(&self, by: UserId, user_id: UserId) -> Result<bool, StoreError> {
        self.database.write(move |conn| blocks::lift(conn, by, user_id).boxed()).await
    }

    async fn list_blocks(
        &self,
        by: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Block>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(blocks::list(&conn, by, after, limit).await?)
    }
}

#[async_trait]
impl AccountDeletions for PgIdentityStore {
    async fn delete_account(&self, deletion: AccountDeletion) -> Result<Vec<SessionId>, DeleteAccountRefusal> {
        self.database.write(move |conn| deletions::delete(conn, deletion).boxed()).await
    }

    async fn list_unfinished(&self, limit: i64) -> Result<Vec<UnfinishedDeletion>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(deletions::list_unfinished(&conn, limit).await?)
    }

    async fn finish(&self, user_id: UserId) -> Result<(), StoreError> {
        self.database.write(move |conn| deletions::finish(conn, user_id).boxed()).await
    }
}

#[async_trait]
impl SessionRecords for PgIdentityStore {
    async fn list_session_records(
        &self,
        user_id: UserId,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(deletions::list_session_records(&conn, user_id, after, limit).await?)
    }
}
