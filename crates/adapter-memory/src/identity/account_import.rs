use async_trait::async_trait;
use rialto_identity::{AccountImport, Email, Newcomer, PasswordHash, User};
use rialto_kernel::StoreError;

use super::tables::IdentityTables;
use crate::MemoryStore;

#[async_trait]
impl AccountImport for MemoryStore {
    async fn judge_newcomer(&self, user: &User) -> Result<Newcomer, StoreError> {
        Ok(judge(&self.state()?.identity, user))
    }

    async fn import_account(&self, user: User, password_hash: Option<PasswordHash>) -> Result<Newcomer, StoreError> {
        let tables = &mut self.state()?.identity;
        let met = judge(tables, &user);
        if met == Newcomer::New {
            tables.add_user(user, password_hash);
        }
        Ok(met)
    }
}

fn judge(tables: &IdentityTables, user: &User) -> Newcomer {
    if tables.users.contains_key(&user.id) {
        return Newcomer::Known;
    }
    if let Some(holder) = user.email.as_ref().map(Email::key).and_then(|key| tables.by_email.get(&key)) {
        return Newcomer::EmailTaken(*holder);
    }
    if tables.by_username.contains_key(&user.username.key()) { Newcomer::UsernameTaken } else { Newcomer::New }
}
