//! Accounts that were made on another server.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{AccountImport, InsertAccountError, Newcomer, PasswordHash, User};
use rialto_kernel::StoreError;
use uuid::Uuid;

use super::accounts::insert_user;
use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::users;

#[async_trait]
impl AccountImport for PgIdentityStore {
    async fn judge_newcomer(&self, user: &User) -> Result<Newcomer, StoreError> {
        let user = user.clone();
        self.database.read(move |conn| async move { judge(conn, &user).await }.boxed()).await
    }

    async fn import_account(&self, user: User, password_hash: Option<PasswordHash>) -> Result<Newcomer, StoreError> {
        let given = user.clone();
        let act = self.database.write(move |conn| import(conn, given, password_hash).boxed()).await;
        match act {
            Ok(met) => Ok(met),
            Err(InsertAccountError::Store(error)) => Err(error),
            // Somebody took the name or the address meanwhile, and has committed.
            Err(
                InsertAccountError::UsernameTaken
                | InsertAccountError::EmailTaken
                | InsertAccountError::InvitationInvalid,
            ) => self.judge_newcomer(&user).await,
        }
    }
}

async fn import(
    conn: &AsyncPgConnection,
    user: User,
    password_hash: Option<PasswordHash>,
) -> Result<Newcomer, ActError<InsertAccountError>> {
    let met = judge(conn, &user).await.map_err(StoreError::from)?;
    if met == Newcomer::New {
        insert_user(conn, &user, password_hash.as_ref()).await?;
    }
    Ok(met)
}

async fn judge(mut conn: &AsyncPgConnection, user: &User) -> Result<Newcomer, StoreActError> {
    if select(exists(users::table.find(user.id.uuid()))).get_result(&mut conn).await? {
        return Ok(Newcomer::Known);
    }
    if let Some(email) = &user.email {
        let holder = users::table.filter(users::email_key.eq(email.key())).select(users::id);
        let holder: Option<Uuid> = holder.first(&mut conn).await.optional()?;
        if let Some(holder) = holder {
            return Ok(Newcomer::EmailTaken(holder.into()));
        }
    }
    let same_name = users::table.filter(users::username_key.eq(user.username.key()));
    let is_taken: bool = select(exists(same_name)).get_result(&mut conn).await?;
    Ok(if is_taken { Newcomer::UsernameTaken } else { Newcomer::New })
}
