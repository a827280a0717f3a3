use std::collections::{BTreeMap, HashMap, HashSet};

use rialto_identity::{
    ApiToken, Invitation, Login, NewRefreshToken, NewReset, PasswordHash, Picture, RefreshDigest, ResetDigest,
    RetryKeyDigest, SecretDigest, SecurityEntry, Session, TotpSecret, TotpStep, UnfinishedDeletion, User,
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
    pub resets: HashMap<ResetDigest, ResetRow>,
    pub totp: HashMap<UserId, TotpRow>,
    pub invitations: HashMap<SecretDigest, Invitation>,
    pub api_tokens: HashMap<SecretDigest, ApiToken>,
    /// The token that makes the first admin, and until when.
    pub setup: Option<(SecretDigest, Instant)>,
    /// What was written down, by its number.
    pub security_log: BTreeMap<u64, SecurityEntry>,
    pub security_entries: u64,
}

#[derive(Debug)]
pub(crate) struct SessionRow {
    pub session: Session,
    pub last_used_at: Instant,
    pub revoked_at: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct RefreshTokenRow {
    pub session_id: SessionId,
    pub expires_at: Instant,
    pub used: bool,
    pub retry_key: Option<RetryKeyDigest>,
    pub redeemed_at: Option<Instant>,
    pub replaced_by: Option<RefreshDigest>,
}

#[derive(Debug)]
pub(crate) struct TotpRow {
    pub secret: TotpSecret,
    /// Since when it is on, and the newest step that was used.
    pub enabled: Option<(Instant, TotpStep)>,
    pub recovery_codes: Vec<SecretDigest>,
}

#[derive(Debug)]
pub(crate) struct ResetRow {
    pub reset: NewReset,
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
        let last_used_at = session.created_at;
        self.sessions.insert(session.id, SessionRow { session, last_used_at, revoked_at: None });
    }

    pub fn add_refresh_token(&mut self, session_id: SessionId, token: NewRefreshToken) {
        let row = RefreshTokenRow {
            session_id,
            expires_at: token.expires_at,
            used: false,
            retry_key: None,
            redeemed_at: None,
            replaced_by: None,
        };
        self.refresh_tokens.insert(token.digest, row);
    }

    /// Counts every refresh token of a session as used.
    pub fn use_refresh_tokens(&mut self, session_id: SessionId) {
        for token in self.refresh_tokens.values_mut().filter(|token| token.session_id == session_id) {
            token.used = true;
        }
    }

    /// A session that is not revoked, with its user, who is neither disabled nor deleted.
    pub fn live_session(&self, id: SessionId) -> Option<(&Session, &User)> {
        let row = self.sessions.get(&id).filter(|row| row.revoked_at.is_none())?;
        let user = self.live_user(row.session.user_id).filter(|user| user.disabled_at.is_none())?;
        Some((&row.session, user))
    }

    /// Ends every API token of a user and names them.
    pub fn delete_api_tokens_of(&mut self, user_id: UserId) -> Vec<SessionId> {
        let own = self.api_tokens.extract_if(|_, token| token.user_id == user_id);
        own.map(|(_, token)| token.id).collect()
    }

    /// Whether an API token of this id is there, whose user's account is open.
    pub fn has_api_token(&self, id: SessionId) -> bool {
        let is_open = |id| self.live_user(id).is_some_and(|user| user.disabled_at.is_none());
        self.api_tokens.values().any(|token| token.id == id && is_open(token.user_id))
    }

    /// The invitation of a digest, if one more account can be made with it.
    pub fn usable_invitation(&mut self, digest: SecretDigest, at: Instant) -> Option<&mut Invitation> {
        self.invitations.get_mut(&digest).filter(|invitation| invitation.is_usable(at))
    }

    /// Stores a user with what they sign in with; whoever asks has looked whether name and address are free.
    pub fn add_user(&mut self, user: User, password_hash: Option<PasswordHash>) {
        self.by_username.insert(user.username.key(), user.id);
        self.by_email.extend(user.email.as_ref().map(|email| (email.key(), user.id)));
        self.password_hashes.extend(password_hash.map(|hash| (user.id, hash)));
        self.users.insert(user.id, user);
    }

    /// Writes down that a session is used, and says what is known of it then.
    pub fn note_use(&mut self, id: SessionId, address: Option<String>, at: Instant) -> Option<Session> {
        let row = self.sessions.get_mut(&id)?;
        row.last_used_at = at;
        if address.is_some() {
            row.session.device.address = address;
        }
        Some(row.session.clone())
    }

    /// Whether somebody else runs the server too.
    pub fn has_other_admin(&self, than: UserId) -> bool {
        let others = self.users.values().filter(|user| user.id != than && !self.deleted.contains(&user.id));
        others.into_iter().any(User::runs_the_server)
    }

    /// Ends every live session of a user but one, and names them.
    pub fn revoke_all(&mut self, user_id: UserId, but: Option<SessionId>, at: Instant) -> Vec<SessionId> {
        let own = |row: &&mut SessionRow| row.session.user_id == user_id && Some(row.session.id) != but;
        let live = self.sessions.values_mut().filter(own).filter(|row| row.revoked_at.is_none());
        let ended = live.map(|row| {
            row.revoked_at = Some(at);
            row.session.id
        });
        ended.collect()
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
