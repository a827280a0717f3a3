//! Accounts that were made on another server.

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{AccountImport, InsertAccountError, Newcomer, PasswordHash, User};
use rialto_kernel::StoreError;

use super::accounts::insert_user;
use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::users;
use crate::value::DbId;

#[async_trait]
impl AccountImport for SqliteIdentityStore {
    async fn judge_newcomer(&self, user: &User) -> Result<Newcomer, StoreError> {
        let user = user.clone();
        self.database.read(move |c| judge(c, &user)).await
    }

    async fn import_account(&self, user: User, password_hash: Option<PasswordHash>) -> Result<Newcomer, StoreError> {
        self.database.write(move |c| import(c, &user, password_hash.as_ref())).await
    }
}

/// Nobody else writes until the commit, so what is judged here holds.
fn import(
    connection: &mut SqliteConnection,
    user: &User,
    password_hash: Option<&PasswordHash>,
) -> Result<Newcomer, StoreError> {
    let met = judge(connection, user)?;
    if met == Newcomer::New {
        match insert_user(connection, user, password_hash) {
            Ok(()) => {}
            Err(InsertAccountError::Store(error)) => return Err(error),
            Err(refusal) => return Err(StoreError::unavailable(refusal)),
        }
    }
    Ok(met)
}

fn judge(connection: &mut SqliteConnection, user: &User) -> Result<Newcomer, StoreError> {
    let known = users::table.find(DbId::from(user.id));
    if select(exists(known)).get_result(connection).map_err(store_error)? {
        return Ok(Newcomer::Known);
    }
    if let Some(email) = &user.email {
        let holder = users::table.filter(users::email_key.eq(email.key())).select(users::id);
        let holder: Option<DbId> = holder.first(connection).optional().map_err(store_error)?;
        if let Some(holder) = holder {
            return Ok(Newcomer::EmailTaken(holder.into()));
        }
    }
    let same_name = users::table.filter(users::username_key.eq(user.username.key()));
    let is_taken: bool = select(exists(same_name)).get_result(connection).map_err(store_error)?;
    Ok(if is_taken { Newcomer::UsernameTaken } else { Newcomer::New })
}
