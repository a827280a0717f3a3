use std::time::Duration;

use rialto_kernel::{Clock, IdSource, SessionId, StoreError, UserId};

use super::{AuthenticateError, Authenticated, IdentityService, delta};
use crate::model::{
    ApiToken, ApiTokenName, Credential, IssuedApiToken, NewApiToken, Role, Scopes, SecurityAct, SecurityEntry, User,
};
use crate::ports::{ApiTokenStore, InsertApiTokenError, SecretSource};

/// As many tokens may a user have.
const MOST: usize = 50;

/// A user wants a token for a program.
#[derive(Clone, Debug)]
pub struct CreateApiToken {
    /// What they call it.
    pub name: ApiTokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// How long it works; `None` is for ever.
    pub lifetime: Option<Duration>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiTokenError {
    /// Guests have none: nobody could end what a guest left behind.
    #[error("guests have no API tokens; become a member first")]
    IsGuest,
    /// The account was closed meanwhile.
    #[error("there is no such user")]
    NoSuchUser,
    /// The user has enough.
    #[error("you have as many API tokens as one may have; end one first")]
    TooMany,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InsertApiTokenError> for CreateApiTokenError {
    fn from(error: InsertApiTokenError) -> Self {
        match error {
            InsertApiTokenError::NoSuchUser => Self::NoSuchUser,
            InsertApiTokenError::TooMany => Self::TooMany,
            InsertApiTokenError::Store(error) => Self::Store(error),
        }
    }
}

/// Why a token was not ended.
#[derive(Debug, thiserror::Error)]
pub enum RevokeApiTokenError {
    /// The user has no such token; somebody else may.
    #[error("you have no such API token")]
    NotFound,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What makes tokens, for their users and for those who run the server alike.
pub(super) struct Mint<'a> {
    pub store: &'a dyn ApiTokenStore,
    pub secrets: &'a dyn SecretSource,
    pub clock: &'a dyn Clock,
    pub ids: &'a dyn IdSource,
}

impl Mint<'_> {
    pub async fn issue(&self, user: &User, wish: CreateApiToken) -> Result<IssuedApiToken, CreateApiTokenError> {
        if user.role == Role::Guest {
            return Err(CreateApiTokenError::IsGuest);
        }
        let now = self.clock.now();
        let secret = ApiToken::around(&self.secrets.fresh_secret());
        let token = ApiToken {
            id: self.ids.uuid().into(),
            user_id: user.id,
            name: wish.name,
            scopes: wish.scopes,
            created_at: now,
            expires_at: wish.lifetime.map(|lifetime| now + delta(lifetime)),
            last_used_at: None,
        };
        let digest = self.secrets.secret_digest(secret.reveal());
        self.store.insert_api_token(NewApiToken { token: token.clone(), digest }, MOST).await?;
        Ok(IssuedApiToken { token, secret })
    }
}

impl IdentityService {
    /// Makes a token for a program of the user's, and tells it, this once.
    ///
    /// # Errors
    /// See [`CreateApiTokenError`].
    pub async fn create_api_token(
        &self,
        user: &User,
        address: Option<String>,
        wish: CreateApiToken,
    ) -> Result<IssuedApiToken, CreateApiTokenError> {
        let deps = &self.deps;
        let mint = Mint { store: &*deps.api_tokens, secrets: &*deps.secrets, clock: &*deps.clock, ids: &*deps.ids };
        let issued = mint.issue(user, wish).await?;
        let entry = SecurityEntry {
            session_id: Some(issued.token.id),
            address,
            detail: issued.token.scopes.to_text(),
            ..SecurityEntry::own(issued.token.created_at, SecurityAct::ApiTokenCreated, user.id)
        };
        self.deps.log.record(entry).await;
        Ok(issued)
    }

    /// The tokens of a user, those that have expired too, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        self.deps.api_tokens.list_api_tokens(user).await
    }

    /// Ends a token of the user's own; what is open in its name closes.
    ///
    /// # Errors
    /// See [`RevokeApiTokenError`].
    pub async fn revoke_api_token(
        &self,
        user: UserId,
        address: Option<String>,
        id: SessionId,
    ) -> Result<(), RevokeApiTokenError> {
        if self.deps.api_tokens.delete_api_token(id, Some(user)).await?.is_none() {
            return Err(RevokeApiTokenError::NotFound);
        }
        self.deps.listener.sessions_ended(&[id]).await;
        let entry = SecurityEntry {
            session_id: Some(id),
            address,
            ..SecurityEntry::own(self.deps.clock.now(), SecurityAct::ApiTokenRevoked, user)
        };
        self.deps.log.record(entry).await;
        Ok(())
    }

    pub(super) async fn authenticate_program(&self, token: &str) -> Result<Authenticated, AuthenticateError> {
        let digest = self.deps.secrets.secret_digest(token);
        let found = self.deps.api_tokens.find_live_api_token(digest, self.deps.clock.now()).await?;
        let (token, user) = found.ok_or(AuthenticateError::InvalidToken)?;
        if token.last_used_at.is_none() {
            // Its user may never have signed in themselves.
            self.deps.listener.signed_in(&user).await?;
        }
        Ok(Authenticated { user, claims: token.claims(), credential: Credential::ApiToken(token.scopes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SecretDigest;
    use crate::service::fixtures::{Mocks, now, session, user};

    fn wish() -> CreateApiToken {
        CreateApiToken {
            name: ApiTokenName::parse("bot").unwrap(),
            scopes: Scopes::parse(["messages:read"]).unwrap(),
            lifetime: Some(Duration::from_secs(86_400)),
        }
    }

    fn token() -> ApiToken {
        ApiToken {
            id: session().id,
            user_id: user().id,
            name: wish().name,
            scopes: wish().scopes,
            created_at: now(),
            expires_at: None,
            last_used_at: Some(now()),
        }
    }

    #[tokio::test]
    async fn a_token_is_kept_as_its_digest_and_told_once() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_insert_api_token().once().returning(|new, most| {
            assert_eq!((new.digest, most), (SecretDigest([9; 32]), 50));
            assert_eq!(new.token.expires_at, Some(now() + Duration::from_secs(86_400)));
            Ok(())
        });
        let made = |entry: &SecurityEntry| entry.act == SecurityAct::ApiTokenCreated && entry.session_id.is_some();
        mocks.log.expect_record().withf(made).once().return_const(());
        let issued = mocks.service().create_api_token(&user(), None, wish()).await.unwrap();
        assert_eq!(issued.secret.reveal(), "rlt_secret");
        assert!(!format!("{issued:?}").contains("rlt_secret"));
    }

    #[tokio::test]
    async fn a_guest_gets_none() {
        let guest = User { role: Role::Guest, ..user() };
        let refusal = Mocks::default().service().create_api_token(&guest, None, wish()).await;
        assert!(matches!(refusal, Err(CreateApiTokenError::IsGuest)));
    }

    #[tokio::test]
    async fn a_revoked_token_closes_what_is_open_in_its_name() {
        let mut mocks = Mocks::default();
        let own = |id: &SessionId, of: &Option<UserId>| (*id, *of) == (session().id, Some(user().id));
        mocks.api_tokens.expect_delete_api_token().withf(own).once().returning(|_, of| Ok(of));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        let ended = |entry: &SecurityEntry| entry.act == SecurityAct::ApiTokenRevoked;
        mocks.log.expect_record().withf(ended).once().return_const(());
        mocks.service().revoke_api_token(user().id, None, session().id).await.unwrap();
    }

    #[tokio::test]
    async fn a_token_of_somebody_else_is_not_found_and_nothing_closes() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_delete_api_token().returning(|_, _| Ok(None));
        mocks.listener.expect_sessions_ended().never();
        let refusal = mocks.service().revoke_api_token(user().id, None, session().id).await;
        assert!(matches!(refusal, Err(RevokeApiTokenError::NotFound)));
    }

    #[tokio::test]
    async fn a_program_is_who_its_token_says_within_its_scopes() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_find_live_api_token().returning(|_, _| Ok(Some((token(), user()))));
        mocks.tokens.expect_verify_access().never();
        let known = mocks.service().authenticate("rlt_secret").await.unwrap();
        assert_eq!((known.user, known.claims.session_id), (user(), session().id));
        assert_eq!(known.credential, Credential::ApiToken(wish().scopes));
        assert!(known.claims.expires_at > now() + Duration::from_secs(86_400 * 36_500));
    }

    #[tokio::test]
    async fn a_user_who_never_signed_in_is_let_in_with_the_first_use() {
        let mut mocks = Mocks::default();
        let fresh = || ApiToken { last_used_at: None, ..token() };
        mocks.api_tokens.expect_find_live_api_token().returning(move |_, _| Ok(Some((fresh(), user()))));
        mocks.listener.expect_signed_in().once().returning(|_| Ok(()));
        assert!(mocks.service().authenticate("rlt_secret").await.is_ok());
    }

    #[tokio::test]
    async fn a_token_that_is_not_there_opens_nothing() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_find_live_api_token().returning(|_, _| Ok(None));
        let refusal = mocks.service().authenticate("rlt_secret").await;
        assert!(matches!(refusal, Err(AuthenticateError::InvalidToken)));
    }

    #[tokio::test]
    async fn use_of_a_token_is_written_down_once() {
        let mut mocks = Mocks::default();
        let told = |id: &SessionId, at: &_| *id == session().id && *at == now();
        mocks.api_tokens.expect_note_api_token_use().withf(told).once().returning(|_, _| Ok(()));
        let (service, errands) = mocks.service_with_errands();
        let credential = Credential::ApiToken(wish().scopes);
        let known = Authenticated { user: user(), claims: token().claims(), credential };
        for _ in 0..3 {
            service.note_use(&known, || None);
        }
        assert_eq!(errands.run_all().await, 1);
    }
}
