use rialto_kernel::{SessionId, StoreError, UserId};

use super::super::api_tokens::{CreateApiToken, CreateApiTokenError, Mint};
use super::AdminService;
use crate::model::{ApiToken, IssuedApiToken, Operator, SecurityAct, User};

impl AdminService {
    /// Makes a token for a program of this user, and tells it, this once.
    ///
    /// # Errors
    /// See [`CreateApiTokenError`].
    pub async fn create_api_token(
        &self,
        by: &Operator,
        user: &User,
        wish: CreateApiToken,
    ) -> Result<IssuedApiToken, CreateApiTokenError> {
        let deps = &self.deps;
        let mint = Mint { store: &*deps.api_tokens, secrets: &*deps.secrets, clock: &*deps.clock, ids: &*deps.ids };
        let issued = mint.issue(user, wish).await?;
        let scopes = issued.token.scopes.to_text();
        self.write_down(by, issued.token.created_at, SecurityAct::ApiTokenCreated, Some(user.id), &scopes).await;
        Ok(issued)
    }

    /// The tokens of a user, those that have expired too, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        self.deps.api_tokens.list_api_tokens(user).await
    }

    /// Ends anybody's token; `false` if there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn revoke_api_token(&self, by: &Operator, id: SessionId) -> Result<bool, StoreError> {
        let Some(user) = self.deps.api_tokens.delete_api_token(id, None).await? else { return Ok(false) };
        self.close(&[id]).await;
        let now = self.deps.clock.now();
        self.write_down(by, now, SecurityAct::ApiTokenRevoked, Some(user), &id.to_string()).await;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::service::fixtures::{session, user};

    #[tokio::test]
    async fn anybodys_token_is_ended_and_written_down_as_theirs() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_delete_api_token().withf(|_, of| of.is_none()).returning(|_, _| Ok(Some(user().id)));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        mocks.expect_entry(SecurityAct::ApiTokenRevoked, "00000000-0000-0000-0000-000000000002");
        assert!(mocks.service().revoke_api_token(&root(), session().id).await.unwrap());
    }

    #[tokio::test]
    async fn a_token_that_is_gone_is_not_written_down_again() {
        let mut mocks = Mocks::default();
        mocks.api_tokens.expect_delete_api_token().returning(|_, _| Ok(None));
        assert!(!mocks.service().revoke_api_token(&root(), session().id).await.unwrap());
    }
}
