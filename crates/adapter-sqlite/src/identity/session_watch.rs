//! Sessions that ended without anybody telling this process.

use std::collections::HashSet;

use diesel::prelude::*;
use rialto_identity::SessionWatch;
use rialto_kernel::{SessionId, StoreError};

use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::{api_tokens, sessions, users};
use crate::value::DbId;

#[async_trait::async_trait]
impl SessionWatch for SqliteIdentityStore {
    async fn find_ended(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let sessions = sessions.to_vec();
        self.database.read(move |c| find_ended(c, sessions)).await
    }
}

fn find_ended(connection: &mut SqliteConnection, wanted: Vec<SessionId>) -> Result<Vec<SessionId>, StoreError> {
    let live: Vec<DbId> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq_any(wanted.iter().copied().map(DbId::from)))
        .filter(sessions::revoked_at.is_null())
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .select(sessions::id)
        .load(connection)
        .map_err(store_error)?;
    let tokens: Vec<DbId> = api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::id.eq_any(wanted.iter().copied().map(DbId::from)))
        .filter(users::disabled_at.is_null())
        .select(api_tokens::id)
        .load(connection)
        .map_err(store_error)?;
    let live: HashSet<DbId> = live.into_iter().chain(tokens).collect();
    Ok(wanted.into_iter().filter(|id| !live.contains(&DbId::from(*id))).collect())
}
