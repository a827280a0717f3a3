//! Second factors and recovery codes.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use rialto_identity::{SecretDigest, Totp, TotpSecret, TotpStart, TotpStep, TotpStore};
use rialto_kernel::{Instant, StoreError, UserId};
use uuid::Uuid;

use super::store::PgIdentityStore;
use crate::error::StoreActError;
use crate::schema::{recovery_codes, totp};

#[async_trait]
impl TotpStore for PgIdentityStore {
    async fn find_totp(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        let conn = self.database.connection().await?;
        let Some((secret, enabled_at, left)) = find(&conn, user_id).await? else { return Ok(None) };
        let secret = secret.try_into().map_err(|_| StoreError::corrupt("a secret of a second factor"))?;
        let recovery_codes_left = usize::try_from(left).unwrap_or_default();
        Ok(Some(Totp { secret: TotpSecret::new(secret), enabled_at, recovery_codes_left }))
    }

    async fn offer_totp(&self, user_id: UserId, secret: TotpSecret, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |conn| offer(conn, user_id, secret, at).boxed()).await
    }

    async fn enable_totp(&self, start: TotpStart) -> Result<bool, StoreError> {
        self.database.write(move |conn| enable(conn, start).boxed()).await
    }

    async fn use_totp_step(&self, user_id: UserId, secret: TotpSecret, step: TotpStep) -> Result<bool, StoreError> {
        self.database.write(move |conn| use_step(conn, user_id, secret, step).boxed()).await
    }

    async fn use_recovery_code(&self, user_id: UserId, digest: SecretDigest) -> Result<bool, StoreError> {
        self.database.write(move |conn| use_code(conn, user_id, digest).boxed()).await
    }

    async fn replace_recovery_codes(&self, user_id: UserId, codes: Vec<SecretDigest>) -> Result<bool, StoreError> {
        self.database.write(move |conn| replace_codes(conn, user_id, codes).boxed()).await
    }

    async fn remove_totp(&self, user_id: UserId) -> Result<bool, StoreError> {
        self.database.write(move |conn| remove(conn, user_id).boxed()).await
    }
}

type Found = (Vec<u8>, Option<DateTime<Utc>>, i64);

async fn find(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<Option<Found>, StoreActError> {
    let row = totp::table.find(user_id.uuid()).select((totp::secret, totp::enabled_at));
    let row: Option<(Vec<u8>, Option<DateTime<Utc>>)> = row.first(&mut conn).await.optional()?;
    let Some((secret, enabled_at)) = row else { return Ok(None) };
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id.uuid())).count();
    Ok(Some((secret, enabled_at, codes.get_result(&mut conn).await?)))
}

async fn offer(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    secret: TotpSecret,
    at: Instant,
) -> Result<bool, StoreActError> {
    if replace_offer(conn, user_id, &secret, at).await? {
        return Ok(true);
    }
    let row = (totp::user_id.eq(user_id.uuid()), totp::secret.eq(secret.reveal().as_slice()), totp::offered_at.eq(at));
    let stored = diesel::insert_into(totp::table).values(row).on_conflict_do_nothing().execute(&mut conn).await?;
    // Where one was offered meanwhile, this one comes after it.
    Ok(stored > 0 || replace_offer(conn, user_id, &secret, at).await?)
}

async fn replace_offer(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    secret: &TotpSecret,
    at: Instant,
) -> Result<bool, StoreActError> {
    let offered = totp::table.find(user_id.uuid()).filter(totp::enabled_at.is_null());
    let replaced = diesel::update(offered)
        .set((totp::secret.eq(secret.reveal().as_slice()), totp::offered_at.eq(at)))
        .execute(&mut conn)
        .await?;
    Ok(replaced > 0)
}

async fn enable(mut conn: &AsyncPgConnection, start: TotpStart) -> Result<bool, StoreActError> {
    // Of two at once the second waits for the row and then finds it enabled.
    let offered = totp::table
        .find(start.user_id.uuid())
        .filter(totp::secret.eq(start.secret.reveal().as_slice()))
        .filter(totp::enabled_at.is_null());
    let enabled = diesel::update(offered)
        .set((totp::enabled_at.eq(start.at), totp::last_step.eq(start.step.0)))
        .execute(&mut conn)
        .await?;
    if enabled > 0 {
        insert_codes(conn, start.user_id, &start.recovery_codes).await?;
    }
    Ok(enabled > 0)
}

async fn use_step(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    secret: TotpSecret,
    step: TotpStep,
) -> Result<bool, StoreActError> {
    let unused = totp::table
        .find(user_id.uuid())
        .filter(totp::secret.eq(secret.reveal().as_slice()))
        .filter(totp::enabled_at.is_not_null())
        .filter(totp::last_step.lt(step.0));
    Ok(diesel::update(unused).set(totp::last_step.eq(step.0)).execute(&mut conn).await? > 0)
}

async fn use_code(mut conn: &AsyncPgConnection, user_id: UserId, digest: SecretDigest) -> Result<bool, StoreActError> {
    let code = recovery_codes::table.find((user_id.uuid(), digest.0.as_slice()));
    Ok(diesel::delete(code).execute(&mut conn).await? > 0)
}

async fn replace_codes(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    codes: Vec<SecretDigest>,
) -> Result<bool, StoreActError> {
    let enabled = totp::table.find(user_id.uuid()).filter(totp::enabled_at.is_not_null());
    let enabled: Option<Uuid> = enabled.select(totp::user_id).for_no_key_update().first(&mut conn).await.optional()?;
    if enabled.is_none() {
        return Ok(false);
    }
    let old = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id.uuid()));
    diesel::delete(old).execute(&mut conn).await?;
    insert_codes(conn, user_id, &codes).await?;
    Ok(true)
}

async fn insert_codes(
    mut conn: &AsyncPgConnection,
    user_id: UserId,
    codes: &[SecretDigest],
) -> Result<(), StoreActError> {
    let rows: Vec<_> = codes
        .iter()
        .map(|code| (recovery_codes::user_id.eq(user_id.uuid()), recovery_codes::digest.eq(code.0.as_slice())))
        .collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(&mut conn).await?;
    Ok(())
}

async fn remove(mut conn: &AsyncPgConnection, user_id: UserId) -> Result<bool, StoreActError> {
    let own = totp::table.find(user_id.uuid());
    let removed = diesel::delete(own).returning(totp::enabled_at);
    let removed: Option<Option<DateTime<Utc>>> = removed.get_result(&mut conn).await.optional()?;
    Ok(removed.flatten().is_some())
}
