//! The faces of users, as conversations show them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_kernel::UserId;
use rialto_messaging::Profile;
use uuid::Uuid;

use super::rows::ProfileRow;
use crate::schema::users;

/// The profiles of those of `ids` who are users. They cannot be deleted before the transaction ends, so
/// what it stores about them refers to somebody.
pub async fn hold(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = UserId>,
) -> QueryResult<HashMap<UserId, Profile>> {
    let ids: Vec<Uuid> = ids.into_iter().map(UserId::uuid).collect();
    let rows: Vec<ProfileRow> = users::table
        .filter(users::id.eq_any(ids))
        .select(ProfileRow::as_select())
        .for_key_share()
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(Profile::from).map(|profile| (profile.id, profile)).collect())
}

/// As [`hold`], of those who can come into a conversation: their accounts are not deleted, nor will be, and they block
/// nobody anew, before the transaction ends.
pub async fn hold_newcomers(
    mut conn: &AsyncPgConnection,
    ids: impl IntoIterator<Item = UserId>,
) -> QueryResult<HashMap<UserId, Profile>> {
    let ids: Vec<Uuid> = ids.into_iter().map(UserId::uuid).collect();
    let rows: Vec<ProfileRow> = users::table
        .filter(users::id.eq_any(ids))
        .filter(users::deleted_at.is_null())
        .order(users::id)
        .select(ProfileRow::as_select())
        .for_share()
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(Profile::from).map(|profile| (profile.id, profile)).collect())
}
