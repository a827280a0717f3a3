use std::time::Duration;

use rialto_kernel::{SessionId, StoreError, UserId};

use super::IdentityService;
use super::second_factor::Proof;
use super::try_password::{PasswordTrial, TryPasswordError};
use crate::model::{
    Device, Password, RECOVERY_CODES, RecoveryCode, SecondFactor, SecretDigest, SecurityAct, SecurityEntry, Totp,
    TotpSecret, TotpStart, User,
};
use crate::ports::HashError;

/// Somebody who is signed in proves once more who they are, to do something to their second factor.
#[derive(Clone, Debug)]
pub struct ProveTotp {
    /// Who asks, as they are now.
    pub user: User,
    /// In which session.
    pub session_id: SessionId,
    /// The password they claim to have; not looked at by a confirmation.
    pub password: Password,
    /// The code they show; not looked at by an offer.
    pub code: Option<SecondFactor>,
    /// What they ask from.
    pub device: Device,
}

/// A secret that is not on yet.
#[derive(Clone, Debug)]
pub struct TotpOffer {
    /// What the codes are made from.
    pub secret: TotpSecret,
    /// The same for an app.
    pub uri: String,
}

/// Why a second factor is what it was.
#[derive(Debug, thiserror::Error)]
pub enum TotpError {
    /// One is on.
    #[error("a second factor is on already: switch it off first")]
    AlreadyOn,
    /// None is on.
    #[error("no second factor is on")]
    NotOn,
    /// None was offered, or another one by now.
    #[error("there is no secret to confirm: ask for one first")]
    NotOffered,
    /// A guest has no password, and nothing to add a second factor to.
    #[error("a guest has no password: become a member first")]
    NoPassword,
    /// The password is another.
    #[error("the password is wrong")]
    WrongPassword,
    /// The code is another, or was used.
    #[error("the code is wrong or was used: wait for the next one")]
    WrongCode,
    /// Too many were wrong.
    #[error("too many wrong passwords or codes; wait before the next try")]
    Throttled {
        /// For so long.
        retry_after: Duration,
    },
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TryPasswordError> for TotpError {
    fn from(error: TryPasswordError) -> Self {
        match error {
            TryPasswordError::Throttled { retry_after } => Self::Throttled { retry_after },
            TryPasswordError::Hash(error) => Self::Hash(error),
            TryPasswordError::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// A user's second factor, if one is on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_totp(&self, user_id: UserId) -> Result<Option<Totp>, StoreError> {
        Ok(self.deps.totp.find_totp(user_id).await?.filter(|totp| totp.enabled_at.is_some()))
    }

    /// Offers a secret to whoever knows the password. Nothing is on before it is confirmed.
    ///
    /// # Errors
    /// See [`TotpError`].
    pub async fn offer_totp(&self, input: ProveTotp) -> Result<TotpOffer, TotpError> {
        let user_id = input.user.id;
        let hash = self.deps.passwords.find_password_hash(user_id).await?.ok_or(TotpError::NoPassword)?;
        if self.find_totp(user_id).await?.is_some() {
            return Err(TotpError::AlreadyOn);
        }
        let trial = PasswordTrial::own(user_id, input.password.clone(), hash, &input.device);
        if !self.try_password(trial).await? {
            return Err(self.refused(&input, TotpError::WrongPassword).await);
        }
        let secret = self.deps.codes.fresh_totp_secret();
        let uri = secret.uri(&input.user.username);
        if !self.deps.totp.offer_totp(user_id, secret.clone(), self.deps.clock.now()).await? {
            return Err(TotpError::AlreadyOn);
        }
        Ok(TotpOffer { secret, uri })
    }

    /// Switches the offered secret on for whoever has its code, and answers the recovery codes this once.
    ///
    /// # Errors
    /// See [`TotpError`].
    pub async fn confirm_totp(&self, input: ProveTotp) -> Result<Vec<RecoveryCode>, TotpError> {
        let user_id = input.user.id;
        let totp = self.deps.totp.find_totp(user_id).await?.ok_or(TotpError::NotOffered)?;
        if totp.enabled_at.is_some() {
            return Err(TotpError::AlreadyOn);
        }
        // Whoever only has the session must not guess their way to the recovery codes.
        let judged = self.try_code(user_id, &input.device, || match &input.code {
            Some(SecondFactor::Code(code)) => self.step_of(&totp, *code),
            Some(SecondFactor::Recovery(_)) | None => None,
        });
        let Some(step) = judged.await? else {
            return Err(self.refused(&input, TotpError::WrongCode).await);
        };
        let (codes, recovery_codes) = self.fresh_recovery_codes();
        let at = self.deps.clock.now();
        let start = TotpStart { user_id, secret: totp.secret, step, recovery_codes, at };
        if !self.deps.totp.enable_totp(start).await? {
            return Err(TotpError::NotOffered);
        }
        self.note(&input, SecurityAct::TotpEnabled).await;
        Ok(codes)
    }

    /// Switches the second factor off.
    ///
    /// # Errors
    /// See [`TotpError`].
    pub async fn disable_totp(&self, input: ProveTotp) -> Result<(), TotpError> {
        self.prove_both(&input).await?;
        if !self.deps.totp.remove_totp(input.user.id).await? {
            return Err(TotpError::NotOn);
        }
        self.note(&input, SecurityAct::TotpDisabled).await;
        Ok(())
    }

    /// Gives new recovery codes; those from before work no more.
    ///
    /// # Errors
    /// See [`TotpError`].
    pub async fn renew_recovery_codes(&self, input: ProveTotp) -> Result<Vec<RecoveryCode>, TotpError> {
        self.prove_both(&input).await?;
        let (codes, digests) = self.fresh_recovery_codes();
        if self.deps.totp.replace_recovery_codes(input.user.id, digests).await? {
            Ok(codes)
        } else {
            Err(TotpError::NotOn)
        }
    }

    /// Password and code of somebody whose second factor is on.
    async fn prove_both(&self, input: &ProveTotp) -> Result<(), TotpError> {
        let user_id = input.user.id;
        self.find_totp(user_id).await?.ok_or(TotpError::NotOn)?;
        let hash = self.deps.passwords.find_password_hash(user_id).await?.ok_or(TotpError::NoPassword)?;
        let trial = PasswordTrial::own(user_id, input.password.clone(), hash, &input.device);
        let code = self.check_second_factor(user_id, input.code.as_ref(), &input.device);
        match self.try_proof(trial, code).await? {
            Proof::Right => Ok(()),
            Proof::WrongPassword => Err(self.refused(input, TotpError::WrongPassword).await),
            Proof::CodeMissing | Proof::WrongCode => Err(self.refused(input, TotpError::WrongCode).await),
        }
    }

    fn fresh_recovery_codes(&self) -> (Vec<RecoveryCode>, Vec<SecretDigest>) {
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| self.deps.codes.fresh_recovery_code()).collect();
        let digests = codes.iter().map(|code| self.deps.secrets.secret_digest(code.reveal())).collect();
        (codes, digests)
    }

    async fn refused(&self, input: &ProveTotp, why: TotpError) -> TotpError {
        self.note(input, SecurityAct::LogInFailed).await;
        why
    }

    async fn note(&self, input: &ProveTotp, act: SecurityAct) {
        let entry = SecurityEntry::own(self.deps.clock.now(), act, input.user.id);
        let (session_id, address) = (Some(input.session_id), input.device.address.clone());
        self.deps.log.record(SecurityEntry { session_id, address, ..entry }).await;
    }
}

#[cfg(test)]
mod tests;
