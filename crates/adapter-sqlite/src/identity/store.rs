//! The port, act by act.

use async_trait::async_trait;
use rialto_identity::{
    ChangeLoginRefusal, GuestUpgrade, IdentityStore, InsertAccountError, Login, LoginChange, MemberPage, NewAccount,
    NewRefreshToken, PasswordHash, Redeemed, Redemption, Session, Sought, UpgradeGuestError, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::{accounts, directory, members, redemptions, sessions, upgrades};
use crate::database::SqliteDatabase;

/// [`IdentityStore`] in SQLite, and the other stores of the domain.
#[derive(Clone)]
pub struct SqliteIdentityStore {
    pub(super) database: SqliteDatabase,
}

impl SqliteIdentityStore {
    /// A store in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl IdentityStore for SqliteIdentityStore {
    async fn insert_account(&self, account: NewAccount) -> Result<(), InsertAccountError> {
        self.database.write(move |c| accounts::insert_account(c, account)).await
    }

    async fn upgrade_guest(&self, upgrade: GuestUpgrade) -> Result<(Session, User), UpgradeGuestError> {
        self.database.write(move |c| upgrades::upgrade_guest(c, &upgrade)).await
    }

    async fn find_credentials(&self, login: &Login) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let login = login.clone();
        self.database.read(move |c| accounts::find_credentials(c, &login)).await
    }

    async fn insert_session(&self, session: Session, refresh_token: NewRefreshToken) -> Result<(), StoreError> {
        self.database.write(move |c| sessions::insert_session(c, session, &refresh_token)).await
    }

    async fn redeem_refresh_token(&self, redemption: Redemption) -> Result<Redeemed, StoreError> {
        self.database.write(move |c| redemptions::redeem(c, redemption)).await
    }

    async fn find_live_session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError> {
        self.database.read(move |c| sessions::find_live_session(c, id)).await
    }

    async fn revoke_session(&self, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |c| sessions::revoke_session(c, id, at)).await
    }

    async fn revoke_sessions_of(&self, user_id: UserId, at: Instant) -> Result<Vec<SessionId>, StoreError> {
        self.database.write(move |c| sessions::revoke_sessions_of(c, user_id, at)).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.database.read(move |c| accounts::find_user(c, id)).await
    }

    async fn list_users(
        &self,
        sought: &Sought,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        let sought = sought.clone();
        self.database.read(move |c| directory::list_users(c, &sought, after.as_ref(), limit)).await
    }
    async fn list_members(&self, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreError> {
        self.database.read(move |c| members::list_members(c, skipped, limit)).await
    }

    async fn find_member(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.database.read(move |c| members::find_member(c, id)).await
    }

    async fn change_login(&self, id: UserId, change: LoginChange) -> Result<User, ChangeLoginRefusal> {
        self.database.write(move |c| members::change_login(c, id, &change)).await
    }
}
