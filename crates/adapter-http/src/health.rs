//! How the server is: for people, for load balancers, for orchestrators.

use actix_web::{HttpResponse, get};
use async_trait::async_trait;
use rialto_wire::health::Health;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::state::State;

/// Knows how the server is. The server that wires everything implements it.
#[async_trait]
pub trait HealthProbe: Send + Sync {
    /// Asks every part how it is. Answers within a second, whatever the parts do.
    async fn probe(&self) -> HealthReport;

    /// Returns once the server begins to drain, at once if it has begun: open streams then end.
    async fn drain_begins(&self);

    /// How many sockets are open on this node.
    fn open_sockets(&self) -> u64;
}

/// How the parts of the server are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthReport {
    /// Version of the server.
    pub version: String,
    /// The store.
    pub database: PartState,
    /// The bus between nodes.
    pub bus: PartState,
    /// The price providers.
    pub prices: PartState,
    /// The live sockets.
    pub websocket: PartState,
    /// Whether the server is shutting down: it finishes what it has and wants nothing new.
    pub draining: bool,
}

/// How one part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// It does its work.
    Ok,
    /// It does not answer.
    Unavailable,
}

impl PartState {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unavailable => "unavailable",
        }
    }
}

impl HealthReport {
    /// Whether new requests should come here: without the store there is nothing to answer with.
    fn is_ready(&self) -> bool {
        !self.draining && self.database == PartState::Ok
    }

    fn is_whole(&self) -> bool {
        !self.draining && [self.database, self.bus, self.prices, self.websocket].iter().all(|p| *p == PartState::Ok)
    }
}

/// The state of the server and of what it needs.
#[utoipa::path(
    tag = "server",
    security(()),
    responses((status = 200, description = "`ok` or `degraded`, with the state of each part", body = Health))
)]
#[get("/health")]
pub(crate) async fn get_health(state: State) -> HttpResponse {
    let report = state.health.probe().await;
    let status = if report.is_whole() { "ok" } else { "degraded" };
    let websocket = if report.draining { "draining" } else { report.websocket.word() };
    HttpResponse::Ok().json(Health {
        status: status.into(),
        database: report.database.word().into(),
        bus: report.bus.word().into(),
        prices: report.prices.word().into(),
        websocket: websocket.into(),
        version: report.version,
        timestamp: state.clock.now().into(),
    })
}

/// Says that something holds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Probe {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process answers at all; asks nothing else.
#[utoipa::path(tag = "server", security(()), responses((status = 200, description = "It does", body = Probe)))]
#[get("/health/live")]
pub(crate) async fn get_live() -> HttpResponse {
    HttpResponse::Ok().json(Probe { status: "ok" })
}

/// Whether requests should be sent here.
#[utoipa::path(
    tag = "server",
    security(()),
    responses(
        (status = 200, description = "They should", body = Probe),
        (status = 503, description = "`not_ready`: no store, or shutting down",
            body = rialto_wire::problem::Problem, content_type = "application/problem+json"),
    )
)]
#[get("/health/ready")]
pub(crate) async fn get_ready(state: State) -> Result<HttpResponse, ApiError> {
    if state.health.probe().await.is_ready() {
        return Ok(HttpResponse::Ok().json(Probe { status: "ok" }));
    }
    let pause = std::time::Duration::from_secs(1);
    Err(ApiError::unavailable("not_ready", "the server does not take requests now", pause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draining_server_is_neither_ready_nor_whole() {
        let fine = HealthReport {
            version: "1".into(),
            database: PartState::Ok,
            bus: PartState::Ok,
            prices: PartState::Ok,
            websocket: PartState::Ok,
            draining: false,
        };
        assert!(fine.is_ready() && fine.is_whole());
        let no_prices = HealthReport { prices: PartState::Unavailable, ..fine.clone() };
        assert!(no_prices.is_ready() && !no_prices.is_whole());
        let draining = HealthReport { draining: true, ..fine };
        assert!(!draining.is_ready() && !draining.is_whole());
    }
}
