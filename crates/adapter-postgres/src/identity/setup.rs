//! The first admin.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use rialto_identity::{InsertAccountError, NewAccount, Role, SecretDigest, SetUpRefusal, SetupStore};
use rialto_kernel::{Instant, StoreError};

use super::accounts;
use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::{setup_token, users};

#[async_trait]
impl SetupStore for PgIdentityStore {
    async fn offer_setup(&self, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |conn| offer(conn, digest, expires_at).boxed()).await
    }

    async fn check_setup(&self, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal> {
        let conn = self.database.connection().await?;
        check(&conn, digest, now).await.map_err(ActError::into_refusal)
    }

    async fn set_up(&self, digest: SecretDigest, account: NewAccount, now: Instant) -> Result<(), SetUpRefusal> {
        self.database.write(move |conn| set_up(conn, digest, account, now).boxed()).await
    }
}

/// One act at a time: whoever waits here then sees what the one before has done. Reading goes on.
async fn lock(mut conn: &AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("LOCK TABLE setup_token IN EXCLUSIVE MODE").await
}

async fn has_admin(mut conn: &AsyncPgConnection) -> QueryResult<bool> {
    select(exists(users::table.filter(users::role.eq(Role::Admin.as_str())))).get_result(&mut conn).await
}

async fn offer(mut conn: &AsyncPgConnection, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreActError> {
    lock(conn).await?;
    diesel::delete(setup_token::table).execute(&mut conn).await?;
    if has_admin(conn).await? {
        return Ok(false);
    }
    let row =
        (setup_token::id.eq(1), setup_token::digest.eq(digest.0.as_slice()), setup_token::expires_at.eq(expires_at));
    diesel::insert_into(setup_token::table).values(row).execute(&mut conn).await?;
    Ok(true)
}

async fn check(mut conn: &AsyncPgConnection, digest: SecretDigest, now: Instant) -> Result<(), ActError<SetUpRefusal>> {
    if has_admin(conn).await? {
        return Err(ActError::Refused(SetUpRefusal::AlreadySetUp));
    }
    let good =
        setup_token::table.filter(setup_token::digest.eq(digest.0.as_slice())).filter(setup_token::expires_at.gt(now));
    let is_good: bool = select(exists(good)).get_result(&mut conn).await?;
    if is_good { Ok(()) } else { Err(ActError::Refused(SetUpRefusal::InvalidToken)) }
}

async fn set_up(
    mut conn: &AsyncPgConnection,
    digest: SecretDigest,
    account: NewAccount,
    now: Instant,
) -> Result<(), ActError<SetUpRefusal>> {
    lock(conn).await?;
    check(conn, digest, now).await?;
    accounts::insert(conn, account).await.map_err(|error| match error {
        ActError::Refused(InsertAccountError::UsernameTaken) => ActError::Refused(SetUpRefusal::UsernameTaken),
        ActError::Refused(InsertAccountError::EmailTaken) => ActError::Refused(SetUpRefusal::EmailTaken),
        ActError::Refused(InsertAccountError::InvitationInvalid) => {
            ActError::Store(StoreError::corrupt("an account that sets the server up"))
        }
        ActError::Refused(InsertAccountError::Store(error)) | ActError::Store(error) => ActError::Store(error),
        ActError::Query(error) => ActError::Query(error),
    })?;
    diesel::delete(setup_token::table).execute(&mut conn).await?;
    Ok(())
}
