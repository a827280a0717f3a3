//! What happened to accounts, written down.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{SecurityAct, SecurityEntry, SecurityFilter, SecurityLog};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::store::PgIdentityStore;
use crate::error::StoreActError;
use crate::schema::security_log;

#[async_trait]
impl SecurityLog for PgIdentityStore {
    async fn record(&self, entry: SecurityEntry) {
        let act = entry.act;
        let kept: Result<(), StoreError> = self.database.write(move |conn| record(conn, entry).boxed()).await;
        if let Err(error) = kept {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::error!(error, act = act.as_str(), "an entry of the security log was not kept");
        }
    }

    async fn list(
        &self,
        filter: SecurityFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<SecurityEntry>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, filter, after, limit).await?)
    }

    async fn forget_before(&self, before: Instant, most: u32) -> Result<u64, StoreError> {
        self.database.write(move |conn| forget_before(conn, before, most).boxed()).await
    }
}

async fn record(mut conn: &AsyncPgConnection, entry: SecurityEntry) -> Result<(), StoreActError> {
    let row = (
        security_log::at.eq(entry.at),
        security_log::act.eq(entry.act.as_str()),
        security_log::actor_id.eq(entry.actor.map(UserId::uuid)),
        security_log::user_id.eq(entry.user_id.map(UserId::uuid)),
        security_log::session_id.eq(entry.session_id.map(SessionId::uuid)),
        security_log::address.eq(entry.address),
        security_log::detail.eq(entry.detail),
    );
    diesel::insert_into(security_log::table).values(row).execute(&mut conn).await?;
    Ok(())
}

async fn list(
    mut conn: &AsyncPgConnection,
    filter: SecurityFilter,
    after: Option<Cursor>,
    limit: PageLimit,
) -> Result<Page<SecurityEntry>, StoreActError> {
    let mut query = security_log::table
        .order(security_log::id.desc())
        .limit(limit.overfull())
        .select(SecurityRow::as_select())
        .into_boxed();
    if let Some(user_id) = filter.user_id {
        query = query.filter(security_log::user_id.eq(user_id.uuid()));
    }
    if let Some(act) = filter.act {
        query = query.filter(security_log::act.eq(act.as_str()));
    }
    if let Some(cursor) = after {
        let Ok(last) = cursor.as_str().parse::<i64>() else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        query = query.filter(security_log::id.lt(last));
    }
    let rows: Vec<SecurityRow> = query.load(&mut conn).await?;
    let page = Page::from_overfull(rows, limit, |row: &SecurityRow| Cursor::from_keys(&[&row.id]));
    let items = page.items.into_iter().map(SecurityRow::read).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

async fn forget_before(mut conn: &AsyncPgConnection, before: Instant, most: u32) -> Result<u64, StoreActError> {
    let old: Vec<i64> = security_log::table
        .filter(security_log::at.lt(before))
        .order(security_log::at)
        .limit(most.into())
        .select(security_log::id)
        .load(&mut conn)
        .await?;
    let forgotten = diesel::delete(security_log::table.filter(security_log::id.eq_any(old))).execute(&mut conn).await?;
    Ok(forgotten as u64)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = security_log, check_for_backend(diesel::pg::Pg))]
struct SecurityRow {
    id: i64,
    at: Instant,
    act: String,
    actor_id: Option<Uuid>,
    user_id: Option<Uuid>,
    session_id: Option<Uuid>,
    address: Option<String>,
    detail: String,
}

impl SecurityRow {
    fn read(self) -> Result<SecurityEntry, StoreError> {
        Ok(SecurityEntry {
            at: self.at,
            act: SecurityAct::from_word(&self.act).ok_or_else(|| StoreError::corrupt("security_log.act"))?,
            actor: self.actor_id.map(Into::into),
            user_id: self.user_id.map(Into::into),
            session_id: self.session_id.map(Into::into),
            address: self.address,
            detail: self.detail,
        })
    }
}
