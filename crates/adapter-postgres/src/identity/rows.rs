//! What the tables of this context hold, and how it becomes the domain's values.

use diesel::prelude::{Insertable, Queryable, QueryableByName, Selectable};
use rialto_identity::{Device, DisplayName, Email, NewRefreshToken, PresenceSetting, Role, Session, User, Username};
use rialto_kernel::{Instant, SessionId, StoreError};
use uuid::Uuid;

use crate::schema::{credentials, refresh_tokens, sessions, users};

#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct UserRow {
    id: Uuid,
    username: String,
    email: Option<String>,
    display_name: String,
    bio: String,
    avatar_url: Option<String>,
    role: String,
    created_at: Instant,
    presence_hidden: bool,
    disabled_at: Option<Instant>,
}

impl UserRow {
    pub fn read(self) -> Result<User, StoreError> {
        let email = self.email.as_deref().map(Email::parse).transpose();
        Ok(User {
            id: self.id.into(),
            username: Username::parse(&self.username).map_err(|_| StoreError::corrupt("users.username"))?,
            email: email.map_err(|_| StoreError::corrupt("users.email"))?,
            display_name: DisplayName::parse(&self.display_name)
                .map_err(|_| StoreError::corrupt("users.display_name"))?,
            bio: self.bio,
            avatar_url: self.avatar_url,
            role: Role::from_word(&self.role).ok_or_else(|| StoreError::corrupt("users.role"))?,
            presence: PresenceSetting::from_hidden(self.presence_hidden),
            created_at: self.created_at,
            disabled_at: self.disabled_at,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUserRow<'a> {
    id: Uuid,
    username: &'a str,
    username_key: String,
    email: Option<&'a str>,
    email_key: Option<String>,
    display_name: &'a str,
    bio: &'a str,
    avatar_url: Option<&'a str>,
    role: &'a str,
    created_at: Instant,
    disabled_at: Option<Instant>,
}

impl<'a> From<&'a User> for NewUserRow<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.uuid(),
            username: user.username.as_str(),
            username_key: user.username.key(),
            email: user.email.as_ref().map(Email::as_str),
            email_key: user.email.as_ref().map(Email::key),
            display_name: user.display_name.as_str(),
            bio: &user.bio,
            avatar_url: user.avatar_url.as_deref(),
            role: user.role.as_str(),
            created_at: user.created_at,
            disabled_at: user.disabled_at,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = credentials)]
pub struct CredentialRow<'a> {
    pub user_id: Uuid,
    pub password_hash: &'a str,
    pub changed_at: Instant,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    user_agent: String,
    address: Option<String>,
    created_at: Instant,
}

impl From<Session> for SessionRow {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.uuid(),
            user_id: session.user_id.uuid(),
            user_agent: session.device.user_agent,
            address: session.device.address,
            created_at: session.created_at,
        }
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            device: Device { user_agent: row.user_agent, address: row.address },
            created_at: row.created_at,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens, check_for_backend(diesel::pg::Pg))]
pub struct RefreshTokenRow {
    pub id: Uuid,
    pub expires_at: Instant,
    pub used_at: Option<Instant>,
    pub retry_key: Option<Vec<u8>>,
    pub replaced_by: Option<Uuid>,
}

#[derive(Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct NewRefreshTokenRow {
    id: Uuid,
    session_id: Uuid,
    digest: Vec<u8>,
    expires_at: Instant,
}

impl NewRefreshTokenRow {
    pub fn new(session_id: SessionId, token: &NewRefreshToken) -> Self {
        Self {
            id: token.id.uuid(),
            session_id: session_id.uuid(),
            digest: token.digest.0.to_vec(),
            expires_at: token.expires_at,
        }
    }
}
