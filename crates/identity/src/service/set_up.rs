use std::time::Duration;

use rialto_kernel::StoreError;

use super::{IdentityService, delta};
use crate::model::{Device, Email, NewAccount, Password, Role, SecretToken, SecurityAct, SignedIn, User, Username};
use crate::ports::{HashError, SetUpRefusal};

/// How long the set-up link works.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Whoever started the server for the first time makes the first admin.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// The token of the set-up link.
    pub token: SecretToken,
    /// The name to be known by.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// What they sign in with.
    pub device: Device,
}

/// Why there is no first admin.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The store refuses.
    #[error(transparent)]
    Refused(#[from] SetUpRefusal),
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<StoreError> for SetUpError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl IdentityService {
    /// A new token for the set-up link, in place of the one before; `None` once there is an admin.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn offer_setup(&self) -> Result<Option<SecretToken>, StoreError> {
        let token = self.deps.secrets.fresh_secret();
        let digest = self.deps.secrets.secret_digest(token.reveal());
        let expires_at = self.deps.clock.now() + delta(LIFETIME);
        Ok(self.deps.setup.offer_setup(digest, expires_at).await?.then_some(token))
    }

    /// Makes the first admin and signs them in.
    ///
    /// # Errors
    /// See [`SetUpError`]; nothing is stored then.
    pub async fn set_up(&self, input: SetUp) -> Result<SignedIn, SetUpError> {
        let digest = self.deps.secrets.secret_digest(input.token.reveal());
        // The store has the last word; this look spares the hasher those who guess.
        self.deps.setup.check_setup(digest, self.deps.clock.now()).await?;
        let password_hash = self.deps.hasher.hash(input.password).await?;
        let now = self.deps.clock.now();
        let user = User::new(self.deps.ids.next(), input.username, Some(input.email), Role::Admin, now);
        let session = self.new_session(&user, input.device, now);
        let (refresh, refresh_token) = self.new_refresh_token(now);
        let account = NewAccount {
            user: user.clone(),
            password_hash: Some(password_hash),
            session: session.clone(),
            refresh_token,
            invitation: None,
        };
        self.deps.setup.set_up(digest, account, now).await?;
        self.deps.log.record(session.entry(SecurityAct::ServerSetUp, now)).await;
        Ok(self.finish_sign_in(user, session, refresh, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SecretDigest;
    use crate::service::fixtures::{Mocks, email, now, password, username};

    fn set_up() -> SetUp {
        SetUp {
            token: SecretToken::new("secret".into()),
            username: username("root"),
            email: email("root@example.org"),
            password: password(),
            device: Device::default(),
        }
    }

    #[tokio::test]
    async fn a_token_is_offered_as_its_digest_for_a_day() {
        let mut mocks = Mocks::default();
        let day = now() + Duration::from_secs(86_400);
        let offer = mocks.setup.expect_offer_setup().withf(move |digest, end| (digest.0[0], *end) == (9, day));
        offer.once().returning(|_, _| Ok(true));
        assert_eq!(mocks.service().offer_setup().await.unwrap().unwrap().reveal(), "secret");
    }

    #[tokio::test]
    async fn nothing_is_offered_once_there_is_an_admin() {
        let mut mocks = Mocks::default();
        mocks.setup.expect_offer_setup().returning(|_, _| Ok(false));
        assert_eq!(mocks.service().offer_setup().await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_first_admin_is_signed_in() {
        let mut mocks = Mocks::default();
        mocks.setup.expect_check_setup().returning(|_, _| Ok(()));
        mocks.setup.expect_set_up().once().returning(|digest, account, _| {
            assert_eq!((digest, account.user.role), (SecretDigest([9; 32]), Role::Admin));
            Ok(())
        });
        mocks.listener.expect_signed_in().once().returning(|_| Ok(()));
        assert_eq!(mocks.service().set_up(set_up()).await.unwrap().user.role, Role::Admin);
    }

    #[tokio::test]
    async fn who_guesses_costs_no_hash() {
        let mut mocks = Mocks::with_busy_hasher();
        mocks.setup.expect_check_setup().returning(|_, _| Err(SetUpRefusal::InvalidToken));
        let refusal = mocks.service().set_up(set_up()).await;
        assert!(matches!(refusal, Err(SetUpError::Refused(SetUpRefusal::InvalidToken))));
    }
}
