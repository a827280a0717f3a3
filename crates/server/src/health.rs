//! Asks every part of the server whether it is well.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use rialto_adapter_http::{HealthProbe, HealthReport, PartState};
use rialto_adapter_realtime::Hub;
use rialto_portfolio::{Currency, PriceService};
use tokio_util::sync::CancellationToken;

use crate::storage::Database;

/// A part that has not answered by then is not well.
const PATIENCE: Duration = Duration::from_millis(900);

/// Probes database and prices; the bus is in this process and well while it runs.
pub struct ServerHealth {
    pub database: Database,
    pub prices: PriceService,
    pub draining: CancellationToken,
    pub hub: Hub,
}

#[async_trait]
impl HealthProbe for ServerHealth {
    async fn probe(&self) -> HealthReport {
        let currency = Currency::default();
        let (database, prices) =
            tokio::join!(state_of(self.database.ping()), state_of(self.prices.popular(1, &currency)));
        let draining = self.draining.is_cancelled();
        HealthReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database,
            bus: PartState::Ok,
            prices,
            websocket: if draining { PartState::Unavailable } else { PartState::Ok },
            draining,
        }
    }

    async fn drain_begins(&self) {
        self.draining.cancelled().await;
    }

    fn open_sockets(&self) -> u64 {
        self.hub.connections() as u64
    }
}

async fn state_of<T, E>(answer: impl Future<Output = Result<T, E>>) -> PartState {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(_)) => PartState::Ok,
        Ok(Err(_)) | Err(_) => PartState::Unavailable,
    }
}
