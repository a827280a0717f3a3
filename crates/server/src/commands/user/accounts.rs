use std::sync::Arc;

use async_trait::async_trait;
use rialto_identity::{AccountListener, AdminDeps, AdminService, User, Username};
use rialto_kernel::{SessionId, StoreError, UserId};

use crate::config::Config;
use crate::start_error::StartError;
use crate::storage::{Database, Storage, prepare_data_directory};
use crate::wiring::{password_hasher, system};

/// Running the server from the command line.
pub struct Accounts {
    pub admin: AdminService,
}

impl Accounts {
    /// The domain over the configured database.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        prepare_data_directory(&config.data.dir)?;
        let storage = Storage::over(Database::open(config, config.database.migrate).await?);
        let (clock, ids) = system();
        let admin = AdminService::new(AdminDeps {
            store: storage.identity.store,
            accounts: storage.identity.accounts,
            invitations: storage.identity.invitations,
            api_tokens: storage.identity.api_tokens,
            totp: storage.identity.totp,
            hasher: Arc::new(password_hasher(config)?),
            secrets: Arc::new(rialto_adapter_security::RandomSecrets),
            listener: Arc::new(NothingOpen),
            log: storage.identity.log,
            clock,
            ids,
        });
        Ok(Self { admin })
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
