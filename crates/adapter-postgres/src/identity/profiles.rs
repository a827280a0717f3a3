//! What users show of themselves.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{AvatarChange, Picture, ProfileChanges, User, avatar_url};
use rialto_kernel::{Instant, StoreError, UserId};

use super::directory;
use super::rows::UserRow;
use crate::error::{ActError, StoreActError};
use crate::schema::{avatars, users};

pub async fn update(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    changes: ProfileChanges,
    at: Instant,
) -> Result<Option<User>, StoreActError> {
    let url = changes.avatar.as_ref().map(|avatar| match avatar {
        AvatarChange::Put(picture) => Some(avatar_url(user_id, picture)),
        AvatarChange::Removed => None,
    });
    let live = users::table.find(user_id.uuid()).filter(users::deleted_at.is_null());
    // `None` leaves a column as it is. The first one is there because a statement must change something.
    let row: Option<UserRow> = diesel::update(live)
        .set((
            users::role.eq(users::role),
            changes.display_name.as_ref().map(|name| users::display_name.eq(name.as_str())),
            changes.bio.as_ref().map(|bio| users::bio.eq(bio.as_str())),
            changes.presence.map(|presence| users::presence_hidden.eq(presence.is_hidden())),
            url.map(|url| users::avatar_url.eq(url)),
        ))
        .returning(UserRow::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    let Some(user) = row.map(UserRow::read).transpose()? else { return Ok(None) };
    // The user's row is locked now: what follows is of one change at a time.
    match &changes.avatar {
        None => {}
        Some(AvatarChange::Put(picture)) => put_avatar(conn, user_id, picture, at).await?,
        Some(AvatarChange::Removed) => remove_avatar(conn, user_id).await?,
    }
    if changes.display_name.is_some() {
        directory::index_name(conn, &user).await?;
    }
    Ok(Some(user))
}

async fn put_avatar(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    picture: &Picture,
    at: Instant,
) -> Result<(), StoreActError> {
    let values = (avatars::kind.eq(picture.kind().as_str()), avatars::bytes.eq(picture.bytes()), avatars::at.eq(at));
    diesel::insert_into(avatars::table)
        .values((avatars::user_id.eq(user_id.uuid()), values))
        .on_conflict(avatars::user_id)
        .do_update()
        .set(values)
        .execute(&mut conn)
        .await?;
    Ok(())
}

pub async fn remove_avatar<R>(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<(), ActError<R>> {
    diesel::delete(avatars::table.find(user_id.uuid())).execute(&mut conn).await?;
    Ok(())
}

pub async fn find_avatar(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Option<Picture>, StoreActError> {
    let bytes: Option<Vec<u8>> =
        avatars::table.find(user_id.uuid()).select(avatars::bytes).first(&mut conn).await.optional()?;
    Ok(bytes.map(Picture::parse).transpose().map_err(|_| StoreError::corrupt("avatars.bytes"))?)
}
