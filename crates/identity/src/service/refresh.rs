use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::{IdentityService, letters};
use crate::model::{Redemption, RefreshToken, RetryKey, SecurityAct, SecurityEntry, SignedIn};
use crate::ports::{MailError, Redeemed};

/// A client wants the next pair of tokens.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The token it has.
    pub token: RefreshToken,
    /// What it says again if it asks again because no answer came.
    pub retry_key: Option<RetryKey>,
    /// The network address it comes from.
    pub address: Option<String>,
}

/// Why there is no new pair of tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is unknown, expired, or its session has ended: sign in again.
    #[error("the refresh token is not valid")]
    InvalidToken,
    /// The token was used before. Somebody else may hold it, so the whole session has ended.
    #[error("the refresh token was used before; its session has ended")]
    TokenReused,
    /// A later request of the same client was answered first. Asking again helps.
    #[error("a later request with this token was answered first; ask again")]
    Overtaken,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the user was not told.
#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl IdentityService {
    /// Trades a refresh token for the next pair. Each token works once (RFC 9700, section 4.14.2); a client whose
    /// answer was lost asks again with the same token and the same key.
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn refresh(&self, input: Refresh) -> Result<SignedIn, RefreshError> {
        let now = self.deps.clock.now();
        let (next, replacement) = self.new_refresh_token(now);
        let redemption = Redemption {
            digest: self.refresh_digest(input.token.reveal()),
            retry_key: input.retry_key.as_ref().map(|key| self.deps.tokens.retry_key_digest(key)),
            replacement,
            address: input.address.clone(),
            at: now,
        };
        match self.deps.store.redeem_refresh_token(redemption).await? {
            Redeemed::Rotated { session, user } => Ok(self.finish_sign_in(user, session, next, now).await?),
            Redeemed::Reused { session_id, user_id } => {
                self.end_reused(session_id, user_id, input.address, now).await;
                Err(RefreshError::TokenReused)
            }
            Redeemed::Overtaken => Err(RefreshError::Overtaken),
            Redeemed::Expired | Redeemed::Unknown => Err(RefreshError::InvalidToken),
        }
    }

    async fn end_reused(&self, session: SessionId, user: UserId, address: Option<String>, now: Instant) {
        self.deps.listener.sessions_ended(&[session]).await;
        let entry = SecurityEntry {
            actor: None,
            session_id: Some(session),
            address,
            ..SecurityEntry::own(now, SecurityAct::RefreshTokenReused, user)
        };
        self.deps.log.record(entry).await;
        let this = self.clone();
        self.deps.errands.run(Box::pin(async move { Ok(this.tell_of_reuse(user).await?) }));
    }

    async fn tell_of_reuse(&self, user: UserId) -> Result<(), TellError> {
        if let Some(user) = self.deps.store.find_user(user).await?
            && let Some(email) = user.email.clone()
        {
            self.deps.mailer.send(letters::session_ended_by_reuse(&user, email)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RetryKeyDigest, Role, User};
    use crate::service::fixtures::{Mocks, session, user};

    fn refresh() -> Refresh {
        Refresh { token: RefreshToken::new("old".into()), retry_key: None, address: Some("192.0.2.1".into()) }
    }

    fn reused() -> Mocks {
        let mut mocks = Mocks::default();
        mocks
            .store
            .expect_redeem_refresh_token()
            .returning(|_| Ok(Redeemed::Reused { session_id: session().id, user_id: user().id }));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        mocks
    }

    #[tokio::test]
    async fn a_fresh_token_gets_the_next_pair() {
        let mut mocks = Mocks::default();
        let plain = |redemption: &Redemption| {
            redemption.retry_key.is_none() && redemption.address.as_deref() == Some("192.0.2.1")
        };
        mocks
            .store
            .expect_redeem_refresh_token()
            .withf(plain)
            .returning(|_| Ok(Redeemed::Rotated { session: session(), user: user() }));
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        assert_eq!(mocks.service().refresh(refresh()).await.unwrap().session, session());
    }

    #[tokio::test]
    async fn a_key_reaches_the_store_as_its_digest() {
        let mut mocks = Mocks::default();
        let keyed = |redemption: &Redemption| redemption.retry_key == Some(RetryKeyDigest([6; 32]));
        mocks
            .store
            .expect_redeem_refresh_token()
            .withf(keyed)
            .once()
            .returning(|_| Ok(Redeemed::Rotated { session: session(), user: user() }));
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        let input = Refresh { retry_key: Some(RetryKey::parse("0123456789abcdef").unwrap()), ..refresh() };
        mocks.service().refresh(input).await.unwrap();
    }

    #[tokio::test]
    async fn a_reused_token_ends_what_is_open_in_its_session_and_its_user_is_told() {
        let mut mocks = reused();
        mocks.store.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.mailer.expect_send().withf(|mail| mail.to.as_str() == "ann@example.org").once().returning(|_| Ok(()));
        mocks.log.expect_record().withf(|entry| entry.act == SecurityAct::RefreshTokenReused).once().return_const(());
        let (service, errands) = mocks.service_with_errands();
        assert!(matches!(service.refresh(refresh()).await.unwrap_err(), RefreshError::TokenReused));
        assert_eq!(errands.run_all().await, 1);
    }

    #[tokio::test]
    async fn whoever_has_no_address_is_not_written_to() {
        let mut mocks = reused();
        mocks.store.expect_find_user().returning(|_| Ok(Some(User { email: None, role: Role::Guest, ..user() })));
        mocks.mailer.expect_send().never();
        let (service, errands) = mocks.service_with_errands();
        assert!(service.refresh(refresh()).await.is_err());
        errands.run_all().await;
    }
}
