//! Those who have an account.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use rialto_identity::{ChangeLoginRefusal, LoginChange, MemberPage, Role, User};
use rialto_kernel::{PageLimit, StoreError, UserId};

use super::directory::index_name;
use super::rows::UserRow;
use crate::error::store_error;
use crate::schema::{password_resets, users};
use crate::value::DbId;

type Kept = diesel::dsl::And<diesel::dsl::NotEq<users::role, &'static str>, diesel::dsl::IsNull<users::deleted_at>>;

fn has_account() -> Kept {
    users::role.ne(Role::Guest.as_str()).and(users::deleted_at.is_null())
}

pub fn list_members(
    connection: &mut SqliteConnection,
    skipped: u64,
    limit: PageLimit,
) -> Result<MemberPage, StoreError> {
    let total: i64 = users::table.filter(has_account()).count().get_result(connection).map_err(store_error)?;
    let rows: Vec<UserRow> = users::table
        .filter(has_account())
        .order(users::id)
        .offset(i64::try_from(skipped).unwrap_or(i64::MAX))
        .limit(i64::try_from(limit.as_usize()).unwrap_or(i64::MAX))
        .select(UserRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    let members = rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?;
    Ok(MemberPage { members, total: total.unsigned_abs() })
}

pub fn find_member(connection: &mut SqliteConnection, id: UserId) -> Result<Option<User>, StoreError> {
    let member = users::table.find(DbId::from(id)).filter(has_account());
    let row = member.select(UserRow::as_select()).first(connection).optional();
    row.map_err(store_error)?.map(User::try_from).transpose()
}

pub fn change_login(
    connection: &mut SqliteConnection,
    id: UserId,
    change: &LoginChange,
) -> Result<User, ChangeLoginRefusal> {
    find_member(connection, id)?.ok_or(ChangeLoginRefusal::UnknownUser)?;
    let LoginChange { username, email, display_name } = change;
    let others = users::table.filter(users::id.ne(DbId::from(id)));
    if let Some(username) = username {
        let same_name = others.filter(users::username_key.eq(username.key()));
        if select(exists(same_name)).get_result(connection).map_err(store_error)? {
            return Err(ChangeLoginRefusal::UsernameTaken);
        }
    }
    if let Some(email) = email {
        let same_email = others.filter(users::email_key.eq(email.key()));
        if select(exists(same_email)).get_result(connection).map_err(store_error)? {
            return Err(ChangeLoginRefusal::EmailTaken);
        }
        let sent = password_resets::table.filter(password_resets::user_id.eq(DbId::from(id)));
        diesel::delete(sent).execute(connection).map_err(store_error)?;
    }
    // `None` leaves a column as it is. The first one is there because a statement must change something.
    let row: UserRow = diesel::update(users::table.find(DbId::from(id)))
        .set((
            users::id.eq(DbId::from(id)),
            username.as_ref().map(|name| (users::username.eq(name.as_str()), users::username_key.eq(name.key()))),
            email.as_ref().map(|email| (users::email.eq(email.as_str()), users::email_key.eq(email.key()))),
            display_name.as_ref().map(|name| users::display_name.eq(name.as_str())),
        ))
        .returning(UserRow::as_returning())
        .get_result(connection)
        .map_err(store_error)?;
    let user = User::try_from(row)?;
    if display_name.is_some() {
        index_name(connection, &user)?;
    }
    Ok(user)
}
