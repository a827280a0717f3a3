use rialto_kernel::{SessionId, StoreError, UserId};

use super::IdentityService;
use crate::model::{SecurityAct, SecurityEntry, SessionRecord};

impl IdentityService {
    /// Writes down that a user takes their data away; done before the first byte leaves.
    pub async fn note_export(&self, user_id: UserId) {
        let entry = SecurityEntry::own(self.deps.clock.now(), SecurityAct::DataExported, user_id);
        self.deps.log.record(entry).await;
    }

    /// Up to `limit` sessions of a user, ended ones among them, in order of id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_session_records(
        &self,
        user_id: UserId,
        after: Option<SessionId>,
        limit: i64,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        self.deps.records.list_session_records(user_id, after, limit).await
    }
}
