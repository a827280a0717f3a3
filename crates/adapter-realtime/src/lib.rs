//! The socket side of `rialto.v1`: a driving adapter that carries logged events and signals to WebSockets
//! and commands from them to the domain services.
//!
//! | where | what |
//! |---|---|
//! | [`Realtime`] | the routes, the task behind them, and how to stop |
//! | [`Hub`], `hub/` | which sockets there are, which streams they follow; the fan-out |
//! | `stream` | the order of one stream: holes, repetitions (pure) |
//! | `outbox`, `outgoing` | what waits for one socket, bounded; the network end of it |
//! | `takeover` | from the HTTP library to a bare stream |
//! | `session/` | one socket: upgrade, sign-in, commands and how often, liveness, goodbye |
//! | `replay`, `holes`, `sweep` | what is read from the log: for one socket, for a stream, for safety |
//! | `topics` | prices and presence |
//! | `frames`, `encoding` | frames become bytes, once |
//! | `decoding` | bytes become messages, bounded |
//! | `errors`, `bye` | every code a client can see |
//! | `drain`, `runner`, `metrics`, [`settings`](RealtimeSettings) | stopping, the task, counters, bounds |
//!
//! **The log is the truth.** Hints may be lost, repeated or reordered: the hub delivers in the order of the
//! log and reads from it what it was not told.
//!
//! **Who loses access is out at once.** The hub is the domain's [`SocketGate`](rialto_messaging::SocketGate): see
//! `hub/gate.rs`.
//!
//! To add a command: 1. its frame in `rialto-wire`; 2. its arm in `session/commands.rs` and a file beside it; 3. its
//! refusals in `rialto-convert`; 4. a test of the claim. To add an event: its view in `rialto-convert`, and in
//! `hub/membership.rs` whether it lets anybody in or out.

mod bye;
mod decoding;
mod direct_bus;
mod drain;
mod encoding;
mod errors;
mod frames;
mod holes;
mod hub;
mod metrics;
mod outbox;
mod outgoing;
mod replay;
mod runner;
mod session;
mod settings;
mod sweep;
mod takeover;
#[cfg(test)]
mod testing;
mod topics;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use rialto_edge::RateLimits;
use rialto_identity::IdentityService;
use rialto_kernel::{Clock, IdSource};
use rialto_messaging::MessagingService;
use rialto_portfolio::PriceService;
use tokio_util::sync::CancellationToken;

pub use direct_bus::DirectBus;
pub use hub::Hub;
pub use settings::RealtimeSettings;
pub use takeover::{Claim, Start, Takeover};

/// What the realtime side is made of.
pub struct RealtimeDeps {
    /// Says who holds a token.
    pub identity: IdentityService,
    /// Conversations and their logs.
    pub messaging: MessagingService,
    /// Prices as they tick.
    pub prices: PriceService,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
    /// The sockets.
    pub hub: Hub,
    /// How often who may ask for what: the same as of the other ways in.
    pub limits: RateLimits,
    /// Bounds and intervals: the same as the hub's.
    pub settings: RealtimeSettings,
}

/// WebSockets of `rialto.v1`. Cloning shares them.
#[derive(Clone)]
pub struct Realtime {
    deps: Arc<RealtimeDeps>,
}

impl Realtime {
    /// Sockets over these services.
    #[must_use]
    pub fn new(deps: RealtimeDeps) -> Self {
        Self { deps: Arc::new(deps) }
    }

    /// Adds `GET /ws`, `GET /api/v1/ws` and the prices at `GET /api/v1/crypto/stream/ws`. Call it before any scope that
    /// covers `/api/v1`: the first match wins.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        let prices = web::resource("/api/v1/crypto/stream/ws").app_data(web::Data::new(self.clone()));
        let prices = prices.route(web::get().to(session::upgrade_for_prices));
        config.service(prices.default_service(web::to(session::wrong_method)));
        for path in ["/ws", "/api/v1/ws"] {
            let resource = web::resource(path).app_data(web::Data::new(self.clone()));
            let resource = resource.route(web::get().to(session::upgrade));
            config.service(resource.default_service(web::to(session::wrong_method)));
        }
    }

    /// Follows the bus and serves the sockets' needs until `shutdown`; without it sockets connect but hear
    /// nothing. A second call returns at once. Needs a tokio runtime with time.
    pub async fn run(&self, shutdown: CancellationToken) {
        let RealtimeDeps { hub, identity, messaging, prices, .. } = &*self.deps;
        runner::run(hub, identity, messaging, prices, shutdown).await;
    }

    /// Lets no more sockets in, says `bye` to all within `window`, telling each to come back after a random
    /// part of it, and returns when all are gone, at the latest a few seconds after the window. Keep
    /// [`Realtime::run`] and the HTTP server going meanwhile.
    pub async fn drain(&self, window: Duration) {
        drain::drain(&self.deps.hub, &*self.deps.ids, window).await;
    }
}
