use std::time::Duration;

use rialto_kernel::StoreError;

use super::authenticate::Authenticated;
use super::{IdentityService, delta};
use crate::model::{AccessClaims, AccessToken, Credential};

/// The next access token of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewedAccess {
    /// The token.
    pub access: AccessToken,
    /// How long it works, from now.
    pub lifetime: Duration,
}

/// Why a session's access token is not renewed.
#[derive(Debug, thiserror::Error)]
pub enum RenewAccessError {
    /// It works for a good while yet.
    #[error("the token is not near its end")]
    TooFresh,
    /// It has ended, or is as old as it may become: sign in again.
    #[error("the session goes on no longer")]
    SessionOver,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// The next access token for a client that knows no refresh tokens: whoever holds one that ends within `window` gets
    /// another of the same session. A session is renewed this way for as long as its first refresh token would work.
    ///
    /// # Errors
    /// See [`RenewAccessError`].
    pub async fn renew_access(
        &self,
        holder: &Authenticated,
        window: Duration,
    ) -> Result<RenewedAccess, RenewAccessError> {
        let now = self.deps.clock.now();
        if holder.claims.expires_at - now > delta(window) {
            return Err(RenewAccessError::TooFresh);
        }
        let live = self.deps.store.find_live_session(holder.claims.session_id).await?;
        let (session, user) = live.ok_or(RenewAccessError::SessionOver)?;
        let end = session.created_at + delta(self.deps.lifetimes.refresh);
        let claims = self.new_claims(user.id, session.id, now);
        let expires_at = claims.expires_at.min(end);
        // An API token is renewed by whoever made it.
        if holder.credential != Credential::Session || expires_at <= holder.claims.expires_at {
            return Err(RenewAccessError::SessionOver);
        }
        let claims = AccessClaims { expires_at, ..claims };
        let access = self.deps.tokens.sign_access(&claims, self.audience);
        Ok(RenewedAccess { access, lifetime: (expires_at - now).to_std().unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rialto_kernel::Instant;

    use super::*;
    use crate::model::Session;
    use crate::service::fixtures::{Mocks, claims, now, session, user};

    const WINDOW: Duration = Duration::from_secs(900);

    fn holder(seconds_left: i64) -> Authenticated {
        let expires_at = now() + seconds(seconds_left);
        let claims = AccessClaims { expires_at, ..claims() };
        Authenticated { user: user(), claims, credential: Credential::Session }
    }

    fn seconds(seconds: i64) -> TimeDelta {
        TimeDelta::seconds(seconds)
    }

    fn alive_since(created_at: Instant) -> Mocks {
        let mut mocks = Mocks::default();
        let session = Session { created_at, ..session() };
        mocks.store.expect_find_live_session().returning(move |_| Ok(Some((session.clone(), user()))));
        mocks
    }

    #[tokio::test]
    async fn a_token_near_its_end_gets_the_next_one_of_its_session() {
        let service = alive_since(now()).service();
        let lifetime = service.deps.lifetimes.access;
        let renewed = service.renew_access(&holder(60), WINDOW).await.unwrap();
        assert_eq!((renewed.access.reveal(), renewed.lifetime), ("access", lifetime));
    }

    #[tokio::test]
    async fn a_fresher_token_and_a_session_that_ended_get_none() {
        let fresh = Mocks::default().service().renew_access(&holder(901), WINDOW).await;
        assert!(matches!(fresh, Err(RenewAccessError::TooFresh)));
        let mut mocks = Mocks::default();
        mocks.store.expect_find_live_session().returning(|_| Ok(None));
        let ended = mocks.service().renew_access(&holder(60), WINDOW).await;
        assert!(matches!(ended, Err(RenewAccessError::SessionOver)));
    }

    #[tokio::test]
    async fn no_session_goes_on_for_ever() {
        let service = alive_since(now()).service();
        let whole = delta(service.deps.lifetimes.refresh);
        let nearly_over = alive_since(now() - whole + seconds(120)).service();
        let renewed = nearly_over.renew_access(&holder(60), WINDOW).await.unwrap();
        assert_eq!(renewed.lifetime, Duration::from_secs(120));
        let over = alive_since(now() - whole).service().renew_access(&holder(60), WINDOW).await;
        assert!(matches!(over, Err(RenewAccessError::SessionOver)));
    }
}
