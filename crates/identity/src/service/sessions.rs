use rialto_kernel::{SessionId, StoreError, UserId};

use super::{Authenticated, IdentityService};
use crate::model::{SecurityAct, SecurityEntry, SessionInUse};

/// As many sessions are listed; whoever has more sees those that were used last.
const MOST_LISTED: usize = 100;

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// The user has no such live session; somebody else may.
    #[error("you have no such session")]
    NotFound,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// The live sessions of a user, the one used last first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_sessions(&self, user: UserId) -> Result<Vec<SessionInUse>, StoreError> {
        self.deps.sessions.list_sessions(user, self.deps.clock.now(), MOST_LISTED).await
    }

    /// Ends a session of the user's own from another one, or from itself; what is open in its name closes.
    ///
    /// # Errors
    /// See [`EndSessionError`].
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<(), EndSessionError> {
        let now = self.deps.clock.now();
        if !self.deps.sessions.revoke_own_session(user, session, now).await? {
            return Err(EndSessionError::NotFound);
        }
        self.deps.listener.sessions_ended(&[session]).await;
        let entry =
            SecurityEntry { session_id: Some(session), ..SecurityEntry::own(now, SecurityAct::SessionRevoked, user) };
        self.deps.log.record(entry).await;
        Ok(())
    }

    /// Takes note that a session or an API token is used, for those who look at the list. It is written down once a minute, and nobody
    /// waits for it.
    pub fn note_use(&self, by: &Authenticated, address: impl FnOnce() -> Option<String>) {
        let (id, now) = (by.claims.session_id, self.deps.clock.now());
        if let Some(place) = self.recently_used.begin_note(id, now) {
            if !by.credential.is_session() {
                let store = self.deps.api_tokens.clone();
                self.deps.errands.run(Box::pin(async move {
                    let _place = place;
                    Ok(store.note_api_token_use(id, now).await?)
                }));
                return;
            }
            let (store, address) = (self.deps.sessions.clone(), address());
            // Dropped or failed: the next minute's use tells again.
            self.deps.errands.run(Box::pin(async move {
                let _place = place;
                Ok(store.note_use(id, address, now).await?)
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Credential;
    use crate::service::fixtures::{Mocks, claims, now, session, user};

    #[tokio::test]
    async fn an_ended_session_closes_what_is_open_in_it() {
        let mut mocks = Mocks::default();
        let own = |user_id: &UserId, id: &SessionId, _: &_| (*user_id, *id) == (user().id, session().id);
        mocks.sessions.expect_revoke_own_session().withf(own).once().returning(|_, _, _| Ok(true));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        let revoked =
            |entry: &SecurityEntry| entry.act == SecurityAct::SessionRevoked && entry.session_id == Some(session().id);
        mocks.log.expect_record().withf(revoked).once().return_const(());
        mocks.service().end_session(user().id, session().id).await.unwrap();
    }

    #[tokio::test]
    async fn a_session_of_somebody_else_is_not_found_and_nothing_closes() {
        let mut mocks = Mocks::default();
        mocks.sessions.expect_revoke_own_session().returning(|_, _, _| Ok(false));
        mocks.listener.expect_sessions_ended().never();
        let refusal = mocks.service().end_session(user().id, session().id).await;
        assert!(matches!(refusal, Err(EndSessionError::NotFound)));
    }

    #[tokio::test]
    async fn use_is_written_down_once_and_not_by_who_asks() {
        let mut mocks = Mocks::default();
        let told = |id: &SessionId, address: &Option<String>, at: &_| {
            *id == session().id && address.as_deref() == Some("192.0.2.1") && *at == now()
        };
        mocks.sessions.expect_note_use().withf(told).once().returning(|_, _, _| Ok(()));
        let (service, errands) = mocks.service_with_errands();
        let known = Authenticated { user: user(), claims: claims(), credential: Credential::Session };
        for _ in 0..3 {
            service.note_use(&known, || Some("192.0.2.1".into()));
        }
        assert_eq!(errands.run_all().await, 1);
    }
}
