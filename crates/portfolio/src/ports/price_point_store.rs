use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError};

use crate::model::{AssetId, Currency, Interval, PricePoint};

/// Keeps closing prices. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait PricePointStore: Send + Sync {
    /// Keeps these points. Of two for the same asset, currency, interval and time the one observed later stays, of
    /// two observed at once the one that was there; but an observed price takes the place of a simulated one, and a
    /// simulated one never that of an observed one.
    async fn record(&self, points: &[PricePoint]) -> Result<(), StoreError>;

    /// Points of a series with `from <= at < to`, in order of time, at most `limit`.
    async fn list_points(
        &self,
        series: &Series,
        from: Instant,
        to: Instant,
        limit: u32,
    ) -> Result<Vec<PricePoint>, StoreError>;

    /// The last point of a series with `at <= until`.
    async fn find_last(&self, series: &Series, until: Instant) -> Result<Option<PricePoint>, StoreError>;

    /// Forgets points of this interval from before an instant, at most `limit` of them; says how many.
    async fn prune(&self, interval: Interval, before: Instant, limit: u32) -> Result<u64, StoreError>;
}

/// The closing prices of one asset in one currency and interval.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Series {
    /// What is priced.
    pub asset_id: AssetId,
    /// In what.
    pub currency: Currency,
    /// How far its points are apart.
    pub interval: Interval,
}
