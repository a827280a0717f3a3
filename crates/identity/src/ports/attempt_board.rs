use std::time::Duration;

use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};

use crate::model::{AttemptOutcome, Tally};

/// Counts attempts to give a password, for every process that takes one. It holds a bounded number of counts; when it
/// is full, those with the fewest attempts give way, so that nobody who guesses is forgiven by guessing elsewhere.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AttemptBoard: Send + Sync {
    /// Begins an attempt unless one of the tallies that are enforced says to wait. An attempt that waits is counted
    /// nowhere; one that begins is pending in every tally, enforced or not. Of several at once, no more begin than
    /// could one after another.
    async fn begin(&self, tallies: &[Tally], now: Instant) -> Result<Begun, StoreError>;

    /// Ends an attempt that began, in every tally: a wrong one counts from now on; a right one clears the tallies that
    /// it [clears](crate::AttemptKey::is_cleared_by_success). Answers the longest wait among those that have just
    /// become longer.
    async fn settle(
        &self,
        tallies: &[Tally],
        outcome: AttemptOutcome,
        now: Instant,
    ) -> Result<Option<Duration>, StoreError>;
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It may, and must be settled.
    Admitted,
    /// It may not, before so long.
    Throttled {
        /// The longest wait of all tallies.
        retry_after: Duration,
    },
}
