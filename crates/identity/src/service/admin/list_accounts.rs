use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::AdminService;
use crate::model::{AccountFilter, User, Username};

impl AdminService {
    /// Everybody the filter lets through, guests too, in order of name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_accounts(
        &self,
        filter: AccountFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        self.deps.accounts.list_accounts(filter, after, limit).await
    }

    /// An account by its id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_account(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.deps.store.find_user(id).await
    }

    /// An account by its username in any letter case.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_account_by_name(&self, name: &Username) -> Result<Option<User>, StoreError> {
        // The first name that starts with a whole name is that name, if there is one.
        let filter = AccountFilter { start: crate::model::AccountStart::of(name.as_str()), ..Default::default() };
        let mut after = None;
        loop {
            let page = self.deps.accounts.list_accounts(filter.clone(), after, PageLimit::default()).await?;
            // Addresses that start with the name may come before it.
            let found = page.items.into_iter().find(|user| user.username.key() == name.key());
            match (found, page.next_cursor) {
                (None, Some(next)) => after = Some(next),
                (found, _) => return Ok(found),
            }
        }
    }
}
