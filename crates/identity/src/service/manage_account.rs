//! What a user, or an admin in their place, does with an account on the word of a session alone, where another way in asks
//! for no password.

use rialto_kernel::{PageLimit, SessionId, StoreError, UserId};

use super::IdentityService;
use crate::model::{
    AccountDeletion, DisplayName, Email, LoginChange, MemberPage, SecurityAct, SecurityEntry, User, Username,
};
use crate::ports::{ChangeLoginRefusal, DeleteAccountRefusal};

/// Who asks, by which session.
#[derive(Clone, Debug)]
pub struct AccountManager {
    /// As they are now.
    pub user: User,
    /// Their session.
    pub session_id: SessionId,
    /// Where they ask from.
    pub address: Option<String>,
}

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ManageAccountError {
    /// It is somebody else's.
    #[error("only the user or an admin may do this")]
    NotAllowed,
    /// There is no such account.
    #[error("there is no such user")]
    UnknownUser,
    /// Somebody else has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody else has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Somebody must run the server.
    #[error("this is the last admin: make somebody else an admin first")]
    LastAdmin,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ChangeLoginRefusal> for ManageAccountError {
    fn from(refusal: ChangeLoginRefusal) -> Self {
        match refusal {
            ChangeLoginRefusal::UnknownUser => Self::UnknownUser,
            ChangeLoginRefusal::UsernameTaken => Self::UsernameTaken,
            ChangeLoginRefusal::EmailTaken => Self::EmailTaken,
            ChangeLoginRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl From<DeleteAccountRefusal> for ManageAccountError {
    fn from(refusal: DeleteAccountRefusal) -> Self {
        match refusal {
            DeleteAccountRefusal::UnknownUser => Self::UnknownUser,
            DeleteAccountRefusal::LastAdmin => Self::LastAdmin,
            DeleteAccountRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl AccountManager {
    fn may_manage(&self, id: UserId) -> bool {
        self.user.id == id || self.user.runs_the_server()
    }

    fn entry(&self, at: rialto_kernel::Instant, act: SecurityAct, id: UserId, detail: &str) -> SecurityEntry {
        SecurityEntry {
            at,
            act,
            actor: Some(self.user.id),
            user_id: Some(id),
            session_id: Some(self.session_id),
            address: self.address.clone(),
            detail: detail.to_owned(),
        }
    }
}

impl IdentityService {
    /// Somebody who has an account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_member(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.deps.store.find_member(id).await
    }

    /// Those who have an account, the oldest first, without the first `skipped`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_members(&self, skipped: u64, limit: PageLimit) -> Result<MemberPage, StoreError> {
        self.deps.store.list_members(skipped, limit).await
    }

    /// Gives an account another name or address.
    ///
    /// # Errors
    /// See [`ManageAccountError`]; nothing has changed then.
    pub async fn change_login(
        &self,
        by: &AccountManager,
        id: UserId,
        username: Option<Username>,
        email: Option<Email>,
    ) -> Result<User, ManageAccountError> {
        let user = self.find_member(id).await?.ok_or(ManageAccountError::UnknownUser)?;
        if !by.may_manage(id) {
            return Err(ManageAccountError::NotAllowed);
        }
        let detail = match (&username, &email) {
            (None, None) => return Ok(user),
            (Some(_), None) => "username",
            (None, Some(_)) => "email",
            (Some(_), Some(_)) => "username, email",
        };
        let changed = self.deps.store.change_login(id, LoginChange::of(&user, username, email)).await?;
        let at = self.deps.clock.now();
        self.deps.log.record(by.entry(at, SecurityAct::LoginChanged, id, detail)).await;
        Ok(changed)
    }

    /// Deletes an account; what its user said stays. When this returns, nobody signs in to it and its sockets are closed.
    ///
    /// # Errors
    /// See [`ManageAccountError`]; the account is as it was then.
    pub async fn delete_account_by(&self, by: &AccountManager, id: UserId) -> Result<(), ManageAccountError> {
        self.find_member(id).await?.ok_or(ManageAccountError::UnknownUser)?;
        if !by.may_manage(id) {
            return Err(ManageAccountError::NotAllowed);
        }
        self.remove_account(id, false, |at, detail| by.entry(at, SecurityAct::AccountDeleted, id, detail)).await?;
        Ok(())
    }

    /// Takes an account away, and tells whoever follows.
    pub(super) async fn remove_account(
        &self,
        user_id: UserId,
        erase_messages: bool,
        entry: impl FnOnce(rialto_kernel::Instant, &str) -> SecurityEntry,
    ) -> Result<(), DeleteAccountRefusal> {
        let at = self.deps.clock.now();
        let (_, random) = self.deps.ids.uuid().as_u64_pair();
        let (username, display_name) = (Username::deleted(random), DisplayName::of_deleted());
        let deletion = AccountDeletion { user_id, username, display_name, erase_messages, at };
        let ended = self.deps.deletions.delete_account(deletion).await?;
        self.deps.listener.sessions_ended(&ended).await;
        self.deps.listener.account_deleted(user_id).await;
        let detail = if erase_messages { "messages: delete" } else { "messages: keep" };
        self.deps.log.record(entry(at, detail)).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;
    use crate::service::fixtures::{Mocks, email, session, user, username};

    fn other() -> User {
        User { id: UserId::from(uuid::Uuid::from_u128(77)), ..user() }
    }

    fn asked_by(user: User) -> AccountManager {
        AccountManager { user, session_id: session().id, address: None }
    }

    fn knowing_ann() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(|_| Ok(Some(user())));
        mocks
    }

    #[tokio::test]
    async fn nobody_but_the_user_and_admins_changes_or_deletes_an_account() {
        let mut mocks = knowing_ann();
        mocks.store.expect_change_login().never();
        mocks.deletions.expect_delete_account().never();
        let (service, stranger) = (mocks.service(), asked_by(other()));
        let refusal = service.change_login(&stranger, user().id, Some(username("eve")), None).await;
        assert!(matches!(refusal, Err(ManageAccountError::NotAllowed)));
        let refusal = service.delete_account_by(&stranger, user().id).await;
        assert!(matches!(refusal, Err(ManageAccountError::NotAllowed)));
    }

    #[tokio::test]
    async fn whoever_shows_their_username_shows_the_new_one() {
        for (shown, wanted) in [(DisplayName::from(&user().username), true), (DisplayName::of_deleted(), false)] {
            let mut mocks = Mocks::default();
            let ann = User { display_name: shown, ..user() };
            mocks.store.expect_find_member().returning(move |_| Ok(Some(ann.clone())));
            mocks.store.expect_change_login().once().returning(move |_, change| {
                assert_eq!(change.display_name.is_some(), wanted);
                Ok(user())
            });
            let service = mocks.service();
            service.change_login(&asked_by(user()), user().id, Some(username("anna")), None).await.unwrap();
        }
    }

    #[tokio::test]
    async fn an_admin_changes_and_deletes_the_account_of_another_in_their_own_name() {
        let mut mocks = knowing_ann();
        mocks.store.expect_change_login().once().returning(|_, _| Ok(user()));
        mocks.deletions.expect_delete_account().once().returning(|_| Ok(Vec::new()));
        mocks.listener.expect_sessions_ended().return_const(());
        mocks.listener.expect_account_deleted().once().return_const(());
        let root = asked_by(User { role: Role::Admin, ..other() });
        let written = mocks.log.expect_record().times(2);
        written.withf(|entry| entry.actor == Some(other().id) && entry.user_id == Some(user().id)).return_const(());
        let service = mocks.service();
        service.change_login(&root, user().id, None, Some(email("new@example.org"))).await.unwrap();
        service.delete_account_by(&root, user().id).await.unwrap();
    }

    #[tokio::test]
    async fn what_changes_nothing_is_not_written_down() {
        let mut mocks = knowing_ann();
        mocks.store.expect_change_login().never();
        mocks.log.expect_record().never();
        assert_eq!(mocks.service().change_login(&asked_by(user()), user().id, None, None).await.unwrap(), user());
    }
}
