//! What those who run the server do: one file per use case.

mod api_tokens;
mod change_account;
mod count_accounts;
mod create_account;
mod invitations;
mod list_accounts;
mod read_security_log;
mod reset_totp;
mod set_password;

use std::sync::Arc;

use rialto_kernel::{Clock, IdSource, Instant, SessionId, StoreError, UserId};

pub use create_account::{CreateAccount, CreateAccountError};
pub use invitations::InviteOthers;
pub use set_password::SetPasswordError;

use crate::model::{Operator, SecurityAct};
use crate::ports::{
    AccountAdmin, AccountListener, ApiTokenStore, IdentityStore, InvitationStore, PasswordHasher, SecretSource,
    SecurityLog, TotpStore,
};

/// What the service is made of.
#[derive(Clone)]
pub struct AdminDeps {
    /// Keeps accounts and sessions.
    pub store: Arc<dyn IdentityStore>,
    /// Changes accounts.
    pub accounts: Arc<dyn AccountAdmin>,
    /// Keeps invitations.
    pub invitations: Arc<dyn InvitationStore>,
    /// Keeps the tokens of programs.
    pub api_tokens: Arc<dyn ApiTokenStore>,
    /// Keeps second factors.
    pub totp: Arc<dyn TotpStore>,
    /// Hashes passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Makes the tokens of invitations.
    pub secrets: Arc<dyn SecretSource>,
    /// Follows what happens to accounts.
    pub listener: Arc<dyn AccountListener>,
    /// Writes down what happens to accounts.
    pub log: Arc<dyn SecurityLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
}

/// Running the server: accounts, invitations, the security log.
#[derive(Clone)]
pub struct AdminService {
    deps: AdminDeps,
}

impl AdminService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: AdminDeps) -> Self {
        Self { deps }
    }

    /// Ends every session of a user; `false` if there is no such user.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_sessions(&self, by: &Operator, id: UserId) -> Result<bool, StoreError> {
        if self.deps.store.find_user(id).await?.is_none() {
            return Ok(false);
        }
        let now = self.deps.clock.now();
        let ended = self.deps.store.revoke_sessions_of(id, now).await?;
        self.close(&ended).await;
        self.write_down(by, now, SecurityAct::SessionRevoked, Some(id), "all").await;
        Ok(true)
    }

    async fn close(&self, ended: &[SessionId]) {
        if !ended.is_empty() {
            self.deps.listener.sessions_ended(ended).await;
        }
    }

    async fn write_down(&self, by: &Operator, at: Instant, act: SecurityAct, user: Option<UserId>, detail: &str) {
        self.deps.log.record(by.entry(at, act, user, detail)).await;
    }
}

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod tests {
    use super::fixtures::{Mocks, root};
    use crate::model::SecurityAct;
    use crate::service::fixtures::{session, user};

    #[tokio::test]
    async fn ending_sessions_closes_what_is_open_and_is_written_down() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.store.expect_revoke_sessions_of().returning(|_, _| Ok(vec![session().id]));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        mocks.expect_entry(SecurityAct::SessionRevoked, "all");
        assert!(mocks.service().end_sessions(&root(), user().id).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_sessions_to_end() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(None));
        assert!(!mocks.service().end_sessions(&root(), user().id).await.unwrap());
    }
}
