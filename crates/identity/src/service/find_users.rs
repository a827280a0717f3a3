use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::IdentityService;
use crate::model::{Login, Sought, User, Username};

impl IdentityService {
    /// A user by id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.deps.store.find_user(id).await
    }

    /// The member who has a username, in any letter case. Guests, whose names do not last, are not found.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_member_named(&self, name: &Username) -> Result<Option<User>, StoreError> {
        let found = self.deps.store.find_credentials(&Login::Username(name.clone())).await?;
        Ok(found.map(|(user, _)| user))
    }

    /// Users whose username starts with `query`, or in whose display name each of its words begins a word, in any
    /// letter case; in order of username. Guests and deleted accounts are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_users(
        &self,
        query: &str,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        self.deps.store.list_users(&Sought::parse(query), after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::Mocks;

    #[tokio::test]
    async fn users_are_looked_for_by_what_keys_start_with() {
        let mut mocks = Mocks::default();
        let list = mocks.store.expect_list_users().withf(|sought, _, _| sought.name_prefix == "strasse").once();
        list.returning(|_, _, _| Ok(Page { items: Vec::new(), next_cursor: None }));
        assert!(mocks.service().list_users("Straße", None, PageLimit::default()).await.is_ok());
    }
}
