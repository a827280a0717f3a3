use std::sync::Arc;

use async_trait::async_trait;
use rialto_identity::{AccountListener, AdminDeps, AdminService, User, Username};
use rialto_kernel::{NumberBook, Numbered, SessionId, StoreError, UserId};
use uuid::Uuid;

use crate::config::Config;
use crate::start_error::StartError;
use crate::storage::{Database, Storage, prepare_data_directory};
use crate::wiring::{password_hasher, system};

/// What the configured database holds.
pub async fn storage(config: &Config) -> Result<Storage, StartError> {
    prepare_data_directory(&config.data.dir)?;
    Ok(Storage::over(Database::open(config, config.database.migrate).await?))
}

/// The number of something, given now if it has none.
pub async fn number_of(numbers: &dyn NumberBook, kind: Numbered, id: Uuid) -> Result<u64, StartError> {
    let numbers = numbers.numbers_of(kind, &[id]).await.map_err(super::failed)?;
    numbers.first().copied().ok_or_else(|| StartError::Failed("no number was given".to_owned()))
}

/// Running the server from the command line.
pub struct Accounts {
    pub admin: AdminService,
    numbers: Arc<dyn NumberBook>,
}

impl Accounts {
    /// The domain over the configured database.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        Self::over(&storage(config).await?, config)
    }

    /// The domain over this storage.
    pub fn over(storage: &Storage, config: &Config) -> Result<Self, StartError> {
        let stores = storage.identity.clone();
        let (clock, ids) = system();
        let admin = AdminService::new(AdminDeps {
            store: stores.store,
            accounts: stores.accounts,
            invitations: stores.invitations,
            api_tokens: stores.api_tokens,
            totp: stores.totp,
            hasher: Arc::new(password_hasher(config)?),
            secrets: Arc::new(rialto_adapter_security::RandomSecrets),
            listener: Arc::new(NothingOpen),
            log: stores.log,
            clock,
            ids,
        });
        Ok(Self { admin, numbers: storage.numbers.clone() })
    }

    /// The number of a user.
    pub async fn number_of(&self, user: &User) -> Result<u64, StartError> {
        number_of(&*self.numbers, Numbered::User, user.id.uuid()).await
    }

    /// The user of this name.
    pub async fn find(&self, name: &str) -> Result<User, StartError> {
        let unknown = || StartError::Failed(format!("there is no user {name:?}; `rialto user list` names them all"));
        let username = Username::parse(name).map_err(|_| unknown())?;
        let found = self.admin.find_account_by_name(&username).await.map_err(super::failed)?;
        found.ok_or_else(unknown)
    }
}

/// Nothing is open in this process: what is open in a server's, its sweep closes.
struct NothingOpen;

#[async_trait]
impl AccountListener for NothingOpen {
    async fn signed_in(&self, _: &User) -> Result<(), StoreError> {
        Ok(())
    }

    async fn sessions_ended(&self, _: &[SessionId]) {}

    async fn visibility_changed(&self, _: UserId, _: Option<UserId>) {}

    async fn account_deleted(&self, _: UserId) {}
}
