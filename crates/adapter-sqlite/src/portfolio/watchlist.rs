//! The assets that users follow.

use async_trait::async_trait;
use diesel::dsl::{count_star, exists, max, select};
use diesel::prelude::*;
use rialto_kernel::{Instant, StoreError, UserId};
use rialto_portfolio::{AssetId, WatchRefusal, WatchlistStore};

use super::store::SqlitePortfolioStore;
use crate::error::{count, store_error};
use crate::schema::{users, watchlist};
use crate::value::{DbId, DbInstant};

#[async_trait]
impl WatchlistStore for SqlitePortfolioStore {
    async fn list_watched(&self, user_id: UserId) -> Result<Vec<AssetId>, StoreError> {
        self.database.read(move |c| list(c, user_id)).await
    }

    async fn watch(&self, user_id: UserId, asset: &AssetId, at: Instant, max: u32) -> Result<(), WatchRefusal> {
        let asset = asset.clone();
        self.database.write(move |c| watch(c, user_id, &asset, at, max)).await
    }

    async fn unwatch(&self, user_id: UserId, asset: &AssetId) -> Result<(), StoreError> {
        let asset = asset.clone();
        self.database
            .write(move |c| {
                let entry = watchlist::table.find((DbId::from(user_id), asset.as_str()));
                diesel::delete(entry).execute(c).map(drop).map_err(store_error)
            })
            .await
    }

    async fn most_watched(&self, limit: u32) -> Result<Vec<AssetId>, StoreError> {
        self.database.read(move |c| most_watched(c, limit)).await
    }
}

fn list(connection: &mut SqliteConnection, user_id: UserId) -> Result<Vec<AssetId>, StoreError> {
    let assets: Vec<String> = watchlist::table
        .filter(watchlist::user_id.eq(DbId::from(user_id)))
        .order(watchlist::position)
        .select(watchlist::asset_id)
        .load(connection)
        .map_err(store_error)?;
    read(assets)
}

fn watch(
    connection: &mut SqliteConnection,
    user_id: UserId,
    asset: &AssetId,
    at: Instant,
    most: u32,
) -> Result<(), WatchRefusal> {
    let id = DbId::from(user_id);
    let user = users::table.find(id).filter(users::deleted_at.is_null());
    let is_there: bool = select(exists(user)).get_result(connection).map_err(store_error)?;
    if !is_there {
        return Err(WatchRefusal::UnknownUser);
    }
    let entry = watchlist::table.find((id, asset.as_str()));
    let is_watched: bool = select(exists(entry)).get_result(connection).map_err(store_error)?;
    if is_watched {
        return Ok(());
    }
    // Nobody else writes until the commit.
    let own = watchlist::table.filter(watchlist::user_id.eq(id));
    let (held, last): (i64, Option<i64>) =
        own.select((count_star(), max(watchlist::position))).first(connection).map_err(store_error)?;
    if count(held, "a count of watched assets")? >= u64::from(most) {
        return Err(WatchRefusal::Full);
    }
    diesel::insert_into(watchlist::table)
        .values((
            watchlist::user_id.eq(id),
            watchlist::asset_id.eq(asset.as_str()),
            watchlist::position.eq(last.unwrap_or_default() + 1),
            watchlist::added_at.eq(DbInstant(at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn most_watched(connection: &mut SqliteConnection, limit: u32) -> Result<Vec<AssetId>, StoreError> {
    let assets: Vec<String> = watchlist::table
        .group_by(watchlist::asset_id)
        .order((count_star().desc(), watchlist::asset_id))
        .limit(i64::from(limit))
        .select(watchlist::asset_id)
        .load(connection)
        .map_err(store_error)?;
    read(assets)
}

/// Clears the list of a user who goes.
pub fn forget_watchlist(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    let own = watchlist::table.filter(watchlist::user_id.eq(DbId::from(user_id)));
    diesel::delete(own).execute(connection).map(drop).map_err(store_error)
}

fn read(assets: Vec<String>) -> Result<Vec<AssetId>, StoreError> {
    assets.iter().map(|id| AssetId::parse(id).map_err(|_| StoreError::corrupt("a watched asset"))).collect()
}
