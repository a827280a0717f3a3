use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};

/// Knows where a user has signed in.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait KnownAddresses: Send + Sync {
    /// The addresses from which sessions of the user were opened that have not been revoked, or were opened at `since`
    /// or later. Each once, in any order, at most a thousand; none for a user whom nobody knows.
    async fn list_addresses_of(&self, user_id: UserId, since: Instant) -> Result<Vec<String>, StoreError>;
}
