//! The assets that users follow.

use async_trait::async_trait;
use diesel::dsl::{count_star, exists, max, select};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_kernel::{Instant, StoreError, UserId};
use rialto_portfolio::{AssetId, WatchRefusal, WatchlistStore};
use uuid::Uuid;

use super::store::PgPortfolioStore;
use crate::error::{ActError, StoreActError};
use crate::schema::{users, watchlist};

#[async_trait]
impl WatchlistStore for PgPortfolioStore {
    async fn list_watched(&self, user_id: UserId) -> Result<Vec<AssetId>, StoreError> {
        let conn = self.database.connection().await?;
        read(list(&conn, user_id).await?)
    }

    async fn watch(&self, user_id: UserId, asset: &AssetId, at: Instant, max: u32) -> Result<(), WatchRefusal> {
        let asset = asset.clone();
        self.database.write(move |conn| watch(conn, user_id, asset, at, max).boxed()).await
    }

    async fn unwatch(&self, user_id: UserId, asset: &AssetId) -> Result<(), StoreError> {
        let asset = asset.clone();
        self.database.write(move |conn| unwatch(conn, user_id, asset).boxed()).await
    }

    async fn most_watched(&self, limit: u32) -> Result<Vec<AssetId>, StoreError> {
        let conn = self.database.connection().await?;
        read(most_watched(&conn, limit).await?)
    }
}

async fn list(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<String>, StoreActError> {
    let own = watchlist::table.filter(watchlist::user_id.eq(user_id.uuid()));
    Ok(own.order(watchlist::position).select(watchlist::asset_id).load(&mut conn).await?)
}

async fn watch(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    asset: AssetId,
    at: Instant,
    most: u32,
) -> Result<(), ActError<WatchRefusal>> {
    // Of many at once each waits here for the one before, and then counts its asset too.
    let user: Option<Uuid> = users::table
        .find(user_id.uuid())
        .filter(users::deleted_at.is_null())
        .select(users::id)
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    let id = user.ok_or(ActError::Refused(WatchRefusal::UnknownUser))?;
    let is_watched: bool = select(exists(watchlist::table.find((id, asset.as_str())))).get_result(&mut conn).await?;
    if is_watched {
        return Ok(());
    }
    let own = watchlist::table.filter(watchlist::user_id.eq(id));
    let (held, last): (i64, Option<i64>) =
        own.select((count_star(), max(watchlist::position))).first(&mut conn).await?;
    if held.unsigned_abs() >= u64::from(most) {
        return Err(ActError::Refused(WatchRefusal::Full));
    }
    diesel::insert_into(watchlist::table)
        .values((
            watchlist::user_id.eq(id),
            watchlist::asset_id.eq(asset.as_str()),
            watchlist::position.eq(last.unwrap_or_default() + 1),
            watchlist::added_at.eq(at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn unwatch(mut conn: &AsyncPgConnection, user_id: UserId, asset: AssetId) -> Result<(), StoreActError> {
    diesel::delete(watchlist::table.find((user_id.uuid(), asset.as_str()))).execute(&mut conn).await?;
    Ok(())
}

async fn most_watched(mut conn: &AsyncPgConnection, limit: u32) -> Result<Vec<String>, StoreActError> {
    let assets = watchlist::table
        .group_by(watchlist::asset_id)
        .order((count_star().desc(), watchlist::asset_id))
        .limit(i64::from(limit))
        .select(watchlist::asset_id)
        .load(&mut conn)
        .await?;
    Ok(assets)
}

/// Clears the list of a user who goes.
pub async fn forget_watchlist<R>(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), ActError<R>> {
    diesel::delete(watchlist::table.filter(watchlist::user_id.eq(user_id.uuid()))).execute(&mut conn).await?;
    Ok(())
}

fn read(assets: Vec<String>) -> Result<Vec<AssetId>, StoreError> {
    assets.iter().map(|id| AssetId::parse(id).map_err(|_| StoreError::corrupt("watchlist.asset_id"))).collect()
}
