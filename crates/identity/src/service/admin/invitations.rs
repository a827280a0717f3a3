use std::time::Duration;

use rialto_kernel::{Cursor, InvitationId, Page, PageLimit, StoreError};

use super::AdminService;
use crate::model::{Invitation, InvitationNote, IssuedInvitation, NewInvitation, Operator, SecurityAct};

/// An admin wants others to be able to register.
#[derive(Clone, Debug, Default)]
pub struct InviteOthers {
    /// How long the invitation works; `None` is for ever.
    pub lifetime: Option<Duration>,
    /// How many accounts it is good for; `None` is any number.
    pub max_uses: Option<u32>,
    /// Whom it is for.
    pub note: InvitationNote,
}

impl AdminService {
    /// Makes an invitation and tells its token, this once.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn invite(&self, by: &Operator, input: InviteOthers) -> Result<IssuedInvitation, StoreError> {
        let now = self.deps.clock.now();
        let token = self.deps.secrets.fresh_secret();
        let invitation = Invitation {
            id: self.deps.ids.next(),
            note: input.note,
            created_by: by.id(),
            created_at: now,
            expires_at: input.lifetime.map(|lifetime| now + super::super::delta(lifetime)),
            max_uses: input.max_uses,
            uses: 0,
        };
        let digest = self.deps.secrets.secret_digest(token.reveal());
        self.deps.invitations.insert_invitation(NewInvitation { invitation: invitation.clone(), digest }).await?;
        let id = invitation.id.to_string();
        self.write_down(by, now, SecurityAct::InvitationCreated, None, &id).await;
        Ok(IssuedInvitation { invitation, token })
    }

    /// The invitations there are, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_invitations(
        &self,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Invitation>, StoreError> {
        self.deps.invitations.list_invitations(after, limit).await
    }

    /// Takes an invitation back; `false` if there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn revoke_invitation(&self, by: &Operator, id: InvitationId) -> Result<bool, StoreError> {
        let deleted = self.deps.invitations.delete_invitation(id).await?;
        if deleted {
            let now = self.deps.clock.now();
            self.write_down(by, now, SecurityAct::InvitationRevoked, None, &id.to_string()).await;
        }
        Ok(deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::model::SecretDigest;
    use crate::service::fixtures::now;

    #[tokio::test]
    async fn an_invitation_is_kept_as_its_digest_and_told_once() {
        let hour = Duration::from_secs(3_600);
        let mut mocks = Mocks::default();
        mocks.invitations.expect_insert_invitation().once().returning(move |new| {
            assert_eq!(new.digest, SecretDigest([9; 32]));
            assert_eq!(new.invitation.expires_at, Some(now() + hour));
            Ok(())
        });
        mocks.expect_entry(SecurityAct::InvitationCreated, "00000000-0000-0000-0000-00000000002a");
        let wish = InviteOthers { lifetime: Some(hour), max_uses: Some(3), note: InvitationNote::default() };
        let issued = mocks.service().invite(&root(), wish).await.unwrap();
        assert_eq!((issued.token.reveal(), issued.invitation.created_by), ("secret", root().id()));
    }

    #[tokio::test]
    async fn an_invitation_that_is_gone_is_not_written_down_again() {
        let mut mocks = Mocks::default();
        mocks.invitations.expect_delete_invitation().returning(|_| Ok(false));
        let id = uuid::Uuid::from_u128(3).into();
        assert!(!mocks.service().revoke_invitation(&root(), id).await.unwrap());
    }
}
