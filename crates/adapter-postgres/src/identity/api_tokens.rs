//! Tokens of programs.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{
    ApiToken, ApiTokenName, ApiTokenStore, InsertApiTokenError, NewApiToken, Scopes, SecretDigest, User,
};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};
use uuid::Uuid;

use super::rows::UserRow;
use super::store::PgIdentityStore;
use crate::error::{ActError, StoreActError};
use crate::schema::{api_tokens, users};

#[async_trait]
impl ApiTokenStore for PgIdentityStore {
    async fn insert_api_token(&self, new: NewApiToken, most: usize) -> Result<(), InsertApiTokenError> {
        self.database.write(move |conn| insert(conn, new, most).boxed()).await
    }

    async fn list_api_tokens(&self, user_id: UserId) -> Result<Vec<ApiToken>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(list(&conn, user_id).await?)
    }

    async fn find_live_api_token(
        &self,
        digest: SecretDigest,
        now: Instant,
    ) -> Result<Option<(ApiToken, User)>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(find_live(&conn, digest, now).await?)
    }

    async fn delete_api_token(&self, id: SessionId, of: Option<UserId>) -> Result<Option<UserId>, StoreError> {
        self.database.write(move |conn| delete(conn, id, of).boxed()).await
    }

    async fn note_api_token_use(&self, id: SessionId, at: Instant) -> Result<(), StoreError> {
        self.database.write(move |conn| note_use(conn, id, at).boxed()).await
    }
}

async fn insert(
    mut conn: &AsyncPgConnection,
    new: NewApiToken,
    most: usize,
) -> Result<(), ActError<InsertApiTokenError>> {
    let ApiToken { id, user_id, name, scopes, created_at, expires_at, last_used_at } = &new.token;
    // Of many at once each waits here for the one before, and then counts its token too.
    let owner: Option<Uuid> = users::table
        .filter(users::id.eq(user_id.uuid()))
        .filter(users::disabled_at.is_null())
        .select(users::id)
        .for_no_key_update()
        .first(&mut conn)
        .await
        .optional()?;
    if owner.is_none() {
        return Err(ActError::Refused(InsertApiTokenError::NoSuchUser));
    }
    let own = api_tokens::table.filter(api_tokens::user_id.eq(user_id.uuid()));
    diesel::delete(own.filter(api_tokens::expires_at.le(created_at))).execute(&mut conn).await?;
    let held: i64 = own.count().get_result(&mut conn).await?;
    if held.unsigned_abs() >= most as u64 {
        return Err(ActError::Refused(InsertApiTokenError::TooMany));
    }
    let row = (
        api_tokens::id.eq(id.uuid()),
        api_tokens::user_id.eq(user_id.uuid()),
        api_tokens::digest.eq(new.digest.0.as_slice()),
        api_tokens::name.eq(name.as_str()),
        api_tokens::scopes.eq(scopes.to_text()),
        api_tokens::created_at.eq(created_at),
        api_tokens::expires_at.eq(expires_at),
        api_tokens::last_used_at.eq(last_used_at),
    );
    diesel::insert_into(api_tokens::table).values(row).execute(&mut conn).await?;
    Ok(())
}

async fn list(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<ApiToken>, StoreActError> {
    let rows: Vec<ApiTokenRow> = api_tokens::table
        .filter(api_tokens::user_id.eq(user_id.uuid()))
        .order((api_tokens::created_at.desc(), api_tokens::id.desc()))
        .select(ApiTokenRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(ApiTokenRow::read).collect::<Result<_, _>>()?)
}

async fn find_live(
    mut conn: &AsyncPgConnection,
    digest: SecretDigest,
    now: Instant,
) -> Result<Option<(ApiToken, User)>, StoreActError> {
    let found: Option<(ApiTokenRow, UserRow)> = api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::digest.eq(digest.0.to_vec()))
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.assume_not_null().gt(now)))
        .filter(users::disabled_at.is_null())
        .select((ApiTokenRow::as_select(), UserRow::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    found.map(|(token, user)| Ok((token.read()?, user.read()?))).transpose()
}

async fn delete(
    mut conn: &AsyncPgConnection,
    id: SessionId,
    of: Option<UserId>,
) -> Result<Option<UserId>, StoreActError> {
    let mut wanted = diesel::delete(api_tokens::table).filter(api_tokens::id.eq(id.uuid())).into_boxed();
    if let Some(user_id) = of {
        wanted = wanted.filter(api_tokens::user_id.eq(user_id.uuid()));
    }
    let owner: Option<Uuid> = wanted.returning(api_tokens::user_id).get_result(&mut conn).await.optional()?;
    Ok(owner.map(UserId::from))
}

async fn note_use(mut conn: &AsyncPgConnection, id: SessionId, at: Instant) -> Result<(), StoreActError> {
    let earlier = api_tokens::last_used_at.is_null().or(api_tokens::last_used_at.assume_not_null().lt(at));
    diesel::update(api_tokens::table.filter(api_tokens::id.eq(id.uuid())).filter(earlier))
        .set(api_tokens::last_used_at.eq(at))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Ends every token of a user and names them.
pub async fn delete_all_of(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Vec<SessionId>, StoreActError> {
    let own = api_tokens::table.filter(api_tokens::user_id.eq(user_id.uuid()));
    let ended: Vec<Uuid> = diesel::delete(own).returning(api_tokens::id).get_results(&mut conn).await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_tokens, check_for_backend(diesel::pg::Pg))]
struct ApiTokenRow {
    id: Uuid,
    user_id: Uuid,
    name: String,
    scopes: String,
    created_at: Instant,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
}

impl ApiTokenRow {
    fn read(self) -> Result<ApiToken, StoreError> {
        Ok(ApiToken {
            id: self.id.into(),
            user_id: self.user_id.into(),
            name: ApiTokenName::parse(&self.name).map_err(|_| StoreError::corrupt("api_tokens.name"))?,
            scopes: Scopes::parse(self.scopes.split(' ')).map_err(|_| StoreError::corrupt("api_tokens.scopes"))?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
        })
    }
}
