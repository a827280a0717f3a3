use async_trait::async_trait;
use rialto_identity::{InsertAccountError, NewAccount, Role, SecretDigest, SetUpRefusal, SetupStore};
use rialto_kernel::{Instant, StoreError};

use super::tables::IdentityTables;
use crate::MemoryStore;

#[async_trait]
impl SetupStore for MemoryStore {
    async fn offer_setup(&self, digest: SecretDigest, expires_at: Instant) -> Result<bool, StoreError> {
        let tables = &mut self.state()?.identity;
        tables.setup = (!has_admin(tables)).then_some((digest, expires_at));
        Ok(tables.setup.is_some())
    }

    async fn check_setup(&self, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal> {
        check(&self.state()?.identity, digest, now)
    }

    async fn set_up(&self, digest: SecretDigest, account: NewAccount, now: Instant) -> Result<(), SetUpRefusal> {
        let tables = &mut self.state()?.identity;
        check(tables, digest, now)?;
        tables.insert_account(account).map_err(|error| match error {
            InsertAccountError::UsernameTaken => SetUpRefusal::UsernameTaken,
            InsertAccountError::EmailTaken => SetUpRefusal::EmailTaken,
            InsertAccountError::InvitationInvalid => StoreError::corrupt("an account that sets the server up").into(),
            InsertAccountError::Store(error) => error.into(),
        })?;
        tables.setup = None;
        Ok(())
    }
}

fn has_admin(tables: &IdentityTables) -> bool {
    tables.users.values().any(|user| user.role == Role::Admin)
}

fn check(tables: &IdentityTables, digest: SecretDigest, now: Instant) -> Result<(), SetUpRefusal> {
    if has_admin(tables) {
        return Err(SetUpRefusal::AlreadySetUp);
    }
    match tables.setup {
        Some((offered, expires_at)) if offered == digest && now < expires_at => Ok(()),
        Some(_) | None => Err(SetUpRefusal::InvalidToken),
    }
}
