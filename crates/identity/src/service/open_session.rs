use rialto_kernel::{StoreError, UserId};

use super::IdentityService;
use crate::model::{Device, SecurityAct, Session, User};

impl IdentityService {
    /// Opens a session for a user for whom a service that this server trusts has vouched, for as long as they are connected: what
    /// ends sessions ends it. It has no tokens; [`log_out`](Self::log_out) ends it. `None` if the account is closed or
    /// gone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open_session(&self, user_id: UserId, device: Device) -> Result<Option<(Session, User)>, StoreError> {
        let found = self.deps.store.find_user(user_id).await?.filter(|user| user.disabled_at.is_none());
        let Some(user) = found else { return Ok(None) };
        let now = self.deps.clock.now();
        let session = self.new_session(&user, device, now);
        // Nobody is told the token, so that the session is never refreshed.
        let (_, refresh_token) = self.new_refresh_token(now);
        self.deps.store.insert_session(session.clone(), refresh_token).await?;
        // An account that was closed or deleted meanwhile has no live session.
        let Some((session, user)) = self.deps.store.find_live_session(session.id).await? else { return Ok(None) };
        self.deps.listener.signed_in(&user).await?;
        self.recently_used.mark(session.id, now);
        self.deps.log.record(session.entry(SecurityAct::LoggedIn, now)).await;
        Ok(Some((session, user)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, now, session, user};

    #[tokio::test]
    async fn whoever_is_vouched_for_has_a_session_like_any_other() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.store.expect_insert_session().once().returning(|_, _| Ok(()));
        mocks.store.expect_find_live_session().returning(|_| Ok(Some((session(), user()))));
        mocks.listener.expect_signed_in().once().returning(|_| Ok(()));
        let opened = mocks.service().open_session(user().id, Device::default()).await.unwrap();
        assert_eq!(opened, Some((session(), user())));
    }

    #[tokio::test]
    async fn a_closed_account_has_none() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(Some(User { disabled_at: Some(now()), ..user() })));
        mocks.store.expect_insert_session().never();
        assert_eq!(mocks.service().open_session(user().id, Device::default()).await.unwrap(), None);
    }
}
