use std::collections::{BTreeMap, HashMap, HashSet};

use rialto_identity::{
    Login, NewRefreshToken, PasswordHash, Picture, RefreshDigest, Session, UnfinishedDeletion, User,
};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};
use rialto_messaging::Profile;

/// What is kept of accounts and their devices.
#[derive(Debug, Default)]
pub(crate) struct IdentityTables {
    pub users: HashMap<UserId, User>,
    /// By [`Username::key`](rialto_identity::Username::key).
    pub by_username: BTreeMap<String, UserId>,
    /// By [`Email::key`](rialto_identity::Email::key).
    pub by_email: HashMap<String, UserId>,
    pub password_hashes: HashMap<UserId, PasswordHash>,
    pub sessions: HashMap<SessionId, SessionRow>,
    pub refresh_tokens: HashMap<RefreshDigest, RefreshTokenRow>,
    pub avatars: HashMap<UserId, Picture>,
    /// By whom, of whom, since when.
    pub blocks: BTreeMap<(UserId, UserId), Instant>,
    /// Deleted accounts.
    pub deleted: HashSet<UserId>,
    /// Those for which the rest has still to follow, the oldest first.
    pub unfinished: Vec<UnfinishedDeletion>,
}

#[derive(Debug)]
pub(crate) struct SessionRow {
    pub session: Session,
    pub revoked_at: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct RefreshTokenRow {
    pub session_id: SessionId,
    pub expires_at: Instant,
    pub used: bool,
}

impl IdentityTables {
    /// The user that a login names.
    pub fn user_of(&self, login: &Login) -> Option<&User> {
        let id = match login {
            Login::Username(username) => self.by_username.get(&username.key()),
            Login::Email(email) => self.by_email.get(&email.key()),
        };
        self.users.get(id?)
    }

    /// The face a user shows to others.
    pub fn profile(&self, id: UserId) -> Option<Profile> {
        self.users.get(&id).map(|user| Profile {
            id: user.id,
            username: user.username.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            avatar_url: user.avatar_url.clone(),
        })
    }

    /// The face of a user whom something refers to: users stay.
    pub fn face(&self, id: UserId) -> Result<Profile, StoreError> {
        self.profile(id).ok_or_else(|| StoreError::corrupt("a user who is referred to"))
    }

    pub fn add_session(&mut self, session: Session, first: NewRefreshToken) {
        self.add_refresh_token(session.id, first);
        self.sessions.insert(session.id, SessionRow { session, revoked_at: None });
    }

    pub fn add_refresh_token(&mut self, session_id: SessionId, token: NewRefreshToken) {
        let row = RefreshTokenRow { session_id, expires_at: token.expires_at, used: false };
        self.refresh_tokens.insert(token.digest, row);
    }

    /// Counts every refresh token of a session as used.
    pub fn use_refresh_tokens(&mut self, session_id: SessionId) {
        for token in self.refresh_tokens.values_mut().filter(|token| token.session_id == session_id) {
            token.used = true;
        }
    }

    /// A session that is not revoked, with its user.
    pub fn live_session(&self, id: SessionId) -> Option<(&Session, &User)> {
        let row = self.sessions.get(&id).filter(|row| row.revoked_at.is_none())?;
        Some((&row.session, self.live_user(row.session.user_id)?))
    }

    /// Ends a session; `false` if there was none to end.
    pub fn revoke(&mut self, id: SessionId, at: Instant) -> bool {
        match self.sessions.get_mut(&id) {
            Some(row) if row.revoked_at.is_none() => {
                row.revoked_at = Some(at);
                true
            }
            Some(_) | None => false,
        }
    }

    /// A user whose account is not deleted.
    pub fn live_user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).filter(|user| !self.deleted.contains(&user.id))
    }

    /// Whether `by` has blocked `user_id`.
    pub fn is_blocked(&self, by: UserId, user_id: UserId) -> bool {
        self.blocks.contains_key(&(by, user_id))
    }
}
