//! Second factors and recovery codes.

use async_trait::async_trait;
use diesel::prelude::*;
use rialto_identity::{SecretDigest, Totp, TotpSecret, TotpStart, TotpStep, TotpStore};
use rialto_kernel::{Instant, StoreError, UserId};

use super::store::SqliteIdentityStore;
use crate::error::store_error;
use crate::schema::{recovery_codes, totp};
use crate::value::{DbId, DbInstant};

#[async_trait]
impl TotpStore for SqliteIdentityStore {
    async fn find_totp(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        self.database.read(move |c| find(c, user_id)).await
    }

    async fn offer_totp(&self, user_id: UserId, secret: TotpSecret, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |c| offer(c, user_id, &secret, at)).await
    }

    async fn enable_totp(&self, start: TotpStart) -> Result<bool, StoreError> {
        self.database.write(move |c| enable(c, &start)).await
    }

    async fn use_totp_step(&self, user_id: UserId, secret: TotpSecret, step: TotpStep) -> Result<bool, StoreError> {
        self.database.write(move |c| use_step(c, user_id, &secret, step)).await
    }

    async fn use_recovery_code(&self, user_id: UserId, digest: SecretDigest) -> Result<bool, StoreError> {
        self.database
            .write(move |c| {
                let code = recovery_codes::table.find((DbId::from(user_id), digest.0.as_slice()));
                Ok(diesel::delete(code).execute(c).map_err(store_error)? > 0)
            })
            .await
    }

    async fn replace_recovery_codes(&self, user_id: UserId, codes: Vec<SecretDigest>) -> Result<bool, StoreError> {
        self.database.write(move |c| replace_codes(c, user_id, &codes)).await
    }

    async fn remove_totp(&self, user_id: UserId) -> Result<bool, StoreError> {
        self.database
            .write(move |c| {
                let own = totp::table.find(DbId::from(user_id));
                let removed = diesel::delete(own).returning(totp::enabled_at).get_result::<Option<DbInstant>>(c);
                Ok(removed.optional().map_err(store_error)?.flatten().is_some())
            })
            .await
    }
}

fn find(connection: &mut SqliteConnection, user_id: UserId) -> Result<Option<Totp>, StoreError> {
    let user_id = DbId::from(user_id);
    let row = totp::table.find(user_id).select((totp::secret, totp::enabled_at));
    let row: Option<(Vec<u8>, Option<DbInstant>)> = row.first(connection).optional().map_err(store_error)?;
    let Some((secret, enabled_at)) = row else { return Ok(None) };
    let secret = secret.try_into().map_err(|_| StoreError::corrupt("a secret of a second factor"))?;
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id)).count();
    let left: i64 = codes.get_result(connection).map_err(store_error)?;
    Ok(Some(Totp {
        secret: TotpSecret::new(secret),
        enabled_at: enabled_at.map(|at| at.0),
        recovery_codes_left: usize::try_from(left).unwrap_or_default(),
    }))
}

fn offer(
    connection: &mut SqliteConnection,
    user_id: UserId,
    secret: &TotpSecret,
    at: Instant,
) -> Result<bool, StoreError> {
    let offered = totp::table.find(DbId::from(user_id)).filter(totp::enabled_at.is_null());
    diesel::delete(offered).execute(connection).map_err(store_error)?;
    let row = (
        totp::user_id.eq(DbId::from(user_id)),
        totp::secret.eq(secret.reveal().as_slice()),
        totp::offered_at.eq(DbInstant(at)),
    );
    let stored = diesel::insert_into(totp::table).values(row).on_conflict_do_nothing().execute(connection);
    Ok(stored.map_err(store_error)? > 0)
}

fn enable(connection: &mut SqliteConnection, start: &TotpStart) -> Result<bool, StoreError> {
    let offered = totp::table
        .find(DbId::from(start.user_id))
        .filter(totp::secret.eq(start.secret.reveal().as_slice()))
        .filter(totp::enabled_at.is_null());
    let enabled = diesel::update(offered)
        .set((totp::enabled_at.eq(DbInstant(start.at)), totp::last_step.eq(start.step.0)))
        .execute(connection)
        .map_err(store_error)?;
    if enabled > 0 {
        insert_codes(connection, start.user_id, &start.recovery_codes)?;
    }
    Ok(enabled > 0)
}

fn use_step(
    connection: &mut SqliteConnection,
    user_id: UserId,
    secret: &TotpSecret,
    step: TotpStep,
) -> Result<bool, StoreError> {
    let unused = totp::table
        .find(DbId::from(user_id))
        .filter(totp::secret.eq(secret.reveal().as_slice()))
        .filter(totp::enabled_at.is_not_null())
        .filter(totp::last_step.lt(step.0));
    let used = diesel::update(unused).set(totp::last_step.eq(step.0)).execute(connection);
    Ok(used.map_err(store_error)? > 0)
}

fn replace_codes(
    connection: &mut SqliteConnection,
    user_id: UserId,
    codes: &[SecretDigest],
) -> Result<bool, StoreError> {
    let enabled = totp::table.find(DbId::from(user_id)).filter(totp::enabled_at.is_not_null()).count();
    let enabled: i64 = enabled.get_result(connection).map_err(store_error)?;
    if enabled == 0 {
        return Ok(false);
    }
    let old = recovery_codes::table.filter(recovery_codes::user_id.eq(DbId::from(user_id)));
    diesel::delete(old).execute(connection).map_err(store_error)?;
    insert_codes(connection, user_id, codes)?;
    Ok(true)
}

fn insert_codes(connection: &mut SqliteConnection, user_id: UserId, codes: &[SecretDigest]) -> Result<(), StoreError> {
    for digest in codes {
        let row = (recovery_codes::user_id.eq(DbId::from(user_id)), recovery_codes::digest.eq(digest.0.as_slice()));
        diesel::insert_into(recovery_codes::table).values(row).execute(connection).map_err(store_error)?;
    }
    Ok(())
}
