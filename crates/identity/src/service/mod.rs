//! What people do with accounts: one file per use case.

mod admin;
mod admission;
mod api_tokens;
mod authenticate;
mod become_member;
mod blocks;
mod change_password;
mod change_profile;
mod delete_account;
mod ended_sessions;
mod enter_as_guest;
mod export_data;
mod find_users;
mod import_accounts;
mod letters;
mod log_in;
mod log_out;
mod manage_account;
mod open_session;
mod recently_used;
mod refresh;
mod register;
mod rename;
mod renew_access;
mod reset_password;
mod second_factor;
mod sessions;
mod set_up;
mod tickets;
mod totp;
mod try_password;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::{Clock, IdSource, Instant, SessionId, StoreError, UserId};

pub use admin::{AdminDeps, AdminService, CreateAccount, CreateAccountError, InviteOthers, SetPasswordError};
pub use admission::AdmissionError;
pub use api_tokens::{CreateApiToken, CreateApiTokenError, RevokeApiTokenError};
pub use authenticate::{AuthenticateError, Authenticated};
pub use become_member::{BecomeMember, BecomeMemberError};
pub use blocks::BlockUserError;
pub use change_password::{ChangePassword, ChangePasswordError};
pub use change_profile::{ChangeProfile, ChangeProfileError, NewAvatar};
pub use delete_account::{DeleteAccount, DeleteAccountError};
pub use enter_as_guest::EnterAsGuest;
pub use import_accounts::AccountImporter;
pub use log_in::{LogIn, LogInError};
pub use manage_account::{AccountManager, ManageAccountError};
pub use refresh::{Refresh, RefreshError};
pub use register::{Register, RegisterError};
pub use rename::{Rename, RenameError};
pub use renew_access::{RenewAccessError, RenewedAccess};
pub use reset_password::{ResetPassword, ResetPasswordError};
pub use sessions::EndSessionError;
pub use set_up::{SetUp, SetUpError};
pub use tickets::RedeemTicketError;
pub use totp::{ProveTotp, TotpError, TotpOffer};
pub use try_password::{PasswordTrial, TryPasswordError};

use recently_used::RecentlyUsed;

use crate::model::{
    AccessClaims, Device, NewRefreshToken, RefreshDigest, RefreshToken, RegistrationPolicy, ResetRules, Session,
    SignedIn, ThrottleRules, TokenAudience, TokenPair, User,
};
use crate::ports::{
    AccountDeletions, AccountListener, ApiTokenStore, AttemptBoard, BlockStore, CodeSource, Errands, IdentityStore,
    InvitationStore, KnownAddresses, Mailer, PasswordHasher, PasswordStore, PictureFetcher, ProfileStore, SecretSource,
    SecurityLog, SessionRecords, SessionStore, SessionWatch, SetupStore, TicketBoard, TokenIssuer, TotpStore,
};

/// How long tokens and tickets work.
#[derive(Clone, Copy, Debug)]
pub struct TokenLifetimes {
    /// An access token: minutes.
    pub access: Duration,
    /// A refresh token, from its own making: days.
    pub refresh: Duration,
    /// A ticket: seconds.
    pub ticket: Duration,
}

/// What the service is made of.
#[derive(Clone)]
pub struct IdentityDeps {
    /// Keeps accounts and sessions.
    pub store: Arc<dyn IdentityStore>,
    /// Keeps what users show of themselves.
    pub profiles: Arc<dyn ProfileStore>,
    /// Keeps who wants nothing to do with whom.
    pub blocks: Arc<dyn BlockStore>,
    /// Takes accounts away.
    pub deletions: Arc<dyn AccountDeletions>,
    /// What is kept of devices.
    pub records: Arc<dyn SessionRecords>,
    /// Gets pictures that lie elsewhere.
    pub pictures: Arc<dyn PictureFetcher>,
    /// Shows users their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Changes passwords.
    pub passwords: Arc<dyn PasswordStore>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs and reads tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Keeps tickets.
    pub tickets: Arc<dyn TicketBoard>,
    /// Counts wrong passwords.
    pub attempts: Arc<dyn AttemptBoard>,
    /// Knows where users have signed in.
    pub known_addresses: Arc<dyn KnownAddresses>,
    /// Follows what happens to accounts.
    pub listener: Arc<dyn AccountListener>,
    /// Sends letters.
    pub mailer: Arc<dyn Mailer>,
    /// Does what nobody waits for.
    pub errands: Arc<dyn Errands>,
    /// Writes down what happens to accounts.
    pub log: Arc<dyn SecurityLog>,
    /// Keeps invitations.
    pub invitations: Arc<dyn InvitationStore>,
    /// Makes the tokens of links.
    pub secrets: Arc<dyn SecretSource>,
    /// Keeps the token that makes the first admin.
    pub setup: Arc<dyn SetupStore>,
    /// Keeps second factors.
    pub totp: Arc<dyn TotpStore>,
    /// Makes their codes.
    pub codes: Arc<dyn CodeSource>,
    /// Knows which sessions ended elsewhere.
    pub watch: Arc<dyn SessionWatch>,
    /// Keeps the tokens of programs.
    pub api_tokens: Arc<dyn ApiTokenStore>,
    /// Who may make an account.
    pub policy: RegistrationPolicy,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
    /// How long tokens and tickets work.
    pub lifetimes: TokenLifetimes,
    /// How long wrong passwords make one wait.
    pub throttle: ThrottleRules,
    /// How passwords are set anew.
    pub resets: ResetRules,
}

/// Accounts, sign-in and sessions.
#[derive(Clone)]
pub struct IdentityService {
    deps: IdentityDeps,
    audience: TokenAudience,
    recently_used: Arc<RecentlyUsed>,
}

impl IdentityService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: IdentityDeps) -> Self {
        Self { deps, audience: TokenAudience::Own, recently_used: Arc::default() }
    }

    /// The same accounts behind another way in: tokens that it gives open nothing else, and no other opens it, API
    /// tokens included.
    #[must_use]
    pub fn for_surface(&self, name: &'static str, lifetimes: TokenLifetimes) -> Self {
        let mut this = self.clone();
        this.audience = TokenAudience::Surface(name);
        this.deps.lifetimes = lifetimes;
        this
    }

    /// What a refresh token is stored under. Each way in has its own, so that a token is unknown at every other.
    fn refresh_digest(&self, token: &str) -> RefreshDigest {
        match self.audience {
            TokenAudience::Own => self.deps.tokens.digest(token),
            TokenAudience::Surface(name) => self.deps.tokens.digest(&format!("{name}/{token}")),
        }
    }

    fn new_session(&self, user: &User, device: Device, now: Instant) -> Session {
        Session { id: self.deps.ids.next(), user_id: user.id, device, created_at: now }
    }

    fn new_refresh_token(&self, now: Instant) -> (RefreshToken, NewRefreshToken) {
        let token = self.deps.tokens.fresh_refresh_token();
        let stored = NewRefreshToken {
            id: self.deps.ids.next(),
            digest: self.refresh_digest(token.reveal()),
            expires_at: now + delta(self.deps.lifetimes.refresh),
        };
        (token, stored)
    }

    fn new_claims(&self, user_id: UserId, session_id: SessionId, now: Instant) -> AccessClaims {
        let expires_at = now + delta(self.deps.lifetimes.access);
        AccessClaims { user_id, session_id, issued_at: now, expires_at }
    }

    /// The last step of every sign-in: tells the listener, then signs the access token.
    async fn finish_sign_in(
        &self,
        user: User,
        session: Session,
        refresh: RefreshToken,
        now: Instant,
    ) -> Result<SignedIn, StoreError> {
        self.deps.listener.signed_in(&user).await?;
        // Signing in and refreshing have written it down.
        self.recently_used.mark(session.id, now);
        let lifetimes = self.deps.lifetimes;
        let access = self.deps.tokens.sign_access(&self.new_claims(user.id, session.id, now), self.audience);
        let tokens =
            TokenPair { access, access_lifetime: lifetimes.access, refresh, refresh_lifetime: lifetimes.refresh };
        Ok(SignedIn { user, session, tokens })
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
pub(crate) mod fixtures;
