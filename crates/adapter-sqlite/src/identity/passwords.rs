//! Passwords: changed by who knows them, hashed anew.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{ChangePasswordStoreError, NewReset, PasswordChange, PasswordHash, PasswordStore, ResetDigest};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::resets;
use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::{credentials, sessions};
use crate::value::{DbId, DbInstant};

#[async_trait]
impl PasswordStore for SqliteIdentityStore {
    async fn find_password_hash(&self, user_id: UserId) -> Result<Option<PasswordHash>, StoreError> {
        self.database.read(move |c| find_hash(c, user_id)).await
    }

    async fn replace_password_hash(
        &self,
        user_id: UserId,
        from: PasswordHash,
        to: PasswordHash,
    ) -> Result<bool, StoreError> {
        self.database.write(move |c| replace_hash(c, user_id, &from, &to)).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<Vec<SessionId>, ChangePasswordStoreError> {
        self.database.write(move |c| change_password(c, &change)).await
    }

    async fn insert_reset(&self, reset: NewReset) -> Result<bool, StoreError> {
        self.database.write(move |c| resets::insert(c, &reset)).await
    }

    async fn is_reset_live(&self, digest: ResetDigest, now: Instant) -> Result<bool, StoreError> {
        self.database.read(move |c| Ok(resets::find_live(c, digest, now)?.is_some())).await
    }

    async fn reset_password(
        &self,
        digest: ResetDigest,
        to: PasswordHash,
        at: Instant,
    ) -> Result<Option<(UserId, Vec<SessionId>)>, StoreError> {
        self.database.write(move |c| resets::redeem(c, digest, &to, at)).await
    }
}

fn find_hash(connection: &mut SqliteConnection, user_id: UserId) -> Result<Option<PasswordHash>, StoreError> {
    let hash = credentials::table.find(DbId::from(user_id)).select(credentials::password_hash).first(connection);
    Ok(hash.optional().map_err(store_error)?.map(PasswordHash::new))
}

fn replace_hash(
    connection: &mut SqliteConnection,
    user_id: UserId,
    from: &PasswordHash,
    to: &PasswordHash,
) -> Result<bool, StoreError> {
    let same = credentials::table.find(DbId::from(user_id)).filter(credentials::password_hash.eq(from.as_str()));
    let replaced = diesel::update(same).set(credentials::password_hash.eq(to.as_str())).execute(connection);
    Ok(replaced.map_err(store_error)? > 0)
}

fn change_password(
    connection: &mut SqliteConnection,
    change: &PasswordChange,
) -> Result<Vec<SessionId>, ChangePasswordStoreError> {
    let asking = sessions::table
        .find(DbId::from(change.session_id))
        .filter(sessions::user_id.eq(DbId::from(change.user_id)))
        .filter(sessions::revoked_at.is_null());
    if !select(exists(asking)).get_result(connection).map_err(store_error)? {
        return Err(ChangePasswordStoreError::SessionEnded);
    }
    let same =
        credentials::table.find(DbId::from(change.user_id)).filter(credentials::password_hash.eq(change.from.as_str()));
    let changed = diesel::update(same)
        .set((credentials::password_hash.eq(change.to.as_str()), credentials::changed_at.eq(DbInstant(change.at))))
        .execute(connection)
        .map_err(store_error)?;
    if changed == 0 {
        return Err(ChangePasswordStoreError::Outdated);
    }
    resets::void_all_of(connection, change.user_id, change.at)?;
    let others = sessions::table
        .filter(sessions::user_id.eq(DbId::from(change.user_id)))
        .filter(sessions::id.ne(DbId::from(change.session_id)))
        .filter(sessions::revoked_at.is_null());
    let ended: Vec<DbId> = diesel::update(others)
        .set(sessions::revoked_at.eq(DbInstant(change.at)))
        .returning(sessions::id)
        .get_results(connection)
        .map_err(store_error)?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}
