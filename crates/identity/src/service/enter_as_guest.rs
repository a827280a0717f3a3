use super::IdentityService;
use super::register::RegisterError;
use crate::model::{Device, DisplayName, Role, SignedIn, User, Username};

/// A visitor gives a name and comes in.
#[derive(Clone, Debug)]
pub struct EnterAsGuest {
    /// The name people will see; need not be unique.
    pub name: DisplayName,
    /// What they come in with.
    pub device: Device,
}

impl IdentityService {
    /// Makes an account without a password and signs it in.
    ///
    /// # Errors
    /// See [`RegisterError`]; nothing is stored then.
    pub async fn enter_as_guest(&self, input: EnterAsGuest) -> Result<SignedIn, RegisterError> {
        self.admit_guest()?;
        let now = self.deps.clock.now();
        let user = User::new(self.deps.ids.next(), self.guest_username(), None, Role::Guest, now);
        let user = User { display_name: input.name, ..user };
        self.open_account(user, None, None, input.device, now).await
    }

    /// `guest-` and the random half of a fresh UUID: never taken in practice, and refused by the store
    /// like any other name if it is.
    fn guest_username(&self) -> Username {
        let (_, random) = self.deps.ids.uuid().as_u64_pair();
        Username::guest(random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Registration, RegistrationPolicy};
    use crate::service::AdmissionError;
    use crate::service::fixtures::Mocks;

    #[tokio::test]
    async fn a_guest_has_a_name_but_no_password() {
        let mut mocks = Mocks::default();
        mocks.store.expect_insert_account().once().returning(|account| {
            assert_eq!(account.user.role, Role::Guest);
            assert_eq!(account.password_hash, None);
            assert!(account.user.username.as_str().starts_with("guest-"));
            Ok(())
        });
        mocks.listener.expect_signed_in().returning(|_| Ok(()));
        let name = DisplayName::parse("Ann").unwrap();
        let input = EnterAsGuest { name, device: Device::default() };
        assert_eq!(mocks.service().enter_as_guest(input).await.unwrap().user.display_name.as_str(), "Ann");
    }

    #[tokio::test]
    async fn where_guests_are_not_let_in_nothing_is_stored() {
        let policy = RegistrationPolicy { members: Registration::Open, guests: false };
        let input = EnterAsGuest { name: DisplayName::parse("Ann").unwrap(), device: Device::default() };
        let refusal = Mocks { policy, ..Mocks::default() }.service().enter_as_guest(input).await;
        assert!(matches!(refusal, Err(RegisterError::Admission(AdmissionError::NoGuests))));
    }
}
