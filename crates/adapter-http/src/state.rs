use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};
use rialto_edge::RateLimits;
use rialto_identity::{AdminService, IdentityService};
use rialto_kernel::Clock;
use rialto_messaging::MessagingService;
use rialto_portfolio::{AlertService, HistoryService, PriceService, WatchlistService};

use crate::error::ApiError;
use crate::health::HealthProbe;
use crate::prices::ready::ReadyQuotes;
use crate::prices::seats::EventStreams;

/// What the handlers work with; one for all workers.
pub struct HttpState {
    /// Accounts and sessions.
    pub identity: IdentityService,
    /// Running the server.
    pub admin: AdminService,
    /// Conversations and messages.
    pub messaging: MessagingService,
    /// Prices.
    pub prices: PriceService,
    /// What prices were.
    pub histories: HistoryService,
    /// What users follow.
    pub watchlists: WatchlistService,
    /// Alerts on prices.
    pub alerts: AlertService,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Knows how the server is.
    pub health: Arc<dyn HealthProbe>,
    /// How often who may ask for what.
    pub limits: RateLimits,
    /// The event streams that are open.
    pub event_streams: EventStreams,
    /// Answers that can be given again.
    pub ready_quotes: ReadyQuotes,
    /// Bounds and trust.
    pub settings: HttpSettings,
}

/// Bounds and trust of the HTTP edge.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Origins besides the server's own that may send credentials, such as `https://app.example.org`.
    /// Compared whole; there are no wildcards.
    pub allowed_origins: Vec<String>,
    /// Whether cookies are for HTTPS alone.
    pub secure_cookies: bool,
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long a client may take to send a body.
    pub body_timeout: Duration,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long an event stream may stay silent before a comment shows that it lives.
    pub sse_heartbeat: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            secure_cookies: true,
            max_body_bytes: 256 * 1024,
            body_timeout: Duration::from_secs(20),
            trusted_proxies: Vec::new(),
            sse_heartbeat: Duration::from_secs(15),
        }
    }
}

/// The state as handlers receive it.
pub(crate) type State = web::Data<HttpState>;

/// The state, for extractors.
pub(crate) fn state_of(req: &HttpRequest) -> Result<State, ApiError> {
    req.app_data::<State>().cloned().ok_or_else(|| ApiError::internal("the routes were configured without their state"))
}
