use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rialto_edge::RateLimits;
use rialto_identity::IdentityService;
use rialto_kernel::{Clock, IdSource, NumberBook};
use rialto_messaging::{DeliveryBook, MessagingService};
use rialto_portfolio::PriceService;

use crate::feed::Feed;
use crate::group_server::GroupServerDeps;
use crate::socket::Seats;

/// What the surfaces work with; one for all of them.
pub struct CompatDeps {
    /// Accounts and sessions.
    pub identity: IdentityService,
    /// Conversations and messages.
    pub messaging: MessagingService,
    /// Prices.
    pub prices: PriceService,
    /// Small numbers for those who know no other ids.
    pub numbers: Arc<dyn NumberBook>,
    /// How far clients that know of no positions were told what happened.
    pub deliveries: Arc<dyn DeliveryBook>,
    /// What happens, for those whose sockets are open.
    pub feed: Feed,
    /// The sockets that are open.
    pub seats: Seats,
    /// How often who may ask for what: the same as of the other ways in.
    pub limits: RateLimits,
    /// What `group-server` alone works with.
    pub group_server: GroupServerDeps,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
    /// Bounds and trust.
    pub settings: CompatSettings,
}

/// Bounds and trust of the surfaces.
#[derive(Clone, Debug)]
pub struct CompatSettings {
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Origins that may send cookies, besides the server's own.
    pub allowed_origins: Vec<String>,
    /// Whether somebody works on the server, on their own machine.
    pub development: bool,
    /// Whether cookies are for HTTPS alone.
    pub secure_cookies: bool,
    /// How long a stream of events may stay silent before a comment shows that it lives.
    pub sse_heartbeat: Duration,
    /// How long a token of `portfolio-tracker` works.
    pub portfolio_tracker_token: Duration,
}
