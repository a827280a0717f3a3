use async_trait::async_trait;
use chrono::TimeDelta;
use rialto_identity::{
    ChangePasswordStoreError, Email, NewReset, PasswordChange, PasswordHash, PasswordStore, RESETS_A_MINUTE,
    RESETS_AN_HOUR, ResetDigest, User,
};
use rialto_kernel::{Instant, SessionId, StoreError, UserId};

use super::tables::{IdentityTables, ResetRow};
use crate::MemoryStore;

#[async_trait]
impl PasswordStore for MemoryStore {
    async fn find_password_hash(&self, user_id: UserId) -> Result<Option<PasswordHash>, StoreError> {
        Ok(self.state()?.identity.password_hashes.get(&user_id).cloned())
    }

    async fn replace_password_hash(
        &self,
        user_id: UserId,
        from: PasswordHash,
        to: PasswordHash,
    ) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.swap_hash(user_id, &from, to))
    }

    async fn change_password(&self, change: PasswordChange) -> Result<Vec<SessionId>, ChangePasswordStoreError> {
        let tables = &mut self.state()?.identity;
        if tables.live_session(change.session_id).is_none_or(|(_, user)| user.id != change.user_id) {
            return Err(ChangePasswordStoreError::SessionEnded);
        }
        if !tables.swap_hash(change.user_id, &change.from, change.to) {
            return Err(ChangePasswordStoreError::Outdated);
        }
        tables.void_resets(change.user_id);
        Ok(tables.revoke_all(change.user_id, Some(change.session_id), change.at))
    }

    async fn insert_reset(&self, reset: NewReset) -> Result<bool, StoreError> {
        let tables = &mut self.state()?.identity;
        if !tables.is_reachable(reset.user_id, &reset.email) {
            return Ok(false);
        }
        let sent_since = |start: Instant| {
            let own = tables.resets.values().filter(|row| row.reset.user_id == reset.user_id);
            own.filter(|row| row.reset.at > start).count()
        };
        if sent_since(reset.at - TimeDelta::minutes(1)) >= RESETS_A_MINUTE
            || sent_since(reset.at - TimeDelta::hours(1)) >= RESETS_AN_HOUR
        {
            return Ok(false);
        }
        let (now, an_hour_ago) = (reset.at, reset.at - TimeDelta::hours(1));
        let useless = |row: &ResetRow| {
            row.reset.user_id == reset.user_id && row.reset.at <= an_hour_ago && row.reset.expires_at <= now
        };
        tables.resets.retain(|_, row| !useless(row));
        tables.resets.insert(reset.digest, ResetRow { reset, used: false });
        Ok(true)
    }

    async fn is_reset_live(&self, digest: ResetDigest, now: Instant) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.live_reset(digest, now).is_some())
    }

    async fn reset_password(
        &self,
        digest: ResetDigest,
        to: PasswordHash,
        at: Instant,
    ) -> Result<Option<(UserId, Vec<SessionId>)>, StoreError> {
        let tables = &mut self.state()?.identity;
        let Some(user_id) = tables.live_reset(digest, at) else { return Ok(None) };
        tables.password_hashes.insert(user_id, to);
        tables.void_resets(user_id);
        Ok(Some((user_id, tables.revoke_all(user_id, None, at))))
    }
}

impl IdentityTables {
    fn swap_hash(&mut self, user_id: UserId, from: &PasswordHash, to: PasswordHash) -> bool {
        match self.password_hashes.get_mut(&user_id) {
            Some(hash) if hash == from => {
                *hash = to;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Whether a user has a password, and this address.
    fn is_reachable(&self, user_id: UserId, email: &Email) -> bool {
        let has = |user: &User| user.email.as_ref().is_some_and(|own| own.key() == email.key());
        self.password_hashes.contains_key(&user_id) && self.users.get(&user_id).is_some_and(has)
    }

    fn live_reset(&self, digest: ResetDigest, now: Instant) -> Option<UserId> {
        let ResetRow { reset, used } = self.resets.get(&digest)?;
        let live = !used && now < reset.expires_at && self.is_reachable(reset.user_id, &reset.email);
        live.then_some(reset.user_id)
    }

    fn void_resets(&mut self, user_id: UserId) {
        for row in self.resets.values_mut().filter(|row| row.reset.user_id == user_id) {
            row.used = true;
        }
    }
}
