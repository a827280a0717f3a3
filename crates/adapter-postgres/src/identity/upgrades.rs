//! Guests that become members.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{GuestUpgrade, Role, Session, UpgradeGuestError, User};

use super::accounts::{Taken, taken};
use super::rows::{CredentialRow, NewRefreshTokenRow, SessionRow, UserRow};
use super::{directory, invitations};
use crate::error::ActError;
use crate::schema::{credentials, refresh_tokens, sessions, users};

pub async fn upgrade(
    mut conn: &AsyncPgConnection,
    upgrade: GuestUpgrade,
) -> Result<(Session, User), ActError<UpgradeGuestError>> {
    // Locked first: no other act changes the tokens of this session meanwhile.
    let live: Option<SessionRow> = sessions::table
        .find(upgrade.session_id.uuid())
        .filter(sessions::revoked_at.is_null())
        .select(SessionRow::as_select())
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    let session = Session::from(live.ok_or(ActError::Refused(UpgradeGuestError::SessionEnded))?);
    if let Some(digest) = upgrade.invitation
        && !invitations::use_up(conn, digest, upgrade.at).await?
    {
        return Err(ActError::Refused(UpgradeGuestError::InvitationInvalid));
    }
    let member = store_member(conn, &session, &upgrade).await?;
    directory::index_name(conn, &member).await?;

    let row = CredentialRow {
        user_id: member.id.uuid(),
        password_hash: upgrade.password_hash.as_str(),
        changed_at: upgrade.at,
    };
    diesel::insert_into(credentials::table).values(row).execute(&mut conn).await?;
    let unused = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(session.id.uuid()))
        .filter(refresh_tokens::used_at.is_null());
    diesel::update(unused).set(refresh_tokens::used_at.eq(upgrade.at)).execute(&mut conn).await?;
    let next_token = NewRefreshTokenRow::new(session.id, &upgrade.refresh_token);
    diesel::insert_into(refresh_tokens::table).values(next_token).execute(&mut conn).await?;
    Ok((session, member))
}

/// Of two upgrades at once through two sessions, the second waits for the row and then finds no guest.
async fn store_member(
    mut conn: &AsyncPgConnection,
    session: &Session,
    upgrade: &GuestUpgrade,
) -> Result<User, ActError<UpgradeGuestError>> {
    let guest = users::table
        .find(session.user_id.uuid())
        .filter(users::role.eq(Role::Guest.as_str()))
        .filter(users::deleted_at.is_null());
    let stored: Option<UserRow> = diesel::update(guest)
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
        .get_result(&mut conn)
        .await
        .optional()
        .map_err(|error| match taken(&error) {
            Some(Taken::Username) => ActError::Refused(UpgradeGuestError::UsernameTaken),
            Some(Taken::Email) => ActError::Refused(UpgradeGuestError::EmailTaken),
            None => error.into(),
        })?;
    Ok(stored.ok_or(ActError::Refused(UpgradeGuestError::NotAGuest))?.read()?)
}
