use async_trait::async_trait;
use futures_util::FutureExt;
use rialto_identity::{
    ChangeLoginRefusal, GuestUpgrade, IdentityStore, InsertAccountError, Login, LoginChange, MemberPage, NewAccount,
    NewRefreshToken, PasswordHash, Redeemed, Redemption, Session, Sought, UpgradeGuestError, User,
};
use rialto_kernel::{Cursor, Instant, Page, PageLimit, SessionId, StoreError, UserId};

use super::{accounts, directory, members, redemptions, sessions, upgrades};
use crate::pool::PgDatabase;

/// Keeps accounts and sessions in PostgreSQL.
#[derive(Clone, Debug)]
pub struct PgIdentityStore {
    pub(super) database: PgDatabase,
}

impl PgIdentityStore {
    /// A store over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}

#[async_trait]
impl IdentityStore for PgIdentityStore {
    async fn insert_account(&self, account: NewAccount) -> Result<(), InsertAccountError> {
        self.database.write(move |conn| accounts::insert(conn, account).boxed()).await
    }

    async fn upgrade_guest(&self, upgrade: GuestUpgrade) -> Result<(Session, User), UpgradeGuestError> {
        self.database.write(move |conn| upgrades::upgrade(conn, upgrade).boxed()).await
    }

    async fn find_credentials(&self, login: &Login) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(accounts::find_credentials(&conn, login).await?)
    }

    async fn insert_session(&self, session: Session, refresh_token: NewRefreshToken) -> Result<(), StoreError> {
        self.database.write(move |conn| sessions::insert(conn, session, refresh_token).boxed()).await
    }

    async fn redeem_refresh_token(&self, redemption: Redemption) -> Result<Redeemed, StoreError> {
        self.database.write(move |conn| redemptions::redeem(conn, redemption).boxed()).await
    }

    async fn find_live_session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(sessions::find_live(&conn, id).await?)
    }

    async fn revoke_session(&self, id: SessionId, at: Instant) -> Result<bool, StoreError> {
        self.database.write(move |conn| sessions::revoke(conn, id, at).boxed()).await
    }

    async fn revoke_sessions_of(&self, user_id: UserId, at: Instant) -> Result<Vec<SessionId>, StoreError> {
        self.database.write(move |conn| sessions::revoke_all_of(conn, user_id, at).boxed()).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(accounts::find(&conn, id).await?)
    }

    async fn list_users(
        &self,
        sought: &Sought,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<User>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(directory::list(&conn, sought, after, limit).await?)
    }
    async fn list_members(&self, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreError> {
        self.database.read(move |conn| members::list(conn, skipped, limit).boxed()).await
    }

    async fn find_member(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let conn = self.database.connection().await?;
        Ok(members::find(&conn, id).await?)
    }

    async fn change_login(&self, id: UserId, change: LoginChange) -> Result<User, ChangeLoginRefusal> {
        self.database.write(move |conn| members::change_login(conn, id, change).boxed()).await
    }
}
