use rialto_kernel::{Instant, StoreError};

use super::IdentityService;
use super::admission::AdmissionError;
use crate::model::{
    Device, Email, NewAccount, Password, PasswordHash, Role, SecretDigest, SecretToken, SecurityAct, SignedIn, User,
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
    /// What lets them in where registration is by invitation.
    pub invitation: Option<SecretToken>,
    /// What they sign in with.
    pub device: Device,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// They may not.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
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
            InsertAccountError::InvitationInvalid => AdmissionError::InvitationInvalid.into(),
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
        let invitation = self.admit_member(input.invitation.as_ref()).await?;
        // Before the store is touched: hashing takes a quarter of a second and must hold no lock.
        let password_hash = self.deps.hasher.hash(input.password).await?;
        let now = self.deps.clock.now();
        let user = User::new(self.deps.ids.next(), input.username, Some(input.email), Role::Member, now);
        self.open_account(user, Some(password_hash), invitation, input.device, now).await
    }

    /// Stores an account with its first session, and signs it in.
    pub(super) async fn open_account(
        &self,
        user: User,
        password_hash: Option<PasswordHash>,
        invitation: Option<SecretDigest>,
        device: Device,
        now: Instant,
    ) -> Result<SignedIn, RegisterError> {
        let session = self.new_session(&user, device, now);
        let (refresh, refresh_token) = self.new_refresh_token(now);
        let account =
            NewAccount { user: user.clone(), password_hash, session: session.clone(), refresh_token, invitation };
        self.deps.store.insert_account(account).await?;
        let act = if user.role == Role::Guest { SecurityAct::GuestEntered } else { SecurityAct::Registered };
        self.deps.log.record(session.entry(act, now)).await;
        Ok(self.finish_sign_in(user, session, refresh, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Registration, RegistrationPolicy};
    use crate::service::fixtures::{Mocks, email, password, username};

    fn register() -> Register {
        Register {
            username: username("ann"),
            email: email("ann@example.org"),
            password: password(),
            invitation: None,
            device: Device::default(),
        }
    }

    fn invited() -> Register {
        Register { invitation: Some(SecretToken::new("secret".into())), ..register() }
    }

    fn by_invitation(hasher: Mocks) -> Mocks {
        Mocks { policy: RegistrationPolicy { members: Registration::Invitation, guests: false }, ..hasher }
    }

    #[tokio::test]
    async fn an_invitation_is_used_up_with_the_account() {
        let mut mocks = by_invitation(Mocks::default());
        mocks.invitations.expect_is_invited().returning(|_, _| Ok(true));
        mocks.store.expect_insert_account().once().returning(|account| {
            assert_eq!(account.invitation, Some(SecretDigest([9; 32])));
            Ok(())
        });
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        mocks.service().register(invited()).await.unwrap();
    }

    #[tokio::test]
    async fn who_may_not_register_costs_no_hash() {
        let refusal = by_invitation(Mocks::with_busy_hasher()).service().register(register()).await;
        assert!(matches!(refusal, Err(RegisterError::Admission(AdmissionError::InvitationRequired))));

        let mut mocks = by_invitation(Mocks::with_busy_hasher());
        mocks.invitations.expect_is_invited().returning(|_, _| Ok(false));
        let refusal = mocks.service().register(invited()).await;
        assert!(matches!(refusal, Err(RegisterError::Admission(AdmissionError::InvitationInvalid))));

        let closed = RegistrationPolicy { members: Registration::Closed, guests: true };
        let refusal = Mocks { policy: closed, ..Mocks::with_busy_hasher() }.service().register(invited()).await;
        assert!(matches!(refusal, Err(RegisterError::Admission(AdmissionError::Closed))));
    }

    #[tokio::test]
    async fn an_invitation_that_is_used_up_meanwhile_is_refused() {
        let mut mocks = by_invitation(Mocks::default());
        mocks.invitations.expect_is_invited().returning(|_, _| Ok(true));
        mocks.store.expect_insert_account().returning(|_| Err(InsertAccountError::InvitationInvalid));
        let refusal = mocks.service().register(invited()).await;
        assert!(matches!(refusal, Err(RegisterError::Admission(AdmissionError::InvitationInvalid))));
    }

    #[tokio::test]
    async fn where_anybody_may_register_an_old_invitation_does_no_harm() {
        let mut mocks = Mocks::default();
        mocks.store.expect_insert_account().once().returning(|account| {
            assert_eq!(account.invitation, None);
            Ok(())
        });
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        mocks.service().register(invited()).await.unwrap();
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
