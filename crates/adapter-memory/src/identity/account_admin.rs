use async_trait::async_trait;
use rialto_identity::{
    AccountAdmin, AccountChange, AccountChanged, AccountCounts, AccountFilter, ChangeAccountError, Email,
    InsertAccountError, PasswordHash, Role, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use crate::MemoryStore;
use crate::page::page_of;

#[async_trait]
impl AccountAdmin for MemoryStore {
    async fn list_accounts(
        &self,
        filter: AccountFilter,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        let tables = &self.state()?.identity;
        let position = after.as_ref().map(Cursor::as_str);
        let users = tables
            .by_username
            .iter()
            .filter(|(key, _)| position.is_none_or(|position| key.as_str() > position))
            .filter_map(|(_, id)| tables.live_user(*id))
            .filter(|user| is_wanted(user, &filter))
            .cloned();
        Ok(page_of(users, limit, |user| Cursor::from_keys(&[&user.username.key()])))
    }

    async fn create_account(&self, user: User, password_hash: PasswordHash) -> Result<(), InsertAccountError> {
        let tables = &mut self.state()?.identity;
        tables.check_free(&user)?;
        tables.add_user(user, Some(password_hash));
        Ok(())
    }

    async fn change_account(
        &self,
        id: UserId,
        change: AccountChange,
        at: Instant,
    ) -> Result<AccountChanged, ChangeAccountError> {
        let tables = &mut self.state()?.identity;
        let before = tables.live_user(id).cloned().ok_or(ChangeAccountError::NoSuchUser)?;
        let mut changed = change.apply(before, at).ok_or(ChangeAccountError::IsGuest)?;
        if changed.takes_an_admin() && !tables.has_other_admin(id) {
            return Err(ChangeAccountError::LastAdmin);
        }
        tables.users.insert(id, changed.after.clone());
        if changed.signs_out() {
            changed.ended = tables.revoke_all(id, None, at);
            changed.ended.extend(tables.delete_api_tokens_of(id));
        }
        Ok(changed)
    }

    async fn replace_password(
        &self,
        id: UserId,
        password_hash: PasswordHash,
        at: Instant,
    ) -> Result<Vec<SessionId>, ChangeAccountError> {
        let tables = &mut self.state()?.identity;
        let user = tables.live_user(id).ok_or(ChangeAccountError::NoSuchUser)?;
        if user.role == Role::Guest {
            return Err(ChangeAccountError::IsGuest);
        }
        tables.password_hashes.insert(id, password_hash);
        Ok(tables.revoke_all(id, None, at))
    }

    async fn count_accounts(&self, now: Instant) -> Result<AccountCounts, StoreError> {
        let tables = &self.state()?.identity;
        let kept = || tables.users.values().filter(|user| !tables.deleted.contains(&user.id));
        let count = |is_counted: &dyn Fn(&User) -> bool| kept().filter(|user| is_counted(user)).count() as u64;
        let can_refresh = tables.refresh_tokens.values().filter(|token| !token.used && token.expires_at > now);
        Ok(AccountCounts {
            admins: count(&|user| user.role == Role::Admin),
            members: count(&|user| user.role == Role::Member),
            guests: count(&|user| user.role == Role::Guest),
            disabled: count(&|user| user.disabled_at.is_some()),
            live_sessions: can_refresh.filter(|token| tables.live_session(token.session_id).is_some()).count() as u64,
        })
    }
}

fn is_wanted(user: &User, filter: &AccountFilter) -> bool {
    let starts = filter.start.as_ref().is_none_or(|start| {
        let email_key = user.email.as_ref().map(Email::key);
        user.username.key().starts_with(&start.username_key)
            || email_key.is_some_and(|key| key.starts_with(&start.email_key))
    });
    let has_role = filter.role.is_none_or(|role| user.role == role);
    starts && has_role && filter.disabled.is_none_or(|disabled| user.disabled_at.is_some() == disabled)
}
