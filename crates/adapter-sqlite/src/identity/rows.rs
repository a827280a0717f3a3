//! Rows of this domain's tables, and the values they stand for.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_identity::{Device, DisplayName, Email, NewRefreshToken, PresenceSetting, Role, Session, User, Username};
use rialto_kernel::StoreError;

use crate::schema::{refresh_tokens, sessions, users};
use crate::value::{DbId, DbInstant};

#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = users, check_for_backend(Sqlite))]
pub struct UserRow {
    id: DbId,
    username: String,
    email: Option<String>,
    display_name: String,
    bio: String,
    avatar_url: Option<String>,
    role: String,
    created_at: DbInstant,
    presence_hidden: bool,
    disabled_at: Option<DbInstant>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            username: Username::parse(&row.username).map_err(|_| StoreError::corrupt("a username"))?,
            email: row
                .email
                .map(|email| Email::parse(&email))
                .transpose()
                .map_err(|_| StoreError::corrupt("an e-mail address"))?,
            display_name: DisplayName::parse(&row.display_name).map_err(|_| StoreError::corrupt("a display name"))?,
            bio: row.bio,
            avatar_url: row.avatar_url,
            role: Role::from_word(&row.role).ok_or_else(|| StoreError::corrupt("a user's role"))?,
            presence: PresenceSetting::from_hidden(row.presence_hidden),
            created_at: row.created_at.0,
            disabled_at: row.disabled_at.map(|at| at.0),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUserRow<'a> {
    id: DbId,
    username: &'a str,
    username_key: String,
    email: Option<&'a str>,
    email_key: Option<String>,
    display_name: &'a str,
    bio: &'a str,
    avatar_url: Option<&'a str>,
    role: &'a str,
    created_at: DbInstant,
    disabled_at: Option<DbInstant>,
}

impl<'a> From<&'a User> for NewUserRow<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.into(),
            username: user.username.as_str(),
            username_key: user.username.key(),
            email: user.email.as_ref().map(Email::as_str),
            email_key: user.email.as_ref().map(Email::key),
            display_name: user.display_name.as_str(),
            bio: &user.bio,
            avatar_url: user.avatar_url.as_deref(),
            role: user.role.as_str(),
            created_at: DbInstant(user.created_at),
            disabled_at: user.disabled_at.map(DbInstant),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(Sqlite))]
pub struct SessionRow {
    id: DbId,
    user_id: DbId,
    user_agent: String,
    address: Option<String>,
    created_at: DbInstant,
}

impl From<Session> for SessionRow {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.into(),
            user_id: session.user_id.into(),
            user_agent: session.device.user_agent,
            address: session.device.address,
            created_at: DbInstant(session.created_at),
        }
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            device: Device { user_agent: row.user_agent, address: row.address },
            created_at: row.created_at.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct NewRefreshTokenRow {
    id: DbId,
    session_id: DbId,
    digest: Vec<u8>,
    expires_at: DbInstant,
}

impl NewRefreshTokenRow {
    pub fn of(session_id: DbId, token: &NewRefreshToken) -> Self {
        Self {
            id: token.id.into(),
            session_id,
            digest: token.digest.0.to_vec(),
            expires_at: DbInstant(token.expires_at),
        }
    }
}
