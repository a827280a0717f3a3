use rialto_kernel::{Instant, StoreError};

use super::IdentityService;
use crate::model::{
    Device, DisplayName, Email, NewAccount, Password, PasswordHash, PresenceSetting, Role, SecurityAct, SignedIn, User,
    Username,
};
use crate::ports::{HashError, InsertAccountError};

/// A person asks for an account.
#[derive(Clone, Debug)]
pub struct Register {
    /// The name to be known by.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// What they sign in with.
    pub device: Device,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Somebody has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InsertAccountError> for RegisterError {
    fn from(error: InsertAccountError) -> Self {
        match error {
            InsertAccountError::UsernameTaken => Self::UsernameTaken,
            InsertAccountError::EmailTaken => Self::EmailTaken,
            InsertAccountError::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Makes an account and signs it in.
    ///
    /// # Errors
    /// See [`RegisterError`]; nothing is stored then.
    pub async fn register(&self, input: Register) -> Result<SignedIn, RegisterError> {
        // Before the store is touched: hashing takes a quarter of a second and must hold no lock.
        let password_hash = self.deps.hasher.hash(input.password).await?;
        let now = self.deps.clock.now();
        let user = User {
            id: self.deps.ids.next(),
            display_name: DisplayName::from(&input.username),
            username: input.username,
            email: Some(input.email),
            bio: String::new(),
            avatar_url: None,
            role: Role::Member,
            presence: PresenceSetting::default(),
            created_at: now,
        };
        self.open_account(user, Some(password_hash), input.device, now).await
    }

    /// Stores an account with its first session, and signs it in.
    pub(super) async fn open_account(
        &self,
        user: User,
        password_hash: Option<PasswordHash>,
        device: Device,
        now: Instant,
    ) -> Result<SignedIn, RegisterError> {
        let session = self.new_session(&user, device, now);
        let (refresh, refresh_token) = self.new_refresh_token(now);
        let account = NewAccount { user: user.clone(), password_hash, session: session.clone(), refresh_token };
        self.deps.store.insert_account(account).await?;
        let act = if user.role == Role::Guest { SecurityAct::GuestEntered } else { SecurityAct::Registered };
        self.deps.log.record(session.entry(act, now)).await;
        Ok(self.finish_sign_in(user, session, refresh, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, email, password, username};

    fn register() -> Register {
        Register {
            username: username("ann"),
            email: email("ann@example.org"),
            password: password(),
            device: Device::default(),
        }
    }

    #[tokio::test]
    async fn a_new_account_is_a_member_and_signed_in() {
        let mut mocks = Mocks::default();
        mocks.store.expect_insert_account().once().returning(|account| {
            assert_eq!(account.user.role, Role::Member);
            assert!(account.password_hash.is_some());
            assert_eq!(account.session.user_id, account.user.id);
            Ok(())
        });
        mocks.listener.expect_signed_in().once().returning(|_| Ok(()));
        let signed_in = mocks.service().register(register()).await.unwrap();
        assert_eq!(signed_in.user.username.as_str(), "ann");
        assert_eq!(signed_in.tokens.access.reveal(), "access");
    }

    #[tokio::test]
    async fn a_taken_name_is_refused_and_nobody_is_told() {
        let mut mocks = Mocks::default();
        mocks.store.expect_insert_account().returning(|_| Err(InsertAccountError::UsernameTaken));
        mocks.listener.expect_signed_in().never();
        let refusal = mocks.service().register(register()).await.unwrap_err();
        assert!(matches!(refusal, RegisterError::UsernameTaken));
    }

    #[tokio::test]
    async fn a_busy_hasher_stores_nothing() {
        let mut mocks = Mocks::with_busy_hasher();
        mocks.store.expect_insert_account().never();
        let refusal = mocks.service().register(register()).await.unwrap_err();
        assert!(matches!(refusal, RegisterError::Hash(HashError::Busy)));
    }
}
