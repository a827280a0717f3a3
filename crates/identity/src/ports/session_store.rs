use async_trait::async_trait;
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use crate::model::SessionInUse;

/// Shows users their sessions. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The live sessions of a user at `now`: not revoked, and their unused refresh token has not expired. The one that
    /// was used last comes first; at most `most`.
    async fn list_sessions(&self, user_id: UserId, now: Instant, most: usize) -> Result<Vec<SessionInUse>, StoreError>;

    /// Writes down that a live session was used at `at`, from `address` if it is known. Time does not go back: what is
    /// older than what is known changes nothing.
    async fn note_use(&self, id: SessionId, address: Option<String>, at: Instant) -> Result<(), StoreError>;

    /// Ends a session of this user; `false` if it is none of theirs, or had ended before.
    async fn revoke_own_session(&self, user_id: UserId, id: SessionId, at: Instant) -> Result<bool, StoreError>;
}
