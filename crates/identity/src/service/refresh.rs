use rialto_kernel::StoreError;

use super::IdentityService;
use crate::model::{SecurityAct, SecurityEntry, SignedIn};
use crate::ports::Redeemed;

/// Why there is no new pair of tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is unknown, expired, or its session has ended: sign in again.
    #[error("the refresh token is not valid")]
    InvalidToken,
    /// The token was used before. Somebody else may hold it, so the whole session has ended.
    #[error("the refresh token was used before; its session has ended")]
    TokenReused,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Trades a refresh token for the next pair. Each token works once (RFC 9700, section 4.14.2).
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, RefreshError> {
        let now = self.deps.clock.now();
        let presented = self.deps.tokens.digest(refresh_token);
        let (next, stored_next) = self.new_refresh_token(now);
        match self.deps.store.redeem_refresh_token(presented, stored_next, now).await? {
            Redeemed::Rotated { session, user } => Ok(self.finish_sign_in(user, session, next, now).await?),
            Redeemed::Reused { session_id, user_id } => {
                self.deps.listener.sessions_ended(&[session_id]).await;
                let entry = SecurityEntry {
                    actor: None,
                    session_id: Some(session_id),
                    ..SecurityEntry::own(now, SecurityAct::RefreshTokenReused, user_id)
                };
                self.deps.log.record(entry).await;
                Err(RefreshError::TokenReused)
            }
            Redeemed::Expired | Redeemed::Unknown => Err(RefreshError::InvalidToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, session, user};

    #[tokio::test]
    async fn a_fresh_token_gets_the_next_pair() {
        let mut mocks = Mocks::default();
        mocks
            .store
            .expect_redeem_refresh_token()
            .returning(|_, _, _| Ok(Redeemed::Rotated { session: session(), user: user() }));
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        assert_eq!(mocks.service().refresh("old").await.unwrap().session, session());
    }

    #[tokio::test]
    async fn a_reused_token_ends_what_is_open_in_its_session() {
        let mut mocks = Mocks::default();
        mocks
            .store
            .expect_redeem_refresh_token()
            .returning(|_, _, _| Ok(Redeemed::Reused { session_id: session().id, user_id: user().id }));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        assert!(matches!(mocks.service().refresh("old").await.unwrap_err(), RefreshError::TokenReused));
    }
}
