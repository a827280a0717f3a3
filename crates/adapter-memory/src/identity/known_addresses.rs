use std::collections::BTreeSet;

use async_trait::async_trait;
use rialto_identity::KnownAddresses;
use rialto_kernel::{Instant, StoreError, UserId};

use crate::MemoryStore;

#[async_trait]
impl KnownAddresses for MemoryStore {
    async fn list_addresses_of(&self, user_id: UserId, since: Instant) -> Result<Vec<String>, StoreError> {
        let tables = &self.state()?.identity;
        let sessions = tables.sessions.values().filter(|row| row.session.user_id == user_id);
        let known = sessions.filter(|row| row.revoked_at.is_none() || row.session.created_at >= since);
        let addresses: BTreeSet<String> = known.filter_map(|row| row.session.device.address.clone()).collect();
        Ok(addresses.into_iter().take(1_000).collect())
    }
}
