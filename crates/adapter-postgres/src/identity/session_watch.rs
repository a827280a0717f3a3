//! Sessions that ended without anybody telling this process.

use std::collections::HashSet;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::SessionWatch;
use rialto_kernel::{SessionId, StoreError};
use uuid::Uuid;

use super::store::PgIdentityStore;
use crate::error::StoreActError;
use crate::schema::{api_tokens, sessions, users};

#[async_trait]
impl SessionWatch for PgIdentityStore {
    async fn find_ended(&self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(find_ended(&conn, sessions).await?)
    }
}

async fn find_ended(mut conn: &AsyncPgConnection, wanted: &[SessionId]) -> Result<Vec<SessionId>, StoreActError> {
    let ids: Vec<Uuid> = wanted.iter().map(|id| id.uuid()).collect();
    let live: Vec<Uuid> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq_any(&ids))
        .filter(sessions::revoked_at.is_null())
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .select(sessions::id)
        .load(&mut conn)
        .await?;
    let tokens: Vec<Uuid> = api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::id.eq_any(&ids))
        .filter(users::disabled_at.is_null())
        .select(api_tokens::id)
        .load(&mut conn)
        .await?;
    let live: HashSet<Uuid> = live.into_iter().chain(tokens).collect();
    Ok(wanted.iter().copied().filter(|id| !live.contains(&id.uuid())).collect())
}
