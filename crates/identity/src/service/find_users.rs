use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::IdentityService;
use crate::model::{User, Username};

impl IdentityService {
    /// A user by id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.deps.store.find_user(id).await
    }

    /// Users whose username starts with `prefix` in any letter case, in order of name; guests are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_users(
        &self,
        prefix: &str,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        self.deps.store.list_users(&Username::key_prefix(prefix), after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::Mocks;

    #[tokio::test]
    async fn users_are_looked_for_by_what_keys_start_with() {
        let mut mocks = Mocks::default();
        let list = mocks.store.expect_list_users().withf(|prefix, _, _| prefix == "strasse").once();
        list.returning(|_, _, _| Ok(Page { items: Vec::new(), next_cursor: None }));
        assert!(mocks.service().list_users("Straße", None, PageLimit::default()).await.is_ok());
    }
}
