//! The ports about people, act by act.

use async_trait::async_trait;
use rialto_identity::{
    AccountDeletion, AccountDeletions, Block, BlockStore, DeleteAccountRefusal, Picture, ProfileChanges, ProfileStore,
    PutBlockRefusal, SessionRecord, SessionRecords, UnfinishedDeletion, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::{SqliteIdentityStore, blocks, deletions, profiles};

#[async_trait]
impl ProfileStore for SqliteIdentityStore {
    async fn update_profile(
        &self,
        user_id: UserId,
        changes: ProfileChanges,
        at: Instant,
    ) -> Result<Option<User>, StoreError> {
        self.database.write(move |c| profiles::update_profile(c, user_id, changes, at)).await
    }

    async fn find_avatar(&self, user_id: UserId) -> Result<Option<Picture>, StoreError> {
        self.database.read(move |c| profiles::find_avatar(c, user_id)).await
    }
}

#[async_trait]
impl BlockStore for SqliteIdentityStore {
    async fn put_block(&self, by: UserId, user_id: UserId, at: Instant) -> Result<bool, PutBlockRefusal> {
        self.database.write(move |c| blocks::put_block(c, by, user_id, at)).await
    }

    async fn lift_block(&self, by: UserId, user_id: UserId) -> Result<bool, StoreError> {
        self.database.write(move |c| blocks::lift_block(c, by, user_id)).await
    }

    async fn list_blocks(
        &self,
        by: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Block>, StoreError> {
        self.database.read(move |c| blocks::list_blocks(c, by, after.as_ref(), limit)).await
    }
}

#[async_trait]
impl AccountDeletions for SqliteIdentityStore {
    async fn delete_account(&self, deletion: AccountDeletion) -> Result<Vec<SessionId>, DeleteAccountRefusal> {
        self.database.write(move |c| deletions::delete_account(c, &deletion)).await
    }

    async fn list_unfinished(&self, limit: i64) -> Result<Vec<UnfinishedDeletion>, StoreError> {
        self.database.read(move |c| deletions::list_unfinished(c, limit)).await
    }

    async fn finish(&self, user_id: UserId) -> Result<(), StoreError> {
        self.database.write(move |c| deletions::finish(c, user_id)).await
    }
}

#[async_trait]
impl SessionRecords for SqliteIdentityStore {
    async fn list_session_records(
        &self,
        user_id: UserId,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        self.database.read(move |c| deletions::list_session_records(c, user_id, after, limit)).await
    }
}
