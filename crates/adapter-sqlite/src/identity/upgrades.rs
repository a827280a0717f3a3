//! Guests that become members.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{GuestUpgrade, Role, Session, UpgradeGuestError, User};
use rialto_kernel::StoreError;

use super::directory::index_name;
use super::invitations;
use super::rows::{NewRefreshTokenRow, UserRow};
use super::sessions::find_live_session;
use crate::error::store_error;
use crate::schema::{credentials, refresh_tokens, users};
use crate::value::{DbId, DbInstant};

pub fn upgrade_guest(
    connection: &mut SqliteConnection,
    upgrade: &GuestUpgrade,
) -> Result<(Session, User), UpgradeGuestError> {
    let live = find_live_session(connection, upgrade.session_id)?;
    let (session, guest) = live.ok_or(UpgradeGuestError::SessionEnded)?;
    match guest.role {
        Role::Guest => {}
        Role::Member | Role::Admin => return Err(UpgradeGuestError::NotAGuest),
    }
    if let Some(digest) = upgrade.invitation
        && !invitations::use_up(connection, digest, upgrade.at)?
    {
        return Err(UpgradeGuestError::InvitationInvalid);
    }
    let others = users::table.filter(users::id.ne(DbId::from(guest.id)));
    let same_name = others.filter(users::username_key.eq(upgrade.username.key()));
    if select(exists(same_name)).get_result(connection).map_err(store_error)? {
        return Err(UpgradeGuestError::UsernameTaken);
    }
    let same_email = others.filter(users::email_key.eq(upgrade.email.key()));
    if select(exists(same_email)).get_result(connection).map_err(store_error)? {
        return Err(UpgradeGuestError::EmailTaken);
    }
    let member = store_member(connection, &guest, upgrade)?;
    replace_refresh_token(connection, &session, upgrade)?;
    Ok((session, member))
}

fn store_member(connection: &mut SqliteConnection, guest: &User, upgrade: &GuestUpgrade) -> Result<User, StoreError> {
    let stored: UserRow = diesel::update(users::table.find(DbId::from(guest.id)))
        .set((
            users::username.eq(upgrade.username.as_str()),
            users::username_key.eq(upgrade.username.key()),
            users::email.eq(upgrade.email.as_str()),
            users::email_key.eq(upgrade.email.key()),
            // `None` leaves the column as it is.
            upgrade.display_name.as_ref().map(|name| users::display_name.eq(name.as_str())),
            users::role.eq(Role::Member.as_str()),
        ))
        .returning(UserRow::as_returning())
        .get_result(connection)
        .map_err(store_error)?;
    diesel::insert_into(credentials::table)
        .values((
            credentials::user_id.eq(DbId::from(guest.id)),
            credentials::password_hash.eq(upgrade.password_hash.as_str()),
            credentials::changed_at.eq(DbInstant(upgrade.at)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    let member = User::try_from(stored)?;
    index_name(connection, &member)?;
    Ok(member)
}

fn replace_refresh_token(
    connection: &mut SqliteConnection,
    session: &Session,
    upgrade: &GuestUpgrade,
) -> Result<(), StoreError> {
    let unused = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(DbId::from(session.id)))
        .filter(refresh_tokens::used_at.is_null());
    diesel::update(unused)
        .set(refresh_tokens::used_at.eq(DbInstant(upgrade.at)))
        .execute(connection)
        .map_err(store_error)?;
    diesel::insert_into(refresh_tokens::table)
        .values(NewRefreshTokenRow::of(session.id.into(), &upgrade.refresh_token))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}
