use async_trait::async_trait;
use rialto_identity::{SecretDigest, Totp, TotpSecret, TotpStart, TotpStep, TotpStore};
use rialto_kernel::{Instant, StoreError, UserId};

use super::tables::TotpRow;
use crate::MemoryStore;

#[async_trait]
impl TotpStore for MemoryStore {
    async fn find_totp(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        Ok(self.state()?.identity.totp.get(&user_id).map(|row| Totp {
            secret: row.secret.clone(),
            enabled_at: row.enabled.map(|(at, _)| at),
            recovery_codes_left: row.recovery_codes.len(),
        }))
    }

    async fn offer_totp(&self, user_id: UserId, secret: TotpSecret, _: Instant) -> Result<bool, StoreError> {
        let rows = &mut self.state()?.identity.totp;
        if rows.get(&user_id).is_some_and(|row| row.enabled.is_some()) {
            return Ok(false);
        }
        rows.insert(user_id, TotpRow { secret, enabled: None, recovery_codes: Vec::new() });
        Ok(true)
    }

    async fn enable_totp(&self, start: TotpStart) -> Result<bool, StoreError> {
        match self.state()?.identity.totp.get_mut(&start.user_id) {
            Some(row) if row.enabled.is_none() && row.secret == start.secret => {
                row.enabled = Some((start.at, start.step));
                row.recovery_codes = start.recovery_codes;
                Ok(true)
            }
            Some(_) | None => Ok(false),
        }
    }

    async fn use_totp_step(&self, user_id: UserId, secret: TotpSecret, step: TotpStep) -> Result<bool, StoreError> {
        match self.state()?.identity.totp.get_mut(&user_id) {
            Some(TotpRow { secret: own, enabled: Some((_, last)), .. }) if *own == secret && *last < step => {
                *last = step;
                Ok(true)
            }
            Some(_) | None => Ok(false),
        }
    }

    async fn use_recovery_code(&self, user_id: UserId, digest: SecretDigest) -> Result<bool, StoreError> {
        let rows = &mut self.state()?.identity.totp;
        let Some(row) = rows.get_mut(&user_id) else { return Ok(false) };
        let before = row.recovery_codes.len();
        row.recovery_codes.retain(|code| *code != digest);
        Ok(row.recovery_codes.len() < before)
    }

    async fn replace_recovery_codes(&self, user_id: UserId, codes: Vec<SecretDigest>) -> Result<bool, StoreError> {
        match self.state()?.identity.totp.get_mut(&user_id) {
            Some(row) if row.enabled.is_some() => {
                row.recovery_codes = codes;
                Ok(true)
            }
            Some(_) | None => Ok(false),
        }
    }

    async fn remove_totp(&self, user_id: UserId) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.totp.remove(&user_id).is_some_and(|row| row.enabled.is_some()))
    }
}
