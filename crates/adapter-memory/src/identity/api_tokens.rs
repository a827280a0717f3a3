use std::cmp::Reverse;

use async_trait::async_trait;
use rialto_identity::{ApiToken, ApiTokenStore, InsertApiTokenError, NewApiToken, SecretDigest, User};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use crate::MemoryStore;

#[async_trait]
impl ApiTokenStore for MemoryStore {
    async fn insert_api_token(&self, new: NewApiToken, most: usize) -> Result<(), InsertApiTokenError> {
        let tables = &mut self.state()?.identity;
        let (user_id, now) = (new.token.user_id, new.token.created_at);
        if tables.users.get(&user_id).is_none_or(|user| user.disabled_at.is_some()) {
            return Err(InsertApiTokenError::NoSuchUser);
        }
        let is_over = |token: &ApiToken| token.expires_at.is_some_and(|end| end <= now);
        tables.api_tokens.retain(|_, token| token.user_id != user_id || !is_over(token));
        if tables.api_tokens.values().filter(|token| token.user_id == user_id).count() >= most {
            return Err(InsertApiTokenError::TooMany);
        }
        tables.api_tokens.insert(new.digest, new.token);
        Ok(())
    }

    async fn list_api_tokens(&self, user_id: UserId) -> Result<Vec<ApiToken>, StoreError> {
        let tables = &self.state()?.identity;
        let mut own: Vec<_> = tables.api_tokens.values().filter(|token| token.user_id == user_id).cloned().collect();
        own.sort_by_key(|token| Reverse((token.created_at, token.id)));
        Ok(own)
    }

    async fn find_live_api_token(
        &self,
        digest: SecretDigest,
        now: Instant,
    ) -> Result<Option<(ApiToken, User)>, StoreError> {
        let tables = &self.state()?.identity;
        let token = tables.api_tokens.get(&digest).filter(|token| token.expires_at.is_none_or(|end| end > now));
        let user = token.and_then(|token| tables.users.get(&token.user_id)).filter(|user| user.disabled_at.is_none());
        Ok(token.cloned().zip(user.cloned()))
    }

    async fn delete_api_token(&self, id: SessionId, of: Option<UserId>) -> Result<Option<UserId>, StoreError> {
        let tables = &mut self.state()?.identity;
        let wanted = |token: &ApiToken| token.id == id && of.is_none_or(|user| token.user_id == user);
        let owner = tables.api_tokens.values().find(|token| wanted(token)).map(|token| token.user_id);
        tables.api_tokens.retain(|_, token| !wanted(token));
        Ok(owner)
    }

    async fn note_api_token_use(&self, id: SessionId, at: Instant) -> Result<(), StoreError> {
        let tables = &mut self.state()?.identity;
        if let Some(token) = tables.api_tokens.values_mut().find(|token| token.id == id) {
            token.last_used_at = token.last_used_at.max(Some(at));
        }
        Ok(())
    }
}
