//! Accounts: made and found.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{InsertAccountError, Login, NewAccount, PasswordHash, User};
use rialto_kernel::{Instant, StoreError, UserId};

use super::directory::index_name;
use super::invitations;
use super::rows::{NewUserRow, UserRow};
use super::sessions::insert_session;
use crate::error::store_error;
use crate::schema::{credentials, users};
use crate::value::{DbId, DbInstant};

pub fn insert_account(connection: &mut SqliteConnection, account: NewAccount) -> Result<(), InsertAccountError> {
    if let Some(digest) = account.invitation
        && !invitations::use_up(connection, digest, account.user.created_at)?
    {
        return Err(InsertAccountError::InvitationInvalid);
    }
    insert_user(connection, &account.user, account.password_hash.as_ref())?;
    Ok(insert_session(connection, account.session, &account.refresh_token)?)
}

pub fn insert_user(
    connection: &mut SqliteConnection,
    user: &User,
    password_hash: Option<&PasswordHash>,
) -> Result<(), InsertAccountError> {
    // Looked up rather than read from a failed insert, which names any one of the columns that clash.
    let same_name = users::table.filter(users::username_key.eq(user.username.key()));
    if select(exists(same_name)).get_result(connection).map_err(store_error)? {
        return Err(InsertAccountError::UsernameTaken);
    }
    if let Some(email) = &user.email {
        let same_email = users::table.filter(users::email_key.eq(email.key()));
        if select(exists(same_email)).get_result(connection).map_err(store_error)? {
            return Err(InsertAccountError::EmailTaken);
        }
    }
    diesel::insert_into(users::table).values(NewUserRow::from(user)).execute(connection).map_err(store_error)?;
    index_name(connection, user)?;
    if let Some(hash) = password_hash {
        store_password(connection, user.id, hash, user.created_at)?;
    }
    Ok(())
}

/// The one password of a user from now on.
pub fn store_password(
    connection: &mut SqliteConnection,
    user_id: UserId,
    hash: &PasswordHash,
    at: Instant,
) -> Result<(), StoreError> {
    diesel::replace_into(credentials::table)
        .values((
            credentials::user_id.eq(DbId::from(user_id)),
            credentials::password_hash.eq(hash.as_str()),
            credentials::changed_at.eq(DbInstant(at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

pub fn find_credentials(
    connection: &mut SqliteConnection,
    login: &Login,
) -> Result<Option<(User, PasswordHash)>, StoreError> {
    let accounts = users::table.inner_join(credentials::table);
    let columns = (UserRow::as_select(), credentials::password_hash);
    let found: Option<(UserRow, String)> = match login {
        Login::Username(name) => {
            accounts.filter(users::username_key.eq(name.key())).select(columns).first(connection).optional()
        }
        Login::Email(email) => {
            accounts.filter(users::email_key.eq(email.key())).select(columns).first(connection).optional()
        }
    }
    .map_err(store_error)?;
    found.map(|(row, hash)| Ok((row.try_into()?, PasswordHash::new(hash)))).transpose()
}

pub fn find_user(connection: &mut SqliteConnection, id: UserId) -> Result<Option<User>, StoreError> {
    let row = users::table.find(DbId::from(id)).select(UserRow::as_select()).first(connection).optional();
    row.map_err(store_error)?.map(User::try_from).transpose()
}
