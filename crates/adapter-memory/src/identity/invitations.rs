use std::cmp::Reverse;

use async_trait::async_trait;
use rialto_identity::{Invitation, InvitationStore, NewInvitation, SecretDigest};
use rialto_kernel::{Cursor, Instant, InvitationId, Page, PageLimit, StoreError};

use crate::MemoryStore;
use crate::page::{nothing, page_of, read_time_cursor, time_cursor};

#[async_trait]
impl InvitationStore for MemoryStore {
    async fn insert_invitation(&self, new: NewInvitation) -> Result<(), StoreError> {
        self.state()?.identity.invitations.insert(new.digest, new.invitation);
        Ok(())
    }

    async fn list_invitations(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Invitation>, StoreError> {
        let position = match after.as_ref().map(read_time_cursor::<InvitationId>) {
            None => None,
            Some(Some(position)) => Some(position),
            Some(None) => return Ok(nothing()),
        };
        let place = |invitation: &Invitation| (invitation.created_at.timestamp_micros(), invitation.id);
        let mut found: Vec<_> = self.state()?.identity.invitations.values().cloned().collect();
        found.sort_by_key(|invitation| Reverse(place(invitation)));
        let rest = found.into_iter().filter(|invitation| position.is_none_or(|last| place(invitation) < last));
        Ok(page_of(rest, limit, |invitation| time_cursor(invitation.created_at, invitation.id)))
    }

    async fn delete_invitation(&self, id: InvitationId) -> Result<bool, StoreError> {
        let invitations = &mut self.state()?.identity.invitations;
        let before = invitations.len();
        invitations.retain(|_, invitation| invitation.id != id);
        Ok(invitations.len() < before)
    }

    async fn is_invited(&self, digest: SecretDigest, now: Instant) -> Result<bool, StoreError> {
        Ok(self.state()?.identity.usable_invitation(digest, now).is_some())
    }
}
