//! Asks every part of the server whether it is well.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use rialto_adapter_http::{HealthProbe, HealthReport};
use rialto_portfolio::{Currency, PriceService};
use tokio_util::sync::CancellationToken;

use crate::storage::Database;

/// A part that has not answered by then is not well.
const PATIENCE: Duration = Duration::from_secs(2);

/// Probes database and prices; the bus is in this process and well while it runs.
pub struct ServerHealth {
    pub database: Database,
    pub prices: PriceService,
    pub draining: CancellationToken,
}

#[async_trait]
impl HealthProbe for ServerHealth {
    async fn probe(&self) -> HealthReport {
        let currency = Currency::default();
        let (database, prices) =
            tokio::join!(is_well(self.database.ping()), is_well(self.prices.popular(1, &currency)));
        HealthReport {
            version: env!("CARGO_PKG_VERSION"),
            database,
            bus: true,
            prices,
            draining: self.draining.is_cancelled(),
        }
    }
}

async fn is_well<T, E>(answer: impl Future<Output = Result<T, E>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, answer).await, Ok(Ok(_)))
}
