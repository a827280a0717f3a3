use rialto_kernel::StoreError;

use super::AdminService;
use crate::model::AccountCounts;

impl AdminService {
    /// How many accounts and live sessions there are.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn count_accounts(&self) -> Result<AccountCounts, StoreError> {
        self.deps.accounts.count_accounts(self.deps.clock.now()).await
    }
}
