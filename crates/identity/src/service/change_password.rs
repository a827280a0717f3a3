use std::time::Duration;

use rialto_kernel::{SessionId, StoreError};

use super::IdentityService;
use super::try_password::{PasswordTrial, TryPasswordError};
use crate::model::{Device, Password, PasswordChange, SecurityAct, SecurityEntry, User};
use crate::ports::{ChangePasswordStoreError, HashError};

/// So often a change begins anew because the hash changed under it. A sign-in may put a fresh hash of the same
/// password in its place; nobody does so many times.
const ATTEMPTS: usize = 3;

/// Somebody who is signed in wants another password.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// Who asks, as they are now.
    pub user: User,
    /// On which device; its session goes on.
    pub session_id: SessionId,
    /// The password they claim to have.
    pub current: Password,
    /// The one they want; it may be the same.
    pub new: Password,
    /// What they ask from.
    pub device: Device,
}

/// Why the password is what it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is another.
    #[error("the current password is wrong")]
    WrongPassword,
    /// Too many were wrong.
    #[error("too many wrong passwords; wait before the next try")]
    Throttled {
        /// For so long.
        retry_after: Duration,
    },
    /// A guest has none.
    #[error("a guest has no password: become a member first")]
    NoPassword,
    /// The session ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TryPasswordError> for ChangePasswordError {
    fn from(error: TryPasswordError) -> Self {
        match error {
            TryPasswordError::Throttled { retry_after } => Self::Throttled { retry_after },
            TryPasswordError::Hash(error) => Self::Hash(error),
            TryPasswordError::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Changes a password and ends every other session of the user.
    ///
    /// # Errors
    /// See [`ChangePasswordError`]; nothing has changed then.
    pub async fn change_password(&self, input: ChangePassword) -> Result<(), ChangePasswordError> {
        let user_id = input.user.id;
        let mut new_hash = None;
        for _ in 0..ATTEMPTS {
            let found = self.deps.passwords.find_password_hash(user_id).await?;
            let from = found.ok_or(ChangePasswordError::NoPassword)?;
            let trial = PasswordTrial::own(user_id, input.current.clone(), from.clone(), &input.device);
            if !self.try_password(trial).await? {
                self.note_wrong_password(&input).await;
                return Err(ChangePasswordError::WrongPassword);
            }
            // Hashed once, and before the store is touched: it takes a quarter of a second.
            let to = match &new_hash {
                Some(hash) => hash,
                None => new_hash.insert(self.deps.hasher.hash(input.new.clone()).await?),
            };
            let (to, at) = (to.clone(), self.deps.clock.now());
            let change = PasswordChange { user_id, from, to, session_id: input.session_id, at };
            match self.deps.passwords.change_password(change).await {
                Ok(ended) => {
                    self.deps.listener.sessions_ended(&ended).await;
                    self.deps.log.record(entry(&input, SecurityAct::PasswordChanged, at)).await;
                    return Ok(());
                }
                Err(ChangePasswordStoreError::Outdated) => {}
                Err(ChangePasswordStoreError::SessionEnded) => return Err(ChangePasswordError::SessionEnded),
                Err(ChangePasswordStoreError::Store(error)) => return Err(error.into()),
            }
        }
        Err(ChangePasswordError::WrongPassword)
    }

    async fn note_wrong_password(&self, input: &ChangePassword) {
        self.deps.log.record(entry(input, SecurityAct::LogInFailed, self.deps.clock.now())).await;
    }
}

fn entry(input: &ChangePassword, act: SecurityAct, at: rialto_kernel::Instant) -> SecurityEntry {
    SecurityEntry { session_id: Some(input.session_id), ..SecurityEntry::own(at, act, input.user.id) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{PasswordHash, Role};
    use crate::service::fixtures::{Mocks, password, session, user};

    fn change() -> ChangePassword {
        ChangePassword {
            user: user(),
            session_id: session().id,
            current: password(),
            new: Password::parse("battery staple").unwrap(),
            device: Device::default(),
        }
    }

    fn knowing(verified: bool) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.passwords.expect_find_password_hash().returning(|_| Ok(Some(PasswordHash::new("old".into()))));
        mocks.hasher.expect_verify().returning(move |_, _| Ok(verified));
        mocks
    }

    #[tokio::test]
    async fn a_change_ends_the_other_sessions_and_closes_what_is_open_in_them() {
        let mut mocks = knowing(true);
        let other = SessionId::from(Uuid::from_u128(9));
        mocks.passwords.expect_change_password().once().returning(move |change| {
            assert_eq!((change.from.as_str(), change.to.as_str()), ("old", "hash"));
            assert_eq!((change.user_id, change.session_id), (user().id, session().id));
            Ok(vec![other])
        });
        mocks.listener.expect_sessions_ended().withf(move |ended| ended == [other]).once().return_const(());
        mocks.log.expect_record().withf(|entry| entry.act == SecurityAct::PasswordChanged).once().return_const(());
        mocks.service().change_password(change()).await.unwrap();
    }

    #[tokio::test]
    async fn a_wrong_password_changes_nothing_and_is_noted() {
        let mut mocks = knowing(false);
        mocks.passwords.expect_change_password().never();
        mocks.log.expect_record().withf(|entry| entry.act == SecurityAct::LogInFailed).once().return_const(());
        let refusal = mocks.service().change_password(change()).await;
        assert!(matches!(refusal, Err(ChangePasswordError::WrongPassword)));
    }

    #[tokio::test]
    async fn a_guest_has_no_password_to_change() {
        let mut mocks = Mocks::default();
        mocks.passwords.expect_find_password_hash().returning(|_| Ok(None));
        let guest = ChangePassword { user: User { role: Role::Guest, ..user() }, ..change() };
        assert!(matches!(mocks.service().change_password(guest).await, Err(ChangePasswordError::NoPassword)));
    }

    #[tokio::test]
    async fn a_fresh_hash_of_the_same_password_does_not_stop_a_change() {
        let mut mocks = knowing(true);
        let mut first = true;
        mocks.passwords.expect_change_password().times(2).returning(move |_| {
            if std::mem::take(&mut first) { Err(ChangePasswordStoreError::Outdated) } else { Ok(Vec::new()) }
        });
        mocks.listener.expect_sessions_ended().return_const(());
        mocks.service().change_password(change()).await.unwrap();
    }
}
