//! Passwords: changed by who knows them, hashed anew.
//!
//! The row of `credentials` is the lock of all acts here: each takes it before it looks at sessions or reset tokens.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{ChangePasswordStoreError, NewReset, PasswordChange, PasswordHash, PasswordStore, ResetDigest};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::resets;
use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::{credentials, sessions};

#[async_trait]
impl PasswordStore for PgIdentityStore {
    async fn find_password_hash(&self, user_id: UserId) -> Result<Option<PasswordHash>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(find_hash(&conn, user_id).await?)
    }

    async fn replace_password_hash(
        &self,
        user_id: UserId,
        from: PasswordHash,
        to: PasswordHash,
    ) -> Result<bool, StoreError> {
        self.database.write(move |conn| replace_hash(conn, user_id, from, to).boxed()).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<Vec<SessionId>, ChangePasswordStoreError> {
        self.database.write(move |conn| change_password(conn, change).boxed()).await
    }

    async fn insert_reset(&self, reset: NewReset) -> Result<bool, StoreError> {
        self.database.write(move |conn| resets::insert(conn, reset).boxed()).await
    }

    async fn is_reset_live(&self, digest: ResetDigest, now: Instant) -> Result<bool, StoreError> {
        let conn = self.database.connection().await?;
        Ok(resets::find_live(&conn, digest, now).await?.is_some())
    }

    async fn reset_password(
        &self,
        digest: ResetDigest,
        to: PasswordHash,
        at: Instant,
    ) -> Result<Option<(UserId, Vec<SessionId>)>, StoreError> {
        self.database.write(move |conn| resets::redeem(conn, digest, to, at).boxed()).await
    }
}

async fn find_hash(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Option<PasswordHash>, StoreActError> {
    let hash = credentials::table.find(user_id.uuid()).select(credentials::password_hash);
    let hash: Option<String> = hash.first(&mut conn).await.optional()?;
    Ok(hash.map(PasswordHash::new))
}

async fn replace_hash(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    from: PasswordHash,
    to: PasswordHash,
) -> Result<bool, StoreActError> {
    let same = credentials::table.find(user_id.uuid()).filter(credentials::password_hash.eq(from.as_str()));
    Ok(diesel::update(same).set(credentials::password_hash.eq(to.as_str())).execute(&mut conn).await? > 0)
}

async fn change_password(
    mut conn: &AsyncPgConnection,
    change: PasswordChange,
) -> Result<Vec<SessionId>, ActError<ChangePasswordStoreError>> {
    // Of two at once the second waits for the row and then finds another hash in it.
    let same =
        credentials::table.find(change.user_id.uuid()).filter(credentials::password_hash.eq(change.from.as_str()));
    let changed = diesel::update(same)
        .set((credentials::password_hash.eq(change.to.as_str()), credentials::changed_at.eq(change.at)))
        .execute(&mut conn)
        .await?;
    if changed == 0 {
        return Err(ActError::Refused(ChangePasswordStoreError::Outdated));
    }
    let asking: Option<Uuid> = sessions::table
        .find(change.session_id.uuid())
        .filter(sessions::user_id.eq(change.user_id.uuid()))
        .filter(sessions::revoked_at.is_null())
        .select(sessions::id)
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    if asking.is_none() {
        return Err(ActError::Refused(ChangePasswordStoreError::SessionEnded));
    }
    resets::void_all_of(conn, change.user_id, change.at).await?;
    let others = sessions::table
        .filter(sessions::user_id.eq(change.user_id.uuid()))
        .filter(sessions::id.ne(change.session_id.uuid()))
        .filter(sessions::revoked_at.is_null());
    let ended: Vec<Uuid> = diesel::update(others)
        .set(sessions::revoked_at.eq(change.at))
        .returning(sessions::id)
        .get_results(&mut conn)
        .await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}
