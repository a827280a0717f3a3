//! Users and their passwords.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{InsertAccountError, Login, NewAccount, PasswordHash, User};
use rialto_kernel::UserId;

use super::rows::{CredentialRow, NewUserRow, UserRow};
use super::{directory, invitations, sessions};
use crate::error::{ActError, StoreActError};
use crate::schema::{credentials, users};

pub async fn insert(conn: &AsyncPgConnection, account: NewAccount) -> Result<(), ActError<InsertAccountError>> {
    let user = &account.user;
    if let Some(digest) = account.invitation
        && !invitations::use_up(conn, digest, user.created_at).await?
    {
        return Err(ActError::Refused(InsertAccountError::InvitationInvalid));
    }
    insert_user(conn, user, account.password_hash.as_ref()).await?;
    sessions::insert(conn, account.session, account.refresh_token).await
}

pub async fn insert_user(
    mut conn: &AsyncPgConnection,
    user: &User,
    password_hash: Option<&PasswordHash>,
) -> Result<(), ActError<InsertAccountError>> {
    let inserted = diesel::insert_into(users::table).values(NewUserRow::from(user)).execute(&mut conn).await;
    inserted.map_err(|error| match taken(&error) {
        Some(Taken::Username) => ActError::Refused(InsertAccountError::UsernameTaken),
        Some(Taken::Email) => ActError::Refused(InsertAccountError::EmailTaken),
        None => error.into(),
    })?;
    directory::index_name(conn, user).await?;
    if let Some(hash) = password_hash {
        let row = CredentialRow { user_id: user.id.uuid(), password_hash: hash.as_str(), changed_at: user.created_at };
        diesel::insert_into(credentials::table).values(row).execute(&mut conn).await?;
    }
    Ok(())
}

/// What somebody else has.
pub enum Taken {
    Username,
    Email,
}

/// The unique indexes decide, not a look beforehand: of two accounts at once, one waits for the other.
pub fn taken(error: &QueryError) -> Option<Taken> {
    let QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, what) = error else { return None };
    match what.constraint_name() {
        Some("users_username_key_key") => Some(Taken::Username),
        Some("users_email_key_key") => Some(Taken::Email),
        _ => None,
    }
}

pub async fn find_credentials(
    mut conn: &AsyncPgConnection,
    login: &Login,
) -> Result<Option<(User, PasswordHash)>, StoreActError> {
    let mut query = users::table
        .inner_join(credentials::table)
        .select((UserRow::as_select(), credentials::password_hash))
        .into_boxed();
    query = match login {
        Login::Username(username) => query.filter(users::username_key.eq(username.key())),
        Login::Email(email) => query.filter(users::email_key.eq(email.key())),
    };
    let found: Option<(UserRow, String)> = query.first(&mut conn).await.optional()?;
    found.map(|(user, hash)| Ok((user.read()?, PasswordHash::new(hash)))).transpose()
}

pub async fn find(mut conn: &AsyncPgConnection, id: UserId) -> Result<Option<User>, StoreActError> {
    let row = users::table.find(id.uuid()).select(UserRow::as_select()).first(&mut conn).await.optional()?;
    Ok(row.map(UserRow::read).transpose()?)
}
