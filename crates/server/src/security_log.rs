//! Tells what happens to accounts where the server's own log goes.

use async_trait::async_trait;
use rialto_identity::{SecurityEntry, SecurityLog};

/// One line for each entry, under the target `rialto::security`.
pub struct TracedSecurityLog;

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
    }
}
