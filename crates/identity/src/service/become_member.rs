use rialto_kernel::{SessionId, StoreError};

use super::IdentityService;
use super::admission::AdmissionError;
use crate::model::{
    DisplayName, Email, GuestUpgrade, Password, Role, SecretToken, SecurityAct, SignedIn, User, Username,
};
use crate::ports::{HashError, UpgradeGuestError};

/// A guest wants to stay: the same user, from now on with a password.
#[derive(Clone, Debug)]
pub struct BecomeMember {
    /// Who asks, as they are now.
    pub guest: User,
    /// On which device; its session goes on.
    pub session_id: SessionId,
    /// The name to be known by.
    pub username: Username,
    /// Where mail reaches them.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// The name people will see; `None` keeps the guest's.
    pub display_name: Option<DisplayName>,
    /// What lets them register where registration is by invitation.
    pub invitation: Option<SecretToken>,
}

/// Why a guest is still a guest.
#[derive(Debug, thiserror::Error)]
pub enum BecomeMemberError {
    /// They may not register.
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    /// Whoever asks has an account already.
    #[error("only a guest can become a member")]
    NotAGuest,
    /// The session ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// Somebody else has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Somebody else has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UpgradeGuestError> for BecomeMemberError {
    fn from(error: UpgradeGuestError) -> Self {
        match error {
            UpgradeGuestError::SessionEnded => Self::SessionEnded,
            UpgradeGuestError::NotAGuest => Self::NotAGuest,
            UpgradeGuestError::UsernameTaken => Self::UsernameTaken,
            UpgradeGuestError::EmailTaken => Self::EmailTaken,
            UpgradeGuestError::InvitationInvalid => AdmissionError::InvitationInvalid.into(),
            UpgradeGuestError::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Makes a guest a member. Id, memberships and messages stay; the session goes on with the next pair of
    /// tokens, and access tokens of it that are out work until they expire.
    ///
    /// # Errors
    /// See [`BecomeMemberError`]; nothing has changed then.
    pub async fn become_member(&self, input: BecomeMember) -> Result<SignedIn, BecomeMemberError> {
        // The store has the last word; this look spares it, and the hasher, what cannot succeed.
        match input.guest.role {
            Role::Guest => {}
            Role::Member | Role::Admin => return Err(BecomeMemberError::NotAGuest),
        }
        let invitation = self.admit_member(input.invitation.as_ref()).await?;
        // Before the store is touched: hashing takes a quarter of a second and must hold no lock.
        let password_hash = self.deps.hasher.hash(input.password).await?;
        let now = self.deps.clock.now();
        let (refresh, refresh_token) = self.new_refresh_token(now);
        let upgrade = GuestUpgrade {
            session_id: input.session_id,
            username: input.username,
            email: input.email,
            display_name: input.display_name,
            password_hash,
            refresh_token,
            invitation,
            at: now,
        };
        let (session, user) = self.deps.store.upgrade_guest(upgrade).await?;
        self.deps.log.record(session.entry(SecurityAct::Upgraded, now)).await;
        Ok(self.finish_sign_in(user, session, refresh, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Registration, RegistrationPolicy, SecretDigest};
    use crate::service::fixtures::{Mocks, email, password, session, user, username};

    fn become_member() -> BecomeMember {
        BecomeMember {
            guest: User { role: Role::Guest, email: None, ..user() },
            session_id: session().id,
            username: username("ann"),
            email: email("ann@example.org"),
            password: password(),
            display_name: None,
            invitation: None,
        }
    }

    #[tokio::test]
    async fn a_guest_becomes_a_member_and_their_session_goes_on() {
        let mut mocks = Mocks::default();
        mocks.store.expect_upgrade_guest().once().returning(|upgrade| {
            assert_eq!((upgrade.session_id, upgrade.display_name), (session().id, None));
            assert_eq!(upgrade.password_hash.as_str(), "hash");
            Ok((session(), user()))
        });
        mocks.listener.expect_signed_in().once().returning(|_| Ok(()));
        let signed_in = mocks.service().become_member(become_member()).await.unwrap();
        assert_eq!((signed_in.session, signed_in.user.role), (session(), Role::Member));
        assert_eq!(signed_in.tokens.refresh.reveal(), "refresh");
    }

    #[tokio::test]
    async fn a_member_is_refused_before_a_password_is_hashed() {
        let mut mocks = Mocks::with_busy_hasher();
        mocks.store.expect_upgrade_guest().never();
        let refusal = mocks.service().become_member(BecomeMember { guest: user(), ..become_member() }).await;
        assert!(matches!(refusal, Err(BecomeMemberError::NotAGuest)));
    }

    #[tokio::test]
    async fn a_taken_name_is_refused_and_nobody_is_told() {
        let mut mocks = Mocks::default();
        mocks.store.expect_upgrade_guest().returning(|_| Err(UpgradeGuestError::UsernameTaken));
        mocks.listener.expect_signed_in().never();
        let refusal = mocks.service().become_member(become_member()).await;
        assert!(matches!(refusal, Err(BecomeMemberError::UsernameTaken)));
    }

    #[tokio::test]
    async fn a_busy_hasher_changes_nothing() {
        let mut mocks = Mocks::with_busy_hasher();
        mocks.store.expect_upgrade_guest().never();
        let refusal = mocks.service().become_member(become_member()).await;
        assert!(matches!(refusal, Err(BecomeMemberError::Hash(HashError::Busy))));
    }

    #[tokio::test]
    async fn a_guest_needs_what_everybody_needs_to_register() {
        let policy = RegistrationPolicy { members: Registration::Invitation, guests: true };
        let mocks = Mocks { policy, ..Mocks::with_busy_hasher() };
        let refusal = mocks.service().become_member(become_member()).await;
        assert!(matches!(refusal, Err(BecomeMemberError::Admission(AdmissionError::InvitationRequired))));

        let mut mocks = Mocks { policy, ..Mocks::default() };
        mocks.invitations.expect_is_invited().returning(|_, _| Ok(true));
        mocks.store.expect_upgrade_guest().returning(|upgrade| {
            assert_eq!(upgrade.invitation, Some(SecretDigest([9; 32])));
            Err(UpgradeGuestError::InvitationInvalid)
        });
        let invited = BecomeMember { invitation: Some(SecretToken::new("secret".into())), ..become_member() };
        let refusal = mocks.service().become_member(invited).await;
        assert!(matches!(refusal, Err(BecomeMemberError::Admission(AdmissionError::InvitationInvalid))));
    }
}
