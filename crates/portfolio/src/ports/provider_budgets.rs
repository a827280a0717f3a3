use async_trait::async_trait;
use rialto_kernel::StoreError;

use crate::model::Month;

/// Counts the calls that a provider allows in a month. It survives restarts, and many nodes share it.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait ProviderBudgets: Send + Sync {
    /// Takes up to `wanted` calls out of what is left of `limit` in this month, in one atomic act: all
    /// that are granted together never exceed `limit`. Wanting none tells what is used.
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError>;
}

/// What was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// How many calls may be made now; 0 when the month is used up.
    pub granted: u32,
    /// How many of the month are taken, these among them.
    pub used: u64,
}

impl Reservation {
    /// What is granted of `wanted` calls when `used` of `limit` are taken already.
    #[must_use]
    pub fn of(used: u64, wanted: u32, limit: u64) -> Self {
        let granted = u64::from(wanted).min(limit.saturating_sub(used));
        // No more than was wanted.
        Self { granted: u32::try_from(granted).unwrap_or(wanted), used: used + granted }
    }
}
