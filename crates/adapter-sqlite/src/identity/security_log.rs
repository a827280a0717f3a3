//! What happened to accounts, written down.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_identity::{SecurityAct, SecurityEntry, SecurityFilter, SecurityLog};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, StoreError};

use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::security_log;
use crate::value::{DbId, DbInstant};

#[async_trait::async_trait]
impl SecurityLog for SqliteIdentityStore {
    async fn record(&self, entry: SecurityEntry) {
        let act = entry.act;
        if let Err(error) = self.database.write(move |c| record(c, &entry)).await {
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
        self.database.read(move |c| list(c, filter, after.as_ref(), limit)).await
    }

    async fn forget_before(&self, before: Instant, most: u32) -> Result<u64, StoreError> {
        self.database.write(move |c| forget_before(c, before, most)).await
    }
}

fn record(connection: &mut SqliteConnection, entry: &SecurityEntry) -> Result<(), StoreError> {
    diesel::insert_into(security_log::table)
        .values((
            security_log::at.eq(DbInstant(entry.at)),
            security_log::act.eq(entry.act.as_str()),
            security_log::actor_id.eq(entry.actor.map(DbId::from)),
            security_log::user_id.eq(entry.user_id.map(DbId::from)),
            security_log::session_id.eq(entry.session_id.map(DbId::from)),
            security_log::address.eq(&entry.address),
            security_log::detail.eq(&entry.detail),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn list(
    connection: &mut SqliteConnection,
    filter: SecurityFilter,
    after: Option<&Cursor>,
    limit: PageLimit,
) -> Result<Page<SecurityEntry>, StoreError> {
    let mut query = security_log::table
        .order(security_log::id.desc())
        .limit(limit.overfull())
        .select(SecurityRow::as_select())
        .into_boxed::<Sqlite>();
    if let Some(user_id) = filter.user_id {
        query = query.filter(security_log::user_id.eq(DbId::from(user_id)));
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
    let rows: Vec<SecurityRow> = query.load(connection).map_err(store_error)?;
    let page = Page::from_overfull(rows, limit, |row| Cursor::from_keys(&[&row.id]));
    let items = page.items.into_iter().map(SecurityEntry::try_from).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn forget_before(connection: &mut SqliteConnection, before: Instant, most: u32) -> Result<u64, StoreError> {
    let old: Vec<i64> = security_log::table
        .filter(security_log::at.lt(DbInstant(before)))
        .order(security_log::at)
        .limit(most.into())
        .select(security_log::id)
        .load(connection)
        .map_err(store_error)?;
    let forgotten = diesel::delete(security_log::table.filter(security_log::id.eq_any(old)))
        .execute(connection)
        .map_err(store_error)?;
    Ok(forgotten as u64)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = security_log, check_for_backend(Sqlite))]
struct SecurityRow {
    id: i64,
    at: DbInstant,
    act: String,
    actor_id: Option<DbId>,
    user_id: Option<DbId>,
    session_id: Option<DbId>,
    address: Option<String>,
    detail: String,
}

impl TryFrom<SecurityRow> for SecurityEntry {
    type Error = StoreError;

    fn try_from(row: SecurityRow) -> Result<Self, StoreError> {
        let act = SecurityAct::from_word(&row.act);
        Ok(Self {
            at: row.at.0,
            act: act.ok_or_else(|| StoreError::corrupt("an act of the security log"))?,
            actor: row.actor_id.map(Into::into),
            user_id: row.user_id.map(Into::into),
            session_id: row.session_id.map(Into::into),
            address: row.address,
            detail: row.detail,
        })
    }
}
