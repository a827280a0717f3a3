//! Which adapter stands behind which port. The one place that knows them all.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use rialto_adapter_memory::{MemoryPresenceBoard, MemoryRealtimeBus, MemoryTicketBoard};
use rialto_adapter_outgoing::{OutgoingPictureFetcher, OutgoingSettings};
use rialto_adapter_prices::{
    CachedPriceFeed, CoinGeckoPriceFeed, CoinGeckoSettings, FailoverPriceFeed, PolledQuoteTicker, SimulatedPriceFeed,
};
use rialto_adapter_realtime::{Hub, RealtimeSettings};
use rialto_adapter_security::{BcryptPasswordHasher, JwtSettings, JwtTokenIssuer, SecretFile, SigningKey};
use rialto_adapter_system::{SystemClock, SystemTimer, UuidV7Source};
use rialto_identity::{IdentityDeps, IdentityService, TokenLifetimes};
use rialto_kernel::{Clock, IdSource, Timer};
use rialto_messaging::{MessagingDeps, MessagingService};
use rialto_portfolio::{BulkLimits, PriceDeps, PriceFeed, PriceService};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;

use crate::account_listener::Doorkeeper;
use crate::config::{Config, Environment, PricesConfig, RealtimeConfig};
use crate::farewell::Farewell;
use crate::security_log::TracedSecurityLog;
use crate::start_error::StartError;
use crate::storage::Storage;

/// Events that a slow part of this process may be behind before it reads the log instead.
const BUS_CAPACITY: usize = 4_096;

/// The domains, ready to be driven.
pub struct Services {
    pub identity: IdentityService,
    pub messaging: MessagingService,
    pub prices: PriceService,
    pub hub: Hub,
    pub farewell: Farewell,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
}

/// Puts adapters behind every port.
pub fn wire(config: &Config, storage: &Storage) -> Result<Services, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn IdSource> = Arc::new(UuidV7Source);
    let hub = Hub::new(realtime_settings(config));
    let stores = storage.messaging.clone();
    let messaging = MessagingService::new(MessagingDeps {
        store: stores.store,
        changes: stores.changes,
        reads: stores.reads,
        moderation: stores.moderation,
        search: stores.search,
        discretion: stores.discretion,
        traces: stores.traces,
        gate: Arc::new(hub.clone()),
        bus: Arc::new(MemoryRealtimeBus::new(BUS_CAPACITY)),
        presence: Arc::new(MemoryPresenceBoard::default()),
        clock: clock.clone(),
        ids: ids.clone(),
    });
    let people = storage.people.clone();
    let farewell = Farewell::new(people.deletions.clone(), messaging.clone());
    let cores = available_parallelism().map_or(1, usize::from);
    let identity = IdentityService::new(IdentityDeps {
        store: storage.identity.clone(),
        profiles: people.profiles,
        blocks: people.blocks,
        deletions: people.deletions,
        sessions: people.sessions,
        pictures: Arc::new(picture_fetcher(config)?),
        // One core stays free for everything that is not a password.
        hasher: Arc::new(
            BcryptPasswordHasher::new(config.auth.bcrypt_cost, config.auth.hash_queue, cores.saturating_sub(1).max(1))
                .map_err(|error| StartError::Config(format!("auth.bcrypt_cost: {error}")))?,
        ),
        tokens: Arc::new(token_issuer(config)?),
        tickets: Arc::new(MemoryTicketBoard::new()),
        listener: Arc::new(Doorkeeper { messaging: messaging.clone(), hub: hub.clone(), farewell: farewell.clone() }),
        log: Arc::new(TracedSecurityLog),
        clock: clock.clone(),
        ids: ids.clone(),
        lifetimes: TokenLifetimes {
            access: Duration::from_secs(config.auth.access_minutes * 60),
            refresh: Duration::from_secs(config.auth.refresh_days * 24 * 60 * 60),
            ticket: Duration::from_secs(config.auth.ticket_seconds),
        },
    });
    let prices = price_service(&config.prices, &clock)?;
    Ok(Services { identity, messaging, prices, hub, farewell, clock, ids })
}

fn token_issuer(config: &Config) -> Result<JwtTokenIssuer, StartError> {
    let given = config.auth.jwt_secret.expose_secret();
    let secret = if !given.is_empty() {
        SecretString::from(given)
    } else if config.environment == Environment::Production {
        let message = "JWT_SECRET is required in production: at least 32 random characters, such as `openssl rand -hex 32` prints";
        return Err(StartError::Secret(message.to_owned()));
    } else {
        SecretFile::load_or_create(&config.data.dir.join("jwt-secret"))
            .map_err(|error| StartError::Secret(error.to_string()))?
    };
    JwtTokenIssuer::new(JwtSettings {
        issuer: "rialto".to_owned(),
        audience: "rialto-api".to_owned(),
        keys: vec![SigningKey::from_secret(secret)],
        leeway: Duration::ZERO,
    })
    .map_err(|error| StartError::Secret(error.to_string()))
}

fn picture_fetcher(config: &Config) -> Result<OutgoingPictureFetcher, StartError> {
    let allowed_private_hosts = config.outgoing.allowed_private_hosts.clone();
    OutgoingPictureFetcher::new(OutgoingSettings { allowed_private_hosts, ..OutgoingSettings::default() })
        .map_err(|error| StartError::Failed(error.to_string()))
}

fn price_service(config: &PricesConfig, clock: &Arc<dyn Clock>) -> Result<PriceService, StartError> {
    let timer: Arc<dyn Timer> = Arc::new(SystemTimer);
    let mut providers = Vec::new();
    for name in &config.providers {
        providers.push(provider(name, config, clock)?);
    }
    if providers.is_empty() {
        return Err(unknown_providers(config));
    }
    let first = providers.remove(0);
    let feed: Arc<dyn PriceFeed> =
        if providers.is_empty() { first } else { Arc::new(FailoverPriceFeed::new(first, providers)) };
    let interval = Duration::from_millis(config.tick_interval_ms);
    let ticker = PolledQuoteTicker::new(feed.clone(), interval, timer.clone(), Handle::current());
    Ok(PriceService::new(PriceDeps {
        feed,
        ticker: Arc::new(ticker),
        timer,
        bulk: BulkLimits {
            max_assets: config.bulk_max_assets,
            max_in_flight: config.bulk_max_in_flight,
            max_timeout: Duration::from_millis(config.bulk_max_timeout_ms),
        },
    }))
}

/// A provider by its name. One behind a network stands behind a cache of its own, so that a stale price of a
/// real provider is preferred to the next provider's fresh one.
fn provider(name: &str, config: &PricesConfig, clock: &Arc<dyn Clock>) -> Result<Arc<dyn PriceFeed>, StartError> {
    match name {
        "simulated" => Ok(Arc::new(SimulatedPriceFeed::new(config.simulated_seed, clock.clone()))),
        "coingecko" => {
            let key = config.coingecko_api_key.expose_secret();
            let settings = CoinGeckoSettings {
                base_url: config.coingecko_url.clone(),
                api_key: (!key.is_empty()).then(|| SecretString::from(key)),
                timeout: Duration::from_millis(config.provider_timeout_ms),
                ..CoinGeckoSettings::default()
            };
            let feed = CoinGeckoPriceFeed::new(settings, clock.clone())
                .map_err(|error| StartError::Config(format!("prices.coingecko_url: {error}")))?;
            let ttl = Duration::from_millis(config.cache_ttl_ms);
            Ok(Arc::new(CachedPriceFeed::new(Arc::new(feed), ttl, config.cache_entries, clock.clone())))
        }
        _ => Err(unknown_providers(config)),
    }
}

fn unknown_providers(config: &PricesConfig) -> StartError {
    StartError::Config(format!(
        "prices.providers is {:?}; it must name one or both of \"coingecko\" and \"simulated\", the first one first",
        config.providers
    ))
}

/// The socket settings.
pub fn realtime_settings(config: &Config) -> RealtimeSettings {
    let realtime: &RealtimeConfig = &config.realtime;
    RealtimeSettings {
        ping_interval: Duration::from_millis(realtime.ping_interval_ms),
        pong_timeout: Duration::from_millis(realtime.pong_timeout_ms),
        auth_timeout: Duration::from_millis(realtime.auth_timeout_ms),
        write_timeout: Duration::from_millis(realtime.write_timeout_ms),
        max_frame_bytes: realtime.max_frame_bytes,
        queue_bytes: realtime.queue_bytes,
        queue_frames: realtime.queue_frames,
        max_connections: realtime.max_connections,
        max_connections_per_user: realtime.max_connections_per_user,
        replay_limit: realtime.replay_limit,
        commands_per_second: realtime.commands_per_second,
        command_burst: realtime.command_burst,
        rate_strikes: realtime.rate_strikes,
        sweep_interval: Duration::from_millis(realtime.sweep_interval_ms),
        allowed_origins: config.server.allowed_origins.clone(),
        ..RealtimeSettings::default()
    }
}
