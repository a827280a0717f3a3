use rialto_kernel::StoreError;

use super::IdentityService;
use crate::model::{AccountDeletion, DisplayName, Login, Password, Role, SecurityAct, SecurityEntry, User, Username};
use crate::ports::{DeleteAccountRefusal, HashError};

/// A user takes their account away.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// Who.
    pub user: User,
    /// What proves once more that it is them; guests have none.
    pub password: Option<Password>,
    /// Whether what they said goes too.
    pub erase_messages: bool,
}

/// Why an account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// Not the password of the account, or none.
    #[error("the password is wrong")]
    WrongPassword,
    /// It is gone already.
    #[error("there is no such user")]
    UnknownUser,
    /// Somebody must run the server.
    #[error("you are the last admin: make somebody else an admin first")]
    LastAdmin,
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DeleteAccountRefusal> for DeleteAccountError {
    fn from(refusal: DeleteAccountRefusal) -> Self {
        match refusal {
            DeleteAccountRefusal::UnknownUser => Self::UnknownUser,
            DeleteAccountRefusal::LastAdmin => Self::LastAdmin,
            DeleteAccountRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Deletes an account. When this returns, nobody signs in to it and its sockets are closed; the rest of the server
    /// follows, whatever happens to this process.
    ///
    /// # Errors
    /// See [`DeleteAccountError`]; the account is as it was then.
    pub async fn delete_account(&self, input: DeleteAccount) -> Result<(), DeleteAccountError> {
        let user_id = input.user.id;
        self.prove(&input.user, input.password).await?;
        let at = self.deps.clock.now();
        let (_, random) = self.deps.ids.uuid().as_u64_pair();
        let deletion = AccountDeletion {
            user_id,
            username: Username::deleted(random),
            display_name: DisplayName::of_deleted(),
            erase_messages: input.erase_messages,
            at,
        };
        let ended = self.deps.deletions.delete_account(deletion).await?;
        self.deps.listener.sessions_ended(&ended).await;
        self.deps.listener.account_deleted(user_id).await;
        let detail = if input.erase_messages { "messages: delete" } else { "messages: keep" };
        let entry = SecurityEntry::own(at, SecurityAct::AccountDeleted, user_id);
        self.deps.log.record(SecurityEntry { detail: detail.to_owned(), ..entry }).await;
        Ok(())
    }

    async fn prove(&self, user: &User, password: Option<Password>) -> Result<(), DeleteAccountError> {
        match user.role {
            Role::Guest => return Ok(()),
            Role::Member | Role::Admin => {}
        }
        let password = password.ok_or(DeleteAccountError::WrongPassword)?;
        let found = self.deps.store.find_credentials(&Login::Username(user.username.clone())).await?;
        let (_, hash) = found.filter(|(found, _)| found.id == user.id).ok_or(DeleteAccountError::UnknownUser)?;
        if self.deps.hasher.verify(password, hash).await? { Ok(()) } else { Err(DeleteAccountError::WrongPassword) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PasswordHash;
    use crate::service::fixtures::{Mocks, password, session, user};

    fn delete() -> DeleteAccount {
        DeleteAccount { user: user(), password: Some(password()), erase_messages: true }
    }

    fn knowing(right: bool) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("hash".into())))));
        mocks.hasher.expect_verify().returning(move |_, _| Ok(right));
        mocks
    }

    #[tokio::test]
    async fn the_account_is_gone_before_anybody_is_told() {
        let mut mocks = knowing(true);
        let mut order = mockall::Sequence::new();
        let delete_it = mocks.deletions.expect_delete_account().once().in_sequence(&mut order);
        delete_it.returning(|deletion| {
            assert!(deletion.username.as_str().starts_with("deleted-"));
            assert_eq!((deletion.display_name.as_str(), deletion.erase_messages), ("Deleted user", true));
            Ok(vec![session().id])
        });
        let sockets = mocks.listener.expect_sessions_ended().once().in_sequence(&mut order);
        sockets.withf(|ended| ended == [session().id]).return_const(());
        mocks.listener.expect_account_deleted().once().in_sequence(&mut order).return_const(());
        let log = mocks.log.expect_record().once().in_sequence(&mut order);
        log.withf(|entry| entry.act == SecurityAct::AccountDeleted).return_const(());
        mocks.service().delete_account(delete()).await.unwrap();
    }

    #[tokio::test]
    async fn a_wrong_password_or_none_deletes_nothing() {
        for password in [Some(password()), None] {
            let mut mocks = knowing(false);
            mocks.deletions.expect_delete_account().never();
            let refusal = mocks.service().delete_account(DeleteAccount { password, ..delete() }).await;
            assert!(matches!(refusal, Err(DeleteAccountError::WrongPassword)));
        }
    }

    #[tokio::test]
    async fn a_guest_has_no_password_to_give() {
        let mut mocks = Mocks::default();
        mocks.deletions.expect_delete_account().once().returning(|_| Ok(Vec::new()));
        mocks.listener.expect_sessions_ended().return_const(());
        mocks.listener.expect_account_deleted().return_const(());
        let guest = User { role: Role::Guest, ..user() };
        mocks.service().delete_account(DeleteAccount { user: guest, password: None, ..delete() }).await.unwrap();
    }

    #[tokio::test]
    async fn the_last_admin_stays() {
        let mut mocks = knowing(true);
        mocks.deletions.expect_delete_account().returning(|_| Err(DeleteAccountRefusal::LastAdmin));
        mocks.listener.expect_account_deleted().never();
        let refusal = mocks.service().delete_account(delete()).await;
        assert!(matches!(refusal, Err(DeleteAccountError::LastAdmin)));
    }
}
