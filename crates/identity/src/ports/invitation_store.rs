use async_trait::async_trait;
use rialto_kernel::{Cursor, Instant, InvitationId, Page, PageLimit, StoreError};

use crate::model::{Invitation, NewInvitation, SecretDigest};

/// Keeps invitations. They are used up where accounts are made:
/// [`IdentityStore::insert_account`](crate::IdentityStore::insert_account) and
/// [`IdentityStore::upgrade_guest`](crate::IdentityStore::upgrade_guest).
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait InvitationStore: Send + Sync {
    /// Keeps an invitation.
    async fn insert_invitation(&self, new: NewInvitation) -> Result<(), StoreError>;

    /// The invitations there are, those that are over or used up too, the newest first.
    async fn list_invitations(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<Invitation>, StoreError>;

    /// Takes an invitation back; `false` if there is none.
    async fn delete_invitation(&self, id: InvitationId) -> Result<bool, StoreError>;

    /// Whether there is an invitation of this digest that is [usable](Invitation::is_usable) at `now`.
    async fn is_invited(&self, digest: SecretDigest, now: Instant) -> Result<bool, StoreError>;
}
