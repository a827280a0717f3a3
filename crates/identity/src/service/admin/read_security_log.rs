use std::time::Duration;

use rialto_kernel::{Cursor, Page, PageLimit, StoreError};

use super::AdminService;
use crate::model::SecurityEntry;
use crate::ports::SecurityFilter;

/// How many entries one act forgets: the store has others to serve.
const BATCH: u32 = 1_000;

impl AdminService {
    /// What happened to accounts, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_security_log(
        &self,
        filter: SecurityFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<SecurityEntry>, StoreError> {
        self.deps.log.list(filter, after, limit).await
    }

    /// Forgets some of the entries that are older than `age`; `false` once there are none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget_old_entries(&self, age: Duration) -> Result<bool, StoreError> {
        let before = self.deps.clock.now() - super::super::delta(age);
        Ok(self.deps.log.forget_before(before, BATCH).await? == u64::from(BATCH))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::Mocks;
    use super::*;
    use crate::service::fixtures::now;

    #[tokio::test]
    async fn there_may_be_more_to_forget_after_a_whole_batch() {
        for (forgotten, more) in [(1_000, true), (999, false), (0, false)] {
            let mut mocks = Mocks::default();
            let day = Duration::from_secs(86_400);
            let expected = move |before: &rialto_kernel::Instant, most: &u32| (*before, *most) == (now() - day, BATCH);
            mocks.log.expect_forget_before().withf(expected).once().returning(move |_, _| Ok(forgotten));
            assert_eq!(mocks.service().forget_old_entries(day).await.unwrap(), more);
        }
    }
}
