use rialto_kernel::StoreError;

use super::IdentityService;
use crate::model::{AccessClaims, ApiToken, Credential, TokenAudience, User};
use crate::ports::AccessTokenError;

/// Who is asking, proven by an access token whose session is alive, or by an API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The user as they are now, not as the token remembers them.
    pub user: User,
    /// What the token says; of an API token, what an access token would say that is as good.
    pub claims: AccessClaims,
    /// By what, and what it is good for.
    pub credential: Credential,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// Not ours, or its session has ended.
    #[error("the access token is not valid")]
    InvalidToken,
    /// Its time is over: refresh.
    #[error("the access token has expired")]
    ExpiredToken,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Says who holds an access token or an API token.
    ///
    /// # Errors
    /// See [`AuthenticateError`].
    pub async fn authenticate(&self, access_token: &str) -> Result<Authenticated, AuthenticateError> {
        if ApiToken::is_meant_by(access_token) && self.audience == TokenAudience::Own {
            return self.authenticate_program(access_token).await;
        }
        let now = self.deps.clock.now();
        let claims = self.deps.tokens.verify_access(access_token, self.audience, now).map_err(|e| match e {
            AccessTokenError::Expired => AuthenticateError::ExpiredToken,
            AccessTokenError::Invalid => AuthenticateError::InvalidToken,
        })?;
        let live = self.deps.store.find_live_session(claims.session_id).await?;
        match live {
            Some((_, user)) if user.id == claims.user_id => {
                Ok(Authenticated { user, claims, credential: Credential::Session })
            }
            _ => Err(AuthenticateError::InvalidToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, claims, session, user};

    #[tokio::test]
    async fn a_token_of_a_live_session_names_its_user() {
        let mut mocks = Mocks::default();
        mocks.tokens.expect_verify_access().returning(|_, _, _| Ok(claims()));
        mocks.store.expect_find_live_session().returning(|_| Ok(Some((session(), user()))));
        assert_eq!(mocks.service().authenticate("t").await.unwrap().user, user());
    }

    #[tokio::test]
    async fn a_valid_token_of_an_ended_session_opens_nothing() {
        let mut mocks = Mocks::default();
        mocks.tokens.expect_verify_access().returning(|_, _, _| Ok(claims()));
        mocks.store.expect_find_live_session().returning(|_| Ok(None));
        let refusal = mocks.service().authenticate("t").await.unwrap_err();
        assert!(matches!(refusal, AuthenticateError::InvalidToken));
    }

    #[tokio::test]
    async fn a_surface_asks_for_tokens_of_its_own_and_takes_none_of_programs() {
        let mut mocks = Mocks::default();
        mocks
            .tokens
            .expect_verify_access()
            .withf(|_, audience, _| *audience == TokenAudience::Surface("gochat"))
            .returning(|token, _, _| if token == "t" { Ok(claims()) } else { Err(AccessTokenError::Invalid) });
        mocks.store.expect_find_live_session().returning(|_| Ok(Some((session(), user()))));
        let service = mocks.service();
        let lifetimes = service.deps.lifetimes;
        let surface = service.for_surface("gochat", lifetimes);
        assert_eq!(surface.authenticate("t").await.unwrap().user, user());
        let program = surface.authenticate("rialto_pat_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG").await;
        assert!(matches!(program, Err(AuthenticateError::InvalidToken)));
    }
}
