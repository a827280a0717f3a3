use std::time::Duration;

use rialto_kernel::{Instant, StoreError, UserId};

use super::IdentityService;
use super::second_factor::Proof;
use super::try_password::{PasswordTrial, TryPasswordError};
use crate::model::{
    AccountKey, Device, Login, Password, PasswordHash, SecondFactor, SecurityAct, SecurityEntry, SignedIn, User,
};
use crate::ports::HashError;

/// A person says who they are and proves it.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// Username or e-mail address; `None` when what was typed can be neither.
    pub login: Option<Login>,
    /// The password they claim.
    pub password: Password,
    /// The code they show, for an account that asks for one.
    pub code: Option<SecondFactor>,
    /// What they sign in with.
    pub device: Device,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Unknown or disabled account, or wrong password: the answer and its time do not tell which.
    #[error("the login or the password is wrong")]
    WrongCredentials,
    /// The password was right, and the account asks for a code too.
    #[error("this account asks for a code too: of the authenticator app, or a recovery code")]
    CodeRequired,
    /// The password was right; the code was wrong or used.
    #[error("the code is wrong or was used: wait for the next one")]
    WrongCode,
    /// Too many were wrong before; the answer does not tell whether there is such an account.
    #[error("too many wrong passwords; wait before the next try")]
    Throttled {
        /// For so long.
        retry_after: Duration,
    },
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TryPasswordError> for LogInError {
    fn from(error: TryPasswordError) -> Self {
        match error {
            TryPasswordError::Throttled { retry_after } => Self::Throttled { retry_after },
            TryPasswordError::Hash(error) => Self::Hash(error),
            TryPasswordError::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Signs a person in on one more device.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn log_in(&self, input: LogIn) -> Result<SignedIn, LogInError> {
        let found = match &input.login {
            Some(login) => self.deps.store.find_credentials(login).await?,
            None => None,
        };
        let (user, hash) = match found {
            Some((user, hash)) => (Some(user), hash),
            None => (None, self.deps.hasher.decoy()),
        };
        let trial = PasswordTrial {
            account: input.login.as_ref().map(AccountKey::claimed),
            user_id: user.as_ref().map(|user| user.id),
            password: input.password.clone(),
            hash: hash.clone(),
            device: &input.device,
        };
        let second = async {
            match &user {
                Some(user) if user.disabled_at.is_none() => {
                    self.check_second_factor(user.id, input.code.as_ref(), &input.device).await
                }
                // They are told that the password is wrong.
                Some(_) | None => Ok(Proof::Right),
            }
        };
        let proof = self.try_proof(trial, second).await?;
        let now = self.deps.clock.now();
        // Only now: a disabled account answers as late as any other.
        let let_in = |user: &User| proof != Proof::WrongPassword && user.disabled_at.is_none();
        let Some(user) = user.clone().filter(let_in) else {
            self.deps.log.record(failure(user, input.device, now)).await;
            return Err(LogInError::WrongCredentials);
        };
        match proof {
            Proof::CodeMissing => return Err(LogInError::CodeRequired),
            Proof::WrongCode => {
                let entry = failure(Some(user), input.device, now);
                self.deps.log.record(SecurityEntry { detail: "second factor".to_owned(), ..entry }).await;
                return Err(LogInError::WrongCode);
            }
            Proof::Right | Proof::WrongPassword => {}
        }
        let session = self.new_session(&user, input.device, now);
        let (refresh, stored_refresh) = self.new_refresh_token(now);
        self.deps.store.insert_session(session.clone(), stored_refresh).await?;
        if !self.is_still_proven(input.login.as_ref(), input.password.clone(), hash.clone()).await? {
            self.deps.store.revoke_session(session.id, now).await?;
            self.deps.log.record(failure(Some(user), session.device, now)).await;
            return Err(LogInError::WrongCredentials);
        }
        self.deps.log.record(session.entry(SecurityAct::LoggedIn, now)).await;
        if self.deps.hasher.is_outdated(&hash) {
            self.renew_hash(user.id, input.password, hash);
        }
        Ok(self.finish_sign_in(user, session, refresh, now).await?)
    }

    /// Puts a hash of today's cost in the place of an old one, while the clear password is at hand. Nobody waits for it;
    /// if it is not done, the next sign-in does it.
    fn renew_hash(&self, user: UserId, password: Password, old: PasswordHash) {
        let (hasher, passwords) = (self.deps.hasher.clone(), self.deps.passwords.clone());
        self.deps.errands.run(Box::pin(async move {
            let fresh = hasher.hash(password).await?;
            // A password that was changed meanwhile stays as it is.
            let _replaced = passwords.replace_password_hash(user, old, fresh).await?;
            Ok(())
        }));
    }

    /// Whether the password is still that of an open account. Comparing takes a while: whoever replaced it or closed the
    /// account meanwhile ended the sessions that there were, and not the one that came after.
    async fn is_still_proven(
        &self,
        login: Option<&Login>,
        password: Password,
        hash: PasswordHash,
    ) -> Result<bool, LogInError> {
        let Some(login) = login else { return Ok(false) };
        match self.deps.store.find_credentials(login).await? {
            Some((user, hash_now)) if user.disabled_at.is_none() => {
                // Another hash may be of the same password.
                Ok(hash_now == hash || self.deps.hasher.verify(password, hash_now).await?)
            }
            Some(_) | None => Ok(false),
        }
    }
}

/// What was typed is not written down: it may be a password in the wrong field.
fn failure(user: Option<User>, device: Device, at: Instant) -> SecurityEntry {
    let is_disabled = user.as_ref().is_some_and(|user| user.disabled_at.is_some());
    SecurityEntry {
        at,
        act: SecurityAct::LogInFailed,
        actor: None,
        user_id: user.map(|user| user.id),
        session_id: None,
        address: device.address,
        detail: if is_disabled { "disabled".to_owned() } else { String::new() },
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::{always, eq};

    use super::*;
    use crate::model::PasswordHash;
    use crate::ports::Begun;
    use crate::service::fixtures::{Mocks, now, password, user};

    fn log_in() -> LogIn {
        LogIn { login: Login::parse("ann"), password: password(), code: None, device: Device::default() }
    }

    #[tokio::test]
    async fn the_right_password_opens_a_session() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("hash".into())))));
        mocks.store.expect_insert_session().once().returning(|_, _| Ok(()));
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        mocks.hasher.expect_verify().returning(|_, _| Ok(true));
        mocks.hasher.expect_is_outdated().return_const(false);
        let (service, errands) = mocks.service_with_errands();
        assert_eq!(service.log_in(log_in()).await.unwrap().user, user());
        assert_eq!(errands.run_all().await, 0);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_renewed_after_the_answer() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("old".into())))));
        mocks.store.expect_insert_session().returning(|_, _| Ok(()));
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        mocks.hasher.expect_verify().returning(|_, _| Ok(true));
        mocks.hasher.expect_is_outdated().with(eq(PasswordHash::new("old".into()))).return_const(true);
        mocks.passwords.expect_replace_password_hash().once().returning(|id, from, to| {
            assert_eq!((id, from.as_str(), to.as_str()), (user().id, "old", "hash"));
            Ok(true)
        });
        let (service, errands) = mocks.service_with_errands();
        service.log_in(log_in()).await.unwrap();
        assert_eq!(errands.run_all().await, 1);
    }

    #[tokio::test]
    async fn a_wrong_password_renews_no_hash() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("old".into())))));
        mocks.hasher.expect_verify().returning(|_, _| Ok(false));
        mocks.hasher.expect_is_outdated().return_const(true);
        let (service, errands) = mocks.service_with_errands();
        assert!(matches!(service.log_in(log_in()).await, Err(LogInError::WrongCredentials)));
        assert_eq!(errands.run_all().await, 0);
    }

    #[tokio::test]
    async fn an_unknown_account_still_costs_one_comparison() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(None));
        mocks.hasher.expect_decoy().return_const(PasswordHash::new("decoy".into()));
        let decoy = eq(PasswordHash::new("decoy".into()));
        mocks.hasher.expect_verify().with(always(), decoy).once().returning(|_, _| Ok(false));
        let refusal = mocks.service().log_in(log_in()).await.unwrap_err();
        assert!(matches!(refusal, LogInError::WrongCredentials));
    }

    #[tokio::test]
    async fn who_must_wait_is_told_so_and_not_whether_there_is_such_an_account() {
        for found in [Some((user(), PasswordHash::new("hash".into()))), None] {
            let mut mocks = Mocks::default();
            mocks.store.expect_find_credentials().returning(move |_| Ok(found.clone()));
            mocks.hasher.expect_decoy().return_const(PasswordHash::new("decoy".into()));
            mocks.hasher.expect_verify().never();
            let retry_after = Duration::from_secs(9);
            mocks.attempts.expect_begin().returning(move |_, _| Ok(Begun::Throttled { retry_after }));
            let refusal = mocks.service().log_in(log_in()).await.unwrap_err();
            assert!(matches!(refusal, LogInError::Throttled { retry_after: told } if told == retry_after));
        }
    }

    #[tokio::test]
    async fn a_decoy_never_opens_a_session_even_if_it_matches() {
        let mut mocks = Mocks::default();
        mocks.hasher.expect_decoy().return_const(PasswordHash::new("decoy".into()));
        mocks.hasher.expect_verify().returning(|_, _| Ok(true));
        let refusal = mocks.service().log_in(LogIn { login: None, ..log_in() }).await.unwrap_err();
        assert!(matches!(refusal, LogInError::WrongCredentials));
    }

    #[tokio::test]
    async fn a_disabled_account_answers_as_a_wrong_password_after_the_same_work() {
        let mut mocks = Mocks::default();
        let disabled = User { disabled_at: Some(now()), ..user() };
        let found = Some((disabled, PasswordHash::new("hash".into())));
        mocks.store.expect_find_credentials().returning(move |_| Ok(found.clone()));
        mocks.hasher.expect_verify().once().returning(|_, _| Ok(true));
        mocks.store.expect_insert_session().never();
        mocks.log.expect_record().withf(|entry| entry.detail == "disabled").once().return_const(());
        let refusal = mocks.service().log_in(log_in()).await.unwrap_err();
        assert!(matches!(refusal, LogInError::WrongCredentials));
    }

    #[tokio::test]
    async fn a_password_that_is_replaced_while_it_is_compared_opens_nothing() {
        let closed = User { disabled_at: Some(now()), ..user() };
        for (user_now, hash_now) in [(user(), "new"), (closed, "hash")] {
            let mut mocks = Mocks::default();
            let mut looks = vec![(user_now, hash_now), (user(), "hash")];
            mocks
                .store
                .expect_find_credentials()
                .times(2)
                .returning(move |_| Ok(looks.pop().map(|(user, hash)| (user, PasswordHash::new(hash.into())))));
            mocks.hasher.expect_verify().returning(|_, hash| Ok(hash.as_str() == "hash"));
            mocks.store.expect_insert_session().returning(|_, _| Ok(()));
            mocks.store.expect_revoke_session().once().returning(|_, _| Ok(true));
            mocks.listener.expect_signed_in().never();
            let refusal = mocks.service().log_in(log_in()).await.unwrap_err();
            assert!(matches!(refusal, LogInError::WrongCredentials));
        }
    }
}
