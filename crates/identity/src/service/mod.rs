//! What people do with accounts: one file per use case.

mod authenticate;
mod become_member;
mod blocks;
mod change_profile;
mod delete_account;
mod enter_as_guest;
mod export_data;
mod find_users;
mod log_in;
mod log_out;
mod refresh;
mod register;
mod tickets;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_kernel::{Clock, IdSource, Instant, SessionId, StoreError, UserId};

pub use authenticate::{AuthenticateError, Authenticated};
pub use become_member::{BecomeMember, BecomeMemberError};
pub use blocks::BlockUserError;
pub use change_profile::{ChangeProfile, ChangeProfileError, NewAvatar};
pub use delete_account::{DeleteAccount, DeleteAccountError};
pub use enter_as_guest::EnterAsGuest;
pub use log_in::{LogIn, LogInError};
pub use refresh::RefreshError;
pub use register::{Register, RegisterError};
pub use tickets::RedeemTicketError;

use crate::model::{AccessClaims, Device, NewRefreshToken, RefreshToken, Session, SignedIn, TokenPair, User};
use crate::ports::{
    AccountDeletions, AccountListener, BlockStore, IdentityStore, PasswordHasher, PictureFetcher, ProfileStore,
    SecurityLog, SessionRecords, TicketBoard, TokenIssuer,
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
    pub sessions: Arc<dyn SessionRecords>,
    /// Gets pictures that lie elsewhere.
    pub pictures: Arc<dyn PictureFetcher>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs and reads tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Keeps tickets.
    pub tickets: Arc<dyn TicketBoard>,
    /// Follows what happens to accounts.
    pub listener: Arc<dyn AccountListener>,
    /// Writes down what happens to accounts.
    pub log: Arc<dyn SecurityLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
    /// How long tokens and tickets work.
    pub lifetimes: TokenLifetimes,
}

/// Accounts, sign-in and sessions.
#[derive(Clone)]
pub struct IdentityService {
    deps: IdentityDeps,
}

impl IdentityService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: IdentityDeps) -> Self {
        Self { deps }
    }

    fn new_session(&self, user: &User, device: Device, now: Instant) -> Session {
        Session { id: self.deps.ids.next(), user_id: user.id, device, created_at: now }
    }

    fn new_refresh_token(&self, now: Instant) -> (RefreshToken, NewRefreshToken) {
        let token = self.deps.tokens.fresh_refresh_token();
        let stored = NewRefreshToken {
            id: self.deps.ids.next(),
            digest: self.deps.tokens.digest(token.reveal()),
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
        let lifetimes = self.deps.lifetimes;
        let access = self.deps.tokens.sign_access(&self.new_claims(user.id, session.id, now));
        let tokens =
            TokenPair { access, access_lifetime: lifetimes.access, refresh, refresh_lifetime: lifetimes.refresh };
        Ok(SignedIn { user, session, tokens })
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod fixtures;
