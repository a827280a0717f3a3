use rialto_kernel::StoreError;

use super::{IdentityService, delta, letters};
use crate::model::{Email, Login, NewReset, Password, ResetToken, SecurityAct, SecurityEntry};
use crate::ports::{HashError, MailError};

/// Somebody sets a password anew, with the token of a mail.
#[derive(Clone, Debug)]
pub struct ResetPassword {
    /// The token they have.
    pub token: ResetToken,
    /// The password they want.
    pub new_password: Password,
    /// The network address they come from.
    pub address: Option<String>,
}

/// Why the password is what it was.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The token is unknown, used or too old: the answer does not tell which.
    #[error("this link does not work any more: ask for another one")]
    InvalidToken,
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no mail was sent.
#[derive(Debug, thiserror::Error)]
enum SendResetError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl IdentityService {
    /// Has a mail sent that sets the password of the account of an address anew, if there is one. Returns before
    /// anything is looked up, so that neither the answer nor its time tells whether there is.
    pub fn ask_password_reset(&self, email: Email, address: Option<String>) {
        let this = self.clone();
        self.deps.errands.run(Box::pin(async move { Ok(this.send_reset(email, address).await?) }));
    }

    async fn send_reset(&self, typed: Email, address: Option<String>) -> Result<(), SendResetError> {
        let Some((user, _)) = self.deps.store.find_credentials(&Login::Email(typed)).await? else { return Ok(()) };
        // To the address of the account and not to the one that was typed, which may be another in a mail server's
        // eyes.
        let Some(email) = user.email.clone() else { return Ok(()) };
        let now = self.deps.clock.now();
        let token = self.deps.tokens.fresh_reset_token();
        let reset = NewReset {
            digest: self.deps.tokens.reset_digest(token.reveal()),
            user_id: user.id,
            email: email.clone(),
            at: now,
            expires_at: now + delta(self.deps.resets.lifetime),
        };
        if !self.deps.passwords.insert_reset(reset).await? {
            return Ok(());
        }
        let asked =
            SecurityEntry { actor: None, address, ..SecurityEntry::own(now, SecurityAct::PasswordResetAsked, user.id) };
        self.deps.log.record(asked).await;
        let mail = letters::password_reset(&user, email, &token, &self.deps.resets);
        Ok(self.deps.mailer.send(mail).await?)
    }

    /// Sets a password anew and ends every session of the user.
    ///
    /// # Errors
    /// See [`ResetPasswordError`]; nothing has changed then.
    pub async fn reset_password(&self, input: ResetPassword) -> Result<(), ResetPasswordError> {
        let digest = self.deps.tokens.reset_digest(input.token.reveal());
        // The store has the last word; this look spares the hasher what anybody may send.
        if !self.deps.passwords.is_reset_live(digest, self.deps.clock.now()).await? {
            return Err(ResetPasswordError::InvalidToken);
        }
        let hash = self.deps.hasher.hash(input.new_password).await?;
        let now = self.deps.clock.now();
        let done = self.deps.passwords.reset_password(digest, hash, now).await?;
        let (user_id, ended) = done.ok_or(ResetPasswordError::InvalidToken)?;
        self.deps.listener.sessions_ended(&ended).await;
        let entry =
            SecurityEntry { address: input.address, ..SecurityEntry::own(now, SecurityAct::PasswordReset, user_id) };
        self.deps.log.record(entry).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rialto_kernel::SessionId;
    use uuid::Uuid;

    use super::*;
    use crate::model::{PasswordHash, ResetDigest};
    use crate::service::fixtures::{Mocks, email, now, password, rules, user};

    fn known() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().returning(|_| Ok(Some((user(), PasswordHash::new("hash".into())))));
        mocks
    }

    fn reset() -> ResetPassword {
        ResetPassword { token: ResetToken::new("reset".into()), new_password: password(), address: None }
    }

    #[tokio::test]
    async fn nothing_is_looked_up_before_the_answer() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_credentials().once().returning(|_| Ok(None));
        mocks.mailer.expect_send().never();
        let (service, errands) = mocks.service_with_errands();
        service.ask_password_reset(email("nobody@example.org"), None);
        assert_eq!(errands.run_all().await, 1);
    }

    #[tokio::test]
    async fn the_mail_goes_to_the_address_of_the_account_with_a_token_that_is_stored_as_its_digest() {
        let mut mocks = known();
        let stored = NewReset {
            digest: ResetDigest([9; 32]),
            user_id: user().id,
            email: email("ann@example.org"),
            at: now(),
            expires_at: now() + rules().lifetime,
        };
        mocks.passwords.expect_insert_reset().withf(move |reset| *reset == stored).once().returning(|_| Ok(true));
        mocks.mailer.expect_send().once().returning(|mail| {
            assert_eq!(mail.to.as_str(), "ann@example.org");
            assert!(mail.text.contains("#token=reset"), "{}", mail.text);
            Ok(())
        });
        mocks.log.expect_record().withf(|entry| entry.act == SecurityAct::PasswordResetAsked).once().return_const(());
        let (service, errands) = mocks.service_with_errands();
        service.ask_password_reset(email("ANN@Example.org"), None);
        errands.run_all().await;
    }

    #[tokio::test]
    async fn whoever_was_sent_enough_is_sent_no_more() {
        let mut mocks = known();
        mocks.passwords.expect_insert_reset().once().returning(|_| Ok(false));
        mocks.mailer.expect_send().never();
        let (service, errands) = mocks.service_with_errands();
        service.ask_password_reset(email("ann@example.org"), None);
        errands.run_all().await;
    }

    #[tokio::test]
    async fn a_reset_ends_every_session() {
        let mut mocks = Mocks::default();
        let (one, other) = (SessionId::from(Uuid::from_u128(8)), SessionId::from(Uuid::from_u128(9)));
        mocks.passwords.expect_is_reset_live().returning(|_, _| Ok(true));
        mocks.passwords.expect_reset_password().once().returning(move |digest, hash, _| {
            assert_eq!((digest, hash.as_str()), (ResetDigest([9; 32]), "hash"));
            Ok(Some((user().id, vec![one, other])))
        });
        mocks.listener.expect_sessions_ended().withf(move |ended| ended == [one, other]).once().return_const(());
        mocks.log.expect_record().withf(|entry| entry.act == SecurityAct::PasswordReset).once().return_const(());
        mocks.service().reset_password(reset()).await.unwrap();
    }

    #[tokio::test]
    async fn a_bad_token_costs_no_hash() {
        let mut mocks = Mocks::with_busy_hasher();
        mocks.passwords.expect_is_reset_live().returning(|_, _| Ok(false));
        mocks.passwords.expect_reset_password().never();
        let refusal = mocks.service().reset_password(reset()).await;
        assert!(matches!(refusal, Err(ResetPasswordError::InvalidToken)));
    }
}
