//! The first admin.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{InsertAccountError, NewAccount, Role, SecretDigest, SetUpRefusal, SetupStore};
use rialto_kernel::{Instant, StoreError};

use super::accounts::insert_account;
use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::{setup_token, users};
use crate::value::DbInstant;

#[async_trait::async_trait]
impl SetupStore for SqliteIdentityStore {
    async fn offer_setup(&self, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |c| offer(c, digest, expires_at)).await
    }

    async fn check_setup(&self, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal> {
        // A reader refuses nothing but to answer, so what it found is read first and judged here.
        self.database.read(move |c| Ok(check(c, digest, now))).await?
    }

    async fn set_up(&self, digest: SecretDigest, account: NewAccount, now: Instant) -> Result<(), SetUpRefusal> {
        self.database.write(move |c| set_up(c, digest, account, now)).await
    }
}

fn has_admin(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let admins = users::table.filter(users::role.eq(Role::Admin.as_str()));
    select(exists(admins)).get_result(connection).map_err(store_error)
}

fn offer(connection: &mut SqliteConnection, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreError> {
    diesel::delete(setup_token::table).execute(connection).map_err(store_error)?;
    if has_admin(connection)? {
        return Ok(false);
    }
    diesel::insert_into(setup_token::table)
        .values((
            setup_token::id.eq(1),
            setup_token::digest.eq(digest.0.as_slice()),
            setup_token::expires_at.eq(DbInstant(expires_at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(true)
}

fn check(connection: &mut SqliteConnection, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal> {
    if has_admin(connection)? {
        return Err(SetUpRefusal::AlreadySetUp);
    }
    let good = setup_token::table
        .filter(setup_token::digest.eq(digest.0.as_slice()))
        .filter(setup_token::expires_at.gt(DbInstant(now)));
    let is_good: bool = select(exists(good)).get_result(connection).map_err(store_error)?;
    if is_good { Ok(()) } else { Err(SetUpRefusal::InvalidToken) }
}

fn set_up(
    connection: &mut SqliteConnection,
    digest: SecretDigest,
    account: NewAccount,
    now: Instant,
) -> Result<(), SetUpRefusal> {
    check(connection, digest, now)?;
    insert_account(connection, account).map_err(|error| match error {
        InsertAccountError::UsernameTaken => SetUpRefusal::UsernameTaken,
        InsertAccountError::EmailTaken => SetUpRefusal::EmailTaken,
        InsertAccountError::InvitationInvalid => StoreError::corrupt("an account that sets the server up").into(),
        InsertAccountError::Store(error) => error.into(),
    })?;
    diesel::delete(setup_token::table).execute(connection).map_err(store_error)?;
    Ok(())
}
