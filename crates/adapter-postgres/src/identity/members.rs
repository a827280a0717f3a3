//! Those who have an account.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rialto_identity::{ChangeLoginRefusal, LoginChange, MemberPage, Role, User};
use rialto_kernel::{PageLimit, UserId};

use super::accounts::{Taken, taken};
use super::directory;
use super::rows::UserRow;
use crate::error::{ActError, StoreActError};
use crate::schema::{password_resets, users};

type Kept = diesel::dsl::And<diesel::dsl::NotEq<users::role, &'static str>, diesel::dsl::IsNull<users::deleted_at>>;

fn has_account() -> Kept {
    users::role.ne(Role::Guest.as_str()).and(users::deleted_at.is_null())
}

pub async fn list(mut conn: &AsyncPgConnection, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreActError> {
    let total: i64 = users::table.filter(has_account()).count().get_result(&mut conn).await?;
    let rows: Vec<UserRow> = users::table
        .filter(has_account())
        .order(users::id)
        .offset(i64::try_from(skipped).unwrap_or(i64::MAX))
        .limit(i64::try_from(limit.as_usize()).unwrap_or(i64::MAX))
        .select(UserRow::as_select())
        .load(&mut conn)
        .await?;
    let members = rows.into_iter().map(UserRow::read).collect::<Result<_, _>>()?;
    Ok(MemberPage { members, total: total.unsigned_abs() })
}

pub async fn find(mut conn: &AsyncPgConnection, id: UserId) -> Result<Option<User>, StoreActError> {
    let member = users::table.find(id.uuid()).filter(has_account());
    let row: Option<UserRow> = member.select(UserRow::as_select()).first(&mut conn).await.optional()?;
    Ok(row.map(UserRow::read).transpose()?)
}

pub async fn change_login(
    mut conn: &AsyncPgConnection,
    id: UserId,
    change: LoginChange,
) -> Result<User, ActError<ChangeLoginRefusal>> {
    let LoginChange { username, email, display_name } = &change;
    // `None` leaves a column as it is. The first one is there because a statement must change something.
    let stored: Option<UserRow> = diesel::update(users::table.find(id.uuid()).filter(has_account()))
        .set((
            users::role.eq(users::role),
            username.as_ref().map(|name| (users::username.eq(name.as_str()), users::username_key.eq(name.key()))),
            email.as_ref().map(|email| (users::email.eq(email.as_str()), users::email_key.eq(email.key()))),
            display_name.as_ref().map(|name| users::display_name.eq(name.as_str())),
        ))
        .returning(UserRow::as_returning())
        .get_result(&mut conn)
        .await
        .optional()
        .map_err(|error| match taken(&error) {
            Some(Taken::Username) => ActError::Refused(ChangeLoginRefusal::UsernameTaken),
            Some(Taken::Email) => ActError::Refused(ChangeLoginRefusal::EmailTaken),
            None => error.into(),
        })?;
    let user = stored.ok_or(ActError::Refused(ChangeLoginRefusal::UnknownUser))?.read()?;
    if email.is_some() {
        let sent = password_resets::table.filter(password_resets::user_id.eq(id.uuid()));
        diesel::delete(sent).execute(&mut conn).await?;
    }
    if display_name.is_some() {
        directory::index_name(conn, &user).await?;
    }
    Ok(user)
}
