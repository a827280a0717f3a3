//! What users show of themselves.

use diesel::prelude::*;
use rialto_identity::{AvatarChange, Picture, PresenceSetting, ProfileChanges, User, avatar_url};
use rialto_kernel::{Instant, StoreError, UserId};

use super::directory::index_name;
use super::rows::UserRow;
use crate::error::store_error;
use crate::schema::{avatars, users};
use crate::value::{DbId, DbInstant};

pub fn update_profile(
    connection: &mut SqliteConnection,
    user_id: UserId,
    changes: ProfileChanges,
    at: Instant,
) -> Result<Option<User>, StoreError> {
    let id = DbId::from(user_id);
    let live = users::table.find(id).filter(users::deleted_at.is_null());
    let found: Option<DbId> = live.select(users::id).first(connection).optional().map_err(store_error)?;
    if found.is_none() {
        return Ok(None);
    }
    let url = match &changes.avatar {
        None => None,
        Some(AvatarChange::Put(picture)) => {
            put_avatar(connection, user_id, picture, at)?;
            Some(Some(avatar_url(user_id, picture)))
        }
        Some(AvatarChange::Removed) => {
            remove_avatar(connection, user_id)?;
            Some(None)
        }
    };
    // `None` leaves a column as it is. The first one is there because a statement must change something.
    let row: UserRow = diesel::update(users::table.find(id))
        .set((
            users::id.eq(id),
            changes.display_name.as_ref().map(|name| users::display_name.eq(name.as_str())),
            changes.bio.as_ref().map(|bio| users::bio.eq(bio.as_str())),
            changes.presence.map(|presence| users::presence_hidden.eq(presence == PresenceSetting::Hidden)),
            url.map(|url| users::avatar_url.eq(url)),
        ))
        .returning(UserRow::as_returning())
        .get_result(connection)
        .map_err(store_error)?;
    let user = User::try_from(row)?;
    if changes.display_name.is_some() {
        index_name(connection, &user)?;
    }
    Ok(Some(user))
}

fn put_avatar(
    connection: &mut SqliteConnection,
    user_id: UserId,
    picture: &Picture,
    at: Instant,
) -> Result<(), StoreError> {
    diesel::replace_into(avatars::table)
        .values((
            avatars::user_id.eq(DbId::from(user_id)),
            avatars::kind.eq(picture.kind().as_str()),
            avatars::bytes.eq(picture.bytes()),
            avatars::at.eq(DbInstant(at)),
        ))
        .execute(connection)
        .map(drop)
        .map_err(store_error)
}

pub fn remove_avatar(connection: &mut SqliteConnection, user_id: UserId) -> Result<(), StoreError> {
    diesel::delete(avatars::table.find(DbId::from(user_id))).execute(connection).map(drop).map_err(store_error)
}

pub fn find_avatar(connection: &mut SqliteConnection, user_id: UserId) -> Result<Option<Picture>, StoreError> {
    let bytes: Option<Vec<u8>> = avatars::table
        .find(DbId::from(user_id))
        .select(avatars::bytes)
        .first(connection)
        .optional()
        .map_err(store_error)?;
    bytes.map(Picture::parse).transpose().map_err(|_| StoreError::corrupt("a picture"))
}
