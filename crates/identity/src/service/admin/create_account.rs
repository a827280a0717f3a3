use rialto_kernel::StoreError;

use super::AdminService;
use crate::model::{Email, Operator, Password, Role, SecurityAct, User, Username};
use crate::ports::{HashError, InsertAccountError};

/// Somebody who runs the server makes an account for somebody else.
#[derive(Clone, Debug)]
pub struct CreateAccount {
    /// The name to be known by.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// Whether they run the server.
    pub admin: bool,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// The name or the address is taken, or the store did not answer.
    #[error(transparent)]
    Insert(#[from] InsertAccountError),
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<StoreError> for CreateAccountError {
    fn from(error: StoreError) -> Self {
        Self::Insert(error.into())
    }
}

impl AdminService {
    /// Makes an account; nobody is signed in.
    ///
    /// # Errors
    /// See [`CreateAccountError`]; nothing is stored then.
    pub async fn create_account(&self, by: &Operator, input: CreateAccount) -> Result<User, CreateAccountError> {
        let hash = self.deps.hasher.hash(input.password).await?;
        let now = self.deps.clock.now();
        let role = if input.admin { Role::Admin } else { Role::Member };
        let user = User::new(self.deps.ids.next(), input.username, Some(input.email), role, now);
        self.deps.accounts.create_account(user.clone(), hash).await?;
        self.write_down(by, now, SecurityAct::UserCreated, Some(user.id), user.role.as_str()).await;
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::service::fixtures::{email, password, username};

    fn carol() -> CreateAccount {
        CreateAccount {
            username: username("carol"),
            email: email("carol@example.org"),
            password: password(),
            admin: true,
        }
    }

    #[tokio::test]
    async fn an_account_is_made_with_its_role_and_written_down() {
        let mut mocks = Mocks::default();
        mocks.accounts.expect_create_account().once().returning(|user, hash| {
            assert_eq!((user.role, hash.as_str()), (Role::Admin, "hash"));
            Ok(())
        });
        mocks.expect_entry(SecurityAct::UserCreated, "admin");
        assert_eq!(mocks.service().create_account(&root(), carol()).await.unwrap().username, username("carol"));
    }

    #[tokio::test]
    async fn a_taken_name_is_not_written_down() {
        let mut mocks = Mocks::default();
        mocks.accounts.expect_create_account().returning(|_, _| Err(InsertAccountError::UsernameTaken));
        let refusal = mocks.service().create_account(&root(), carol()).await;
        assert!(matches!(refusal, Err(CreateAccountError::Insert(InsertAccountError::UsernameTaken))));
    }
}
