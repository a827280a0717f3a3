//! Tokens of programs.

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use rialto_identity::{
    ApiToken, ApiTokenName, ApiTokenStore, InsertApiTokenError, NewApiToken, Scopes, SecretDigest, User,
};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::accounts::find_user;
use super::rows::UserRow;
use super::store::SqliteIdentityStore;
use crate::error::{count, store_error};
use crate::schema::{api_tokens, users};
use crate::value::{DbId, DbInstant};

#[async_trait::async_trait]
impl ApiTokenStore for SqliteIdentityStore {
    async fn insert_api_token(&self, new: NewApiToken, most: usize) -> Result<(), InsertApiTokenError> {
        self.database.write(move |c| insert(c, &new, most)).await
    }

    async fn list_api_tokens(&self, user_id: UserId) -> Result<Vec<ApiToken>, StoreError> {
        self.database.read(move |c| list(c, user_id)).await
    }

    async fn find_live_api_token(
        &self,
        digest: SecretDigest,
        now: Instant,
    ) -> Result<Option<(ApiToken, User)>, StoreError> {
        self.database.read(move |c| find_live(c, digest, now)).await
    }

    async fn delete_api_token(&self, id: SessionId, of: Option<UserId>) -> Result<Option<UserId>, StoreError> {
        self.database.write(move |c| delete(c, id, of)).await
    }

    async fn note_api_token_use(&self, id: SessionId, at: Instant) -> Result<(), StoreError> {
        self.database.write(move |c| note_use(c, id, at)).await
    }
}

fn insert(connection: &mut SqliteConnection, new: &NewApiToken, most: usize) -> Result<(), InsertApiTokenError> {
    let ApiToken { id, user_id, name, scopes, created_at, expires_at, last_used_at } = &new.token;
    let owner = find_user(connection, *user_id)?;
    if owner.is_none_or(|user| user.disabled_at.is_some()) {
        return Err(InsertApiTokenError::NoSuchUser);
    }
    let own = api_tokens::table.filter(api_tokens::user_id.eq(DbId::from(*user_id)));
    diesel::delete(own.filter(api_tokens::expires_at.le(DbInstant(*created_at))))
        .execute(connection)
        .map_err(store_error)?;
    // Nobody else writes until the commit.
    let held: i64 = own.count().get_result(connection).map_err(store_error)?;
    if count(held, "a count of API tokens")? >= most as u64 {
        return Err(InsertApiTokenError::TooMany);
    }
    diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::id.eq(DbId::from(*id)),
            api_tokens::user_id.eq(DbId::from(*user_id)),
            api_tokens::digest.eq(new.digest.0.as_slice()),
            api_tokens::name.eq(name.as_str()),
            api_tokens::scopes.eq(scopes.to_text()),
            api_tokens::created_at.eq(DbInstant(*created_at)),
            api_tokens::expires_at.eq(expires_at.map(DbInstant)),
            api_tokens::last_used_at.eq(last_used_at.map(DbInstant)),
        ))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

fn list(connection: &mut SqliteConnection, user_id: UserId) -> Result<Vec<ApiToken>, StoreError> {
    let rows: Vec<ApiTokenRow> = api_tokens::table
        .filter(api_tokens::user_id.eq(DbId::from(user_id)))
        .order((api_tokens::created_at.desc(), api_tokens::id.desc()))
        .select(ApiTokenRow::as_select())
        .load(connection)
        .map_err(store_error)?;
    rows.into_iter().map(ApiToken::try_from).collect()
}

fn find_live(
    connection: &mut SqliteConnection,
    digest: SecretDigest,
    now: Instant,
) -> Result<Option<(ApiToken, User)>, StoreError> {
    let found: Option<(ApiTokenRow, UserRow)> = api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::digest.eq(digest.0.to_vec()))
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.assume_not_null().gt(DbInstant(now))))
        .filter(users::disabled_at.is_null())
        .select((ApiTokenRow::as_select(), UserRow::as_select()))
        .first(connection)
        .optional()
        .map_err(store_error)?;
    found.map(|(token, user)| Ok((token.try_into()?, user.try_into()?))).transpose()
}

fn delete(connection: &mut SqliteConnection, id: SessionId, of: Option<UserId>) -> Result<Option<UserId>, StoreError> {
    let mut wanted = diesel::delete(api_tokens::table).filter(api_tokens::id.eq(DbId::from(id))).into_boxed();
    if let Some(user_id) = of {
        wanted = wanted.filter(api_tokens::user_id.eq(DbId::from(user_id)));
    }
    let owner: Option<DbId> =
        wanted.returning(api_tokens::user_id).get_result(connection).optional().map_err(store_error)?;
    Ok(owner.map(UserId::from))
}

fn note_use(connection: &mut SqliteConnection, id: SessionId, at: Instant) -> Result<(), StoreError> {
    let earlier = api_tokens::last_used_at.is_null().or(api_tokens::last_used_at.assume_not_null().lt(DbInstant(at)));
    diesel::update(api_tokens::table.filter(api_tokens::id.eq(DbId::from(id))).filter(earlier))
        .set(api_tokens::last_used_at.eq(DbInstant(at)))
        .execute(connection)
        .map_err(store_error)?;
    Ok(())
}

/// Ends every token of a user and names them.
pub fn delete_tokens_of(connection: &mut SqliteConnection, user_id: UserId) -> Result<Vec<SessionId>, StoreError> {
    let own = api_tokens::table.filter(api_tokens::user_id.eq(DbId::from(user_id)));
    let ended: Vec<DbId> =
        diesel::delete(own).returning(api_tokens::id).get_results(connection).map_err(store_error)?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_tokens, check_for_backend(Sqlite))]
struct ApiTokenRow {
    id: DbId,
    user_id: DbId,
    name: String,
    scopes: String,
    created_at: DbInstant,
    expires_at: Option<DbInstant>,
    last_used_at: Option<DbInstant>,
}

impl TryFrom<ApiTokenRow> for ApiToken {
    type Error = StoreError;

    fn try_from(row: ApiTokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            name: ApiTokenName::parse(&row.name).map_err(|_| StoreError::corrupt("the name of an API token"))?,
            scopes: Scopes::parse(row.scopes.split(' ')).map_err(|_| StoreError::corrupt("scopes of an API token"))?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.map(|at| at.0),
            last_used_at: row.last_used_at.map(|at| at.0),
        })
    }
}
