use async_trait::async_trait;
use rialto_identity::{SecurityEntry, SecurityFilter, SecurityLog};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError};

use crate::MemoryStore;
use crate::page::{nothing, page_of};

#[async_trait]
impl SecurityLog for MemoryStore {
    async fn record(&self, entry: SecurityEntry) {
        // The store is as good as gone after a panic, and says so to everybody who asks it for something.
        if let Ok(mut state) = self.state() {
            let tables = &mut state.identity;
            tables.security_entries += 1;
            tables.security_log.insert(tables.security_entries, entry);
        }
    }

    async fn list(
        &self,
        filter: SecurityFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<SecurityEntry>, StoreError> {
        let below = match after {
            None => u64::MAX,
            Some(cursor) => match cursor.as_str().parse() {
                Ok(number) => number,
                Err(_) => return Ok(nothing()),
            },
        };
        let log = &self.state()?.identity.security_log;
        let entries = log
            .range(..below)
            .rev()
            .filter(|(_, entry)| filter.user_id.is_none_or(|id| entry.user_id == Some(id)))
            .filter(|(_, entry)| filter.act.is_none_or(|act| entry.act == act))
            .map(|(number, entry)| (*number, entry.clone()));
        Ok(page_of(entries, limit, |(number, _)| Cursor::from_keys(&[number])).map(|(_, entry)| entry))
    }

    async fn forget_before(&self, before: Instant, most: u32) -> Result<u64, StoreError> {
        let log = &mut self.state()?.identity.security_log;
        let mut old: Vec<_> =
            log.iter().filter(|(_, entry)| entry.at < before).map(|(number, entry)| (entry.at, *number)).collect();
        old.sort_unstable();
        old.truncate(most as usize);
        for (_, number) in &old {
            log.remove(number);
        }
        Ok(old.len() as u64)
    }
}
