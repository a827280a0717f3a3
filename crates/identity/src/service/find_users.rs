use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::IdentityService;
use crate::model::User;

impl IdentityService {
    /// A user by id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.deps.store.find_user(id).await
    }

    /// Members whose username starts with `prefix`, in order of name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_users(
        &self,
        prefix: &str,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        self.deps.store.list_users(prefix, after, limit).await
    }
}
