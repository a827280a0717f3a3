use super::IdentityService;
use crate::model::{DisplayName, Email, LoginChange, Role, SecurityAct, SecurityEntry, User, Username};
use crate::ports::ChangeLoginRefusal;

/// A user wants to go by other names.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The name people see.
    pub display_name: DisplayName,
    /// The unique name.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
}

/// Why a user keeps their names.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// A guest becomes a member by registering, not by a name.
    #[error("guests cannot have a username or an e-mail address of their own; register first")]
    GuestRefused,
    /// The account was deleted meanwhile, or others have the names.
    #[error(transparent)]
    Change(#[from] ChangeLoginRefusal),
}

impl IdentityService {
    /// Gives a member other names, on the word of a service for whose tokens the server was set up; the user as they are then.
    ///
    /// # Errors
    /// See [`RenameError`]; nothing has changed then.
    pub async fn rename(&self, user: &User, input: Rename) -> Result<User, RenameError> {
        if user.role == Role::Guest {
            return Err(RenameError::GuestRefused);
        }
        let Rename { display_name, username, email } = input;
        let signs_in_differently = username != user.username || Some(&email) != user.email.as_ref();
        let change = LoginChange { display_name: Some(display_name), username: Some(username), email: Some(email) };
        let renamed = self.deps.store.change_login(user.id, change).await?;
        if signs_in_differently {
            let entry = SecurityEntry::own(self.deps.clock.now(), SecurityAct::LoginChanged, user.id);
            self.deps.log.record(entry).await;
        }
        Ok(renamed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, email, user, username};

    fn rename() -> Rename {
        let (display_name, username) = (DisplayName::parse("Ann Lee").unwrap(), username("annlee"));
        Rename { display_name, username, email: email("lee@example.org") }
    }

    #[tokio::test]
    async fn that_somebody_signs_in_by_another_name_is_written_down() {
        let mut mocks = Mocks::default();
        mocks.store.expect_change_login().once().returning(|_, _| Ok(user()));
        let told = |entry: &SecurityEntry| entry.act == SecurityAct::LoginChanged;
        mocks.log.expect_record().withf(told).once().return_const(());
        assert!(mocks.service().rename(&user(), rename()).await.is_ok());
    }

    #[tokio::test]
    async fn a_guest_stays_a_guest() {
        let mut mocks = Mocks::default();
        mocks.store.expect_change_login().never();
        let guest = User { role: Role::Guest, ..user() };
        let refusal = mocks.service().rename(&guest, rename()).await;
        assert!(matches!(refusal, Err(RenameError::GuestRefused)));
    }
}
