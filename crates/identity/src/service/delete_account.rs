use std::time::Duration;

use rialto_kernel::{Instant, SessionId, StoreError};

use super::IdentityService;
use super::try_password::{PasswordTrial, TryPasswordError};
use crate::model::{Device, Password, Role, SecurityAct, SecurityEntry, User};
use crate::ports::{DeleteAccountRefusal, HashError};

/// A user takes their account away.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// Who.
    pub user: User,
    /// In which session.
    pub session_id: SessionId,
    /// What proves once more that it is them; guests have none.
    pub password: Option<Password>,
    /// What they ask from.
    pub device: Device,
    /// Whether what they said goes too.
    pub erase_messages: bool,
}

/// Why an account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// Not the password of the account, or none.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too many were wrong.
    #[error("too many wrong passwords; wait before the next try")]
    Throttled {
        /// For so long.
        retry_after: Duration,
    },
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

impl From<TryPasswordError> for DeleteAccountError {
    fn from(error: TryPasswordError) -> Self {
        match error {
            TryPasswordError::Throttled { retry_after } => Self::Throttled { retry_after },
            TryPasswordError::Hash(error) => Self::Hash(error),
            TryPasswordError::Store(error) => Self::Store(error),
        }
    }
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
        self.prove(&input).await?;
        let written = |at, detail: &str| SecurityEntry {
            detail: detail.to_owned(),
            ..entry(&input, SecurityAct::AccountDeleted, at)
        };
        self.remove_account(input.user.id, input.erase_messages, written).await?;
        Ok(())
    }

    async fn prove(&self, input: &DeleteAccount) -> Result<(), DeleteAccountError> {
        match input.user.role {
            Role::Guest => return Ok(()),
            Role::Member | Role::Admin => {}
        }
        let password = input.password.clone().ok_or(DeleteAccountError::WrongPassword)?;
        let hash = self.deps.passwords.find_password_hash(input.user.id).await?;
        let hash = hash.ok_or(DeleteAccountError::UnknownUser)?;
        if self.try_password(PasswordTrial::own(input.user.id, password, hash, &input.device)).await? {
            return Ok(());
        }
        self.deps.log.record(entry(input, SecurityAct::LogInFailed, self.deps.clock.now())).await;
        Err(DeleteAccountError::WrongPassword)
    }
}

fn entry(input: &DeleteAccount, act: SecurityAct, at: Instant) -> SecurityEntry {
    SecurityEntry { session_id: Some(input.session_id), ..SecurityEntry::own(at, act, input.user.id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PasswordHash;
    use crate::ports::Begun;
    use crate::service::fixtures::{Mocks, password, session, user};

    fn delete() -> DeleteAccount {
        DeleteAccount {
            user: user(),
            session_id: session().id,
            password: Some(password()),
            device: Device::default(),
            erase_messages: true,
        }
    }

    fn knowing(right: bool) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.passwords.expect_find_password_hash().returning(|_| Ok(Some(PasswordHash::new("hash".into()))));
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
    async fn whoever_was_wrong_too_often_waits() {
        let mut mocks = knowing(true);
        let retry_after = Duration::from_secs(4);
        mocks.attempts.expect_begin().returning(move |_, _| Ok(Begun::Throttled { retry_after }));
        mocks.deletions.expect_delete_account().never();
        let refusal = mocks.service().delete_account(delete()).await;
        assert!(matches!(refusal, Err(DeleteAccountError::Throttled { .. })));
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
