use std::ops::Bound;

use async_trait::async_trait;
use rialto_identity::{
    ChangeLoginRefusal, GuestUpgrade, IdentityStore, InsertAccountError, Login, LoginChange, MemberPage, NewAccount,
    NewRefreshToken, PasswordHash, Redeemed, Redemption, RefreshDigest, Role, Session, Sought, UpgradeGuestError, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use crate::MemoryStore;
use crate::identity::tables::IdentityTables;
use crate::page::page_of;

#[async_trait]
impl IdentityStore for MemoryStore {
    async fn insert_account(&self, account: NewAccount) -> Result<(), InsertAccountError> {
        self.state()?.identity.insert_account(account)
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
        if let Some(digest) = upgrade.invitation {
            let invitation = tables.usable_invitation(digest, upgrade.at);
            invitation.ok_or(UpgradeGuestError::InvitationInvalid)?.uses += 1;
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

    async fn redeem_refresh_token(&self, redemption: Redemption) -> Result<Redeemed, StoreError> {
        let tables = &mut self.state()?.identity;
        let Redemption { digest, retry_key, replacement, address, at } = redemption;
        let Some(token) = tables.refresh_tokens.get(&digest) else { return Ok(Redeemed::Unknown) };
        let (session_id, used, expired) = (token.session_id, token.used, token.expires_at <= at);
        let same_key = retry_key.is_some() && token.retry_key == retry_key;
        let overtaken = same_key && token.redeemed_at.is_some_and(|redeemed_at| at < redeemed_at);
        let is_unused = |digest: &RefreshDigest| tables.refresh_tokens.get(digest).is_some_and(|token| !token.used);
        let unused_answer = token.replaced_by.filter(|_| same_key).filter(is_unused);
        let Some((_, user)) = tables.live_session(session_id) else { return Ok(Redeemed::Unknown) };
        let user = user.clone();
        if overtaken {
            return Ok(Redeemed::Overtaken);
        }
        // Reuse counts before age: a thief who waited is found out all the same.
        if used && unused_answer.is_none() {
            tables.revoke(session_id, at);
            return Ok(Redeemed::Reused { session_id, user_id: user.id });
        }
        if expired {
            return Ok(Redeemed::Expired);
        }
        if let Some(lost) = unused_answer.and_then(|lost| tables.refresh_tokens.get_mut(&lost)) {
            lost.used = true;
        }
        if let Some(token) = tables.refresh_tokens.get_mut(&digest) {
            token.used = true;
            token.retry_key = retry_key;
            token.redeemed_at = Some(at);
            token.replaced_by = Some(replacement.digest);
        }
        tables.add_refresh_token(session_id, replacement);
        let session = tables.note_use(session_id, address, at);
        let session = session.ok_or_else(|| StoreError::corrupt("the session of a refresh token"))?;
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
        Ok(self.state()?.identity.revoke_all(user_id, None, at))
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

    async fn list_members(&self, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreError> {
        let tables = &self.state()?.identity;
        let mut members: Vec<User> = tables.users.keys().filter_map(|id| tables.member(*id)).cloned().collect();
        members.sort_by_key(|member| member.id);
        let total = members.len() as u64;
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let members = members.into_iter().skip(skipped).take(limit.as_usize()).collect();
        Ok(MemberPage { members, total })
    }

    async fn find_member(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.state()?.identity.member(id).cloned())
    }

    async fn change_login(&self, id: UserId, change: LoginChange) -> Result<User, ChangeLoginRefusal> {
        let tables = &mut self.state()?.identity;
        let before = tables.member(id).cloned().ok_or(ChangeLoginRefusal::UnknownUser)?;
        let is_others = |holder: Option<&UserId>| holder.is_some_and(|holder| *holder != id);
        let LoginChange { username, email, display_name } = change;
        if username.as_ref().is_some_and(|name| is_others(tables.by_username.get(&name.key()))) {
            return Err(ChangeLoginRefusal::UsernameTaken);
        }
        if email.as_ref().is_some_and(|email| is_others(tables.by_email.get(&email.key()))) {
            return Err(ChangeLoginRefusal::EmailTaken);
        }
        if let Some(username) = &username {
            tables.by_username.remove(&before.username.key());
            tables.by_username.insert(username.key(), id);
        }
        if let Some(email) = &email {
            if let Some(old) = &before.email {
                tables.by_email.remove(&old.key());
            }
            tables.by_email.insert(email.key(), id);
            tables.resets.retain(|_, row| row.reset.user_id != id);
        }
        let after = User {
            username: username.unwrap_or(before.username),
            email: email.or(before.email),
            display_name: display_name.unwrap_or(before.display_name),
            ..before
        };
        tables.users.insert(id, after.clone());
        Ok(after)
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

impl IdentityTables {
    fn member(&self, id: UserId) -> Option<&User> {
        self.live_user(id).filter(|user| user.role != Role::Guest)
    }

    pub fn insert_account(&mut self, account: NewAccount) -> Result<(), InsertAccountError> {
        let NewAccount { user, password_hash, session, refresh_token, invitation } = account;
        self.check_free(&user)?;
        if let Some(digest) = invitation {
            let invitation = self.usable_invitation(digest, user.created_at);
            invitation.ok_or(InsertAccountError::InvitationInvalid)?.uses += 1;
        }
        self.add_user(user, password_hash);
        self.add_session(session, refresh_token);
        Ok(())
    }

    /// Whether nobody has the name or the address of a user.
    pub fn check_free(&self, user: &User) -> Result<(), InsertAccountError> {
        if self.by_username.contains_key(&user.username.key()) {
            return Err(InsertAccountError::UsernameTaken);
        }
        if user.email.as_ref().is_some_and(|email| self.by_email.contains_key(&email.key())) {
            return Err(InsertAccountError::EmailTaken);
        }
        Ok(())
    }
}
