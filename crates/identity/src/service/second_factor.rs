use rialto_kernel::{StoreError, UserId};

use super::IdentityService;
use crate::model::{Device, SecondFactor, SecurityAct, SecurityEntry, Totp, TotpStep};

/// What has become of what somebody showed of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// All of it was right.
    Right,
    /// The password was wrong; nobody has looked at the rest.
    WrongPassword,
    /// The password was right, and a code is wanted too.
    CodeMissing,
    /// The password was right, and the code was wrong or used.
    WrongCode,
}

impl IdentityService {
    /// Looks at the second factor of a user whose password was right, and uses the code up.
    pub(super) async fn check_second_factor(
        &self,
        user_id: UserId,
        shown: Option<&SecondFactor>,
        device: &Device,
    ) -> Result<Proof, StoreError> {
        let Some(totp) = self.deps.totp.find_totp(user_id).await?.filter(|totp| totp.enabled_at.is_some()) else {
            return Ok(Proof::Right);
        };
        let is_right = match shown {
            None => return Ok(Proof::CodeMissing),
            Some(SecondFactor::Code(code)) => match self.step_of(&totp, *code) {
                Some(step) => self.deps.totp.use_totp_step(user_id, totp.secret, step).await?,
                None => false,
            },
            Some(SecondFactor::Recovery(code)) => {
                let digest = self.deps.secrets.secret_digest(code.reveal());
                let is_used = self.deps.totp.use_recovery_code(user_id, digest).await?;
                if is_used {
                    let now = self.deps.clock.now();
                    let entry = SecurityEntry::own(now, SecurityAct::RecoveryCodeUsed, user_id);
                    self.deps.log.record(SecurityEntry { address: device.address.clone(), ..entry }).await;
                }
                is_used
            }
        };
        Ok(if is_right { Proof::Right } else { Proof::WrongCode })
    }

    /// The step around now that a code is of.
    pub(super) fn step_of(&self, totp: &Totp, code: u32) -> Option<TotpStep> {
        let around = TotpStep::around(self.deps.clock.now());
        around.into_iter().find(|step| self.deps.codes.totp_code(&totp.secret, *step) == code)
    }
}
