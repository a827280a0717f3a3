//! Tells what happens to accounts where the server's own log goes, and keeps it in the database.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rialto_identity::{AdminService, SecurityEntry, SecurityFilter, SecurityLog};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError};

/// One line for each entry, under the target `rialto::security`; then the entry is kept.
pub struct TracedSecurityLog {
    pub kept: Arc<dyn SecurityLog>,
}

#[async_trait]
impl SecurityLog for TracedSecurityLog {
    async fn record(&self, entry: SecurityEntry) {
        tracing::info!(
            target: "rialto::security",
            act = entry.act.as_str(),
            actor = entry.actor.map(tracing::field::display),
            user = entry.user_id.map(tracing::field::display),
            session = entry.session_id.map(tracing::field::display),
            address = entry.address,
            detail = entry.detail,
        );
        self.kept.record(entry).await;
    }

    async fn list(
        &self,
        filter: SecurityFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<SecurityEntry>, StoreError> {
        self.kept.list(filter, after, limit).await
    }

    async fn forget_before(&self, before: Instant, most: u32) -> Result<u64, StoreError> {
        self.kept.forget_before(before, most).await
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Between two batches, so that others get their turn.
const PAUSE: Duration = Duration::from_millis(100);

/// Forgets entries that are older than `age`, now and every day, until the task is dropped.
pub async fn forget_daily(admin: AdminService, age: Duration) {
    loop {
        let more = admin.forget_old_entries(age).await.unwrap_or_else(|error| {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(error, "old entries of the security log were not forgotten; trying again tomorrow");
            false
        });
        tokio::time::sleep(if more { PAUSE } else { DAY }).await;
    }
}
