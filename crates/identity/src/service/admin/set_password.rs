use rialto_kernel::{StoreError, UserId};

use super::AdminService;
use crate::model::{Operator, Password, SecurityAct};
use crate::ports::{ChangeAccountError, HashError};

/// Why a user keeps the password they have.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// There is no such user, or it is a guest.
    #[error(transparent)]
    Account(#[from] ChangeAccountError),
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<StoreError> for SetPasswordError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl AdminService {
    /// Gives a user another password and signs them out everywhere.
    ///
    /// # Errors
    /// See [`SetPasswordError`].
    pub async fn set_password(&self, by: &Operator, id: UserId, password: Password) -> Result<(), SetPasswordError> {
        // The store has the last word; this look spares the hasher what cannot succeed.
        self.deps.store.find_user(id).await?.ok_or(ChangeAccountError::NoSuchUser)?;
        let hash = self.deps.hasher.hash(password).await?;
        let now = self.deps.clock.now();
        let ended = self.deps.accounts.replace_password(id, hash, now).await?;
        self.close(&ended).await;
        self.write_down(by, now, SecurityAct::PasswordReset, Some(id), "").await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::service::fixtures::{password, session, user};

    #[tokio::test]
    async fn a_new_password_ends_every_session() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.accounts.expect_replace_password().returning(|_, hash, _| {
            assert_eq!(hash.as_str(), "hash");
            Ok(vec![session().id])
        });
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        mocks.expect_entry(SecurityAct::PasswordReset, "");
        mocks.service().set_password(&root(), user().id, password()).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_gets_no_password() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(None));
        let refusal = mocks.service().set_password(&root(), user().id, password()).await;
        assert!(matches!(refusal, Err(SetPasswordError::Account(ChangeAccountError::NoSuchUser))));
    }
}
