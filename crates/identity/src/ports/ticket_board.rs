use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};

use crate::model::{NewTicket, TicketDigest, TicketHolder};

/// Keeps tickets for the seconds until they are used, for every process that may be shown one. It holds a
/// bounded number; when it is full, the oldest give way.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait TicketBoard: Send + Sync {
    /// Keeps a ticket.
    async fn issue(&self, ticket: NewTicket) -> Result<(), StoreError>;

    /// Takes a ticket off the board and says whose it is; `None` if there is none of this digest or its
    /// time is over at `now`. Of several redemptions of one ticket at once exactly one gets the holder.
    async fn redeem(&self, digest: TicketDigest, now: Instant) -> Result<Option<TicketHolder>, StoreError>;
}
