//! Who may make an account.

use rialto_kernel::StoreError;

use super::IdentityService;
use crate::model::{Registration, SecretDigest, SecretToken};

/// Why somebody may not make an account.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// Nobody may.
    #[error("registration is closed on this server; ask its admin for an account")]
    Closed,
    /// Guests are not let in.
    #[error("guests are not let in on this server; sign in or register")]
    NoGuests,
    /// Only with an invitation.
    #[error("registration on this server takes an invitation; ask its admin for one")]
    InvitationRequired,
    /// There is no such invitation, or it is over or used up.
    #[error("the invitation is not valid any more; ask for another one")]
    InvitationInvalid,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Whether somebody may become a member, and the invitation that is used up by it. Where anybody may, an
    /// invitation is not looked at: an old link still leads in.
    pub(super) async fn admit_member(
        &self,
        invitation: Option<&SecretToken>,
    ) -> Result<Option<SecretDigest>, AdmissionError> {
        match self.deps.policy.members {
            Registration::Open => Ok(None),
            Registration::Closed => Err(AdmissionError::Closed),
            Registration::Invitation => {
                let token = invitation.ok_or(AdmissionError::InvitationRequired)?;
                let digest = self.deps.secrets.secret_digest(token.reveal());
                // The store has the last word; this look spares the hasher what cannot succeed.
                if self.deps.invitations.is_invited(digest, self.deps.clock.now()).await? {
                    Ok(Some(digest))
                } else {
                    Err(AdmissionError::InvitationInvalid)
                }
            }
        }
    }

    pub(super) fn admit_guest(&self) -> Result<(), AdmissionError> {
        if self.deps.policy.guests { Ok(()) } else { Err(AdmissionError::NoGuests) }
    }
}
