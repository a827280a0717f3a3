use std::ops::Bound;

use async_trait::async_trait;
use rialto_identity::{
    Email, GuestUpgrade, IdentityStore, InsertAccountError, Login, NewAccount, NewRefreshToken, PasswordHash, Redeemed,
    RefreshDigest, Role, Session, Sought, UpgradeGuestError, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use crate::MemoryStore;
use crate::page::page_of;

#[async_trait]
impl IdentityStore for MemoryStore {
    async fn insert_account(&self, account: NewAccount) -> Result<(), InsertAccountError> {
        let tables = &mut self.state()?.identity;
        let NewAccount { user, password_hash, session, refresh_token } = account;
        let username_key = user.username.key();
        let email_key = user.email.as_ref().map(Email::key);
        if tables.by_username.contains_key(&username_key) {
            return Err(InsertAccountError::UsernameTaken);
        }
        if email_key.as_ref().is_some_and(|key| tables.by_email.contains_key(key)) {
            return Err(InsertAccountError::EmailTaken);
        }
        tables.by_username.insert(username_key, user.id);
        tables.by_email.extend(email_key.map(|key| (key, user.id)));
        tables.password_hashes.extend(password_hash.map(|hash| (user.id, hash)));
        tables.users.insert(user.id, user);
        tables.add_session(session, refresh_token);
        Ok(())
    }

    async fn upgrade_guest(&self, upgrade: GuestUpgrade) -> Result<(Session, User), UpgradeGuestError> {
        let tables = &mut self.state()?.identity;
        let live = tables.live_session(upgrade.session_id).map(|(session, user)| (session.clone(), user.clone()));
        let (session, guest) = live.ok_or(UpgradeGuestError::SessionEnded)?;
        if guest.role != Role::Guest {
            return Err(UpgradeGuestError::NotAGuest);
        }
        let is_others = |id: Option<&UserId>| id.is_some_and(|id| *id != guest.id);
        if is_others(tables.by_username.get(&upgrade.username.key())) {
            return Err(UpgradeGuestError::UsernameTaken);
        }
        if is_others(tables.by_email.get(&upgrade.email.key())) {
            return Err(UpgradeGuestError::EmailTaken);
        }
        tables.by_username.remove(&guest.username.key());
        tables.by_username.insert(upgrade.username.key(), guest.id);
        tables.by_email.insert(upgrade.email.key(), guest.id);
        tables.password_hashes.insert(guest.id, upgrade.password_hash);
        tables.use_refresh_tokens(session.id);
        tables.add_refresh_token(session.id, upgrade.refresh_token);
        let member = User {
            username: upgrade.username,
            email: Some(upgrade.email),
            display_name: upgrade.display_name.unwrap_or(guest.display_name),
            role: Role::Member,
            ..guest
        };
        tables.users.insert(member.id, member.clone());
        Ok((session, member))
    }

    async fn find_credentials(&self, login: &Login) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let tables = &self.state()?.identity;
        let found =
            tables.user_of(login).and_then(|user| Some((user.clone(), tables.password_hashes.get(&user.id)?.clone())));
        Ok(found)
    }

    async fn insert_session(&self, session: Session, refresh_token: NewRefreshToken) -> Result<(), StoreError> {
        let tables = &mut self.state()?.identity;
        if !tables.users.contains_key(&session.user_id) {
            return Err(StoreError::unavailable("a session needs a user"));
        }
        tables.add_session(session, refresh_token);
        Ok(())
    }

    async fn redeem_refresh_token(
        &self,
        digest: RefreshDigest,
        replacement: NewRefreshToken,
        now: Instant,
    ) -> Result<Redeemed, StoreError> {
        let tables = &mut self.state()?.identity;
        let Some(token) = tables.refresh_tokens.get(&digest) else { return Ok(Redeemed::Unknown) };
        let (session_id, used, expired) = (token.session_id, token.used, token.expires_at <= now);
        let Some((session, user)) = tables.live_session(session_id) else { return Ok(Redeemed::Unknown) };
        let (session, user) = (session.clone(), user.clone());
        // Reuse counts before age: a thief who waited is found out all the same.
        if used {
            tables.revoke(session_id, now);
            return Ok(Redeemed::Reused { session_id, user_id: user.id });
        }
        if expired {
            return Ok(Redeemed::Expired);
        }
        if let Some(token) = tables.refresh_tokens.get_mut(&digest) {
            token.used = true;
        }
        tables.add_refresh_token(session_id, replacement);
        Ok(Redeemed::Rotated { session, user })
    }

    async fn find_live_session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError> {
        let tables = &self.state()?.identity;
        Ok(tables.live_session(id).map(|(session, user)| (session.clone(), user.clone())))
    }

    async fn revoke_session(&self, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.revoke(id, at))
    }

    async fn revoke_sessions_of(&self, user_id: UserId, at: Instant) -> Result<Vec<SessionId>, StoreError> {
        let tables = &mut self.state()?.identity;
        let live =
            tables.sessions.values_mut().filter(|row| row.session.user_id == user_id && row.revoked_at.is_none());
        let ended = live.map(|row| {
            row.revoked_at = Some(at);
            row.session.id
        });
        Ok(ended.collect())
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.state()?.identity.users.get(&id).cloned())
    }

    async fn list_users(
        &self,
        sought: &Sought,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        let tables = &self.state()?.identity;
        let start = match &after {
            Some(cursor) => Bound::Excluded(cursor.as_str()),
            None => Bound::Unbounded,
        };
        let users = tables
            .by_username
            .range::<str, _>((start, Bound::Unbounded))
            .filter_map(|(key, id)| Some((key, tables.live_user(*id)?)))
            .filter(|(key, user)| user.role != Role::Guest && is_sought(sought, key, user))
            .map(|(_, user)| user.clone());
        Ok(page_of(users, limit, |user| Cursor::from_keys(&[&user.username.key()])))
    }
}

fn is_sought(sought: &Sought, key: &str, user: &User) -> bool {
    if key.starts_with(&sought.name_prefix) {
        return true;
    }
    let index = user.display_name.index();
    let begins_one = |typed: &String| index.iter().any(|word| word.starts_with(typed));
    !sought.words.is_empty() && sought.words.iter().all(begins_one)
}
