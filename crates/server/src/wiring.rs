//! Which adapter stands behind which port. The one place that knows them all.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use chrono::TimeDelta;
use rialto_adapter_compat::Feed;
use rialto_adapter_memory::{MemoryAttemptBoard, MemoryRateLimiter, MemoryTicketBoard};
use rialto_adapter_outgoing::{OutgoingPictureFetcher, OutgoingSettings};
use rialto_adapter_prices::PolledQuoteTicker;
use rialto_adapter_realtime::{DirectBus, Hub, RealtimeSettings};
use rialto_adapter_security::{
    BcryptPasswordHasher, JwtSettings, JwtTokenIssuer, RandomSecrets, SecretFile, SigningKey, TimedCodes,
};
use rialto_adapter_system::{SystemClock, SystemTimer, TokioErrands, UuidV7Source};
use rialto_edge::{RateLimits, Rates};
use rialto_identity::{
    AccountListener, AdminDeps, AdminService, IdentityDeps, IdentityService, PasswordHasher, RegistrationPolicy,
    SecurityLog, ThrottleRule, ThrottleRules, TokenLifetimes,
};
use rialto_kernel::{Clock, IdSource};
use rialto_messaging::MessagingService;
use rialto_portfolio::{
    AlertDeps, AlertLimits, AlertService, BulkLimits, HistoryDeps, HistoryLimits, HistoryService, PriceDeps, PriceFeed,
    PriceRecorder, PriceService, RecorderDeps, RecorderSettings, Retention, WatchlistDeps, WatchlistLimits,
    WatchlistService,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;

use crate::account_listener::Doorkeeper;
use crate::alert_courier::MessagingCourier;
use crate::config::{Config, Environment, LimitsConfig, PricesConfig, RealtimeConfig};
use crate::farewell::Farewell;
use crate::live::{BothGates, SharedBus};
use crate::mail;
use crate::prices::{self, Surroundings};
use crate::security_log::TracedSecurityLog;
use crate::start_error::StartError;
use crate::storage::{PortfolioStores, Storage};

/// Mails and other things after an answer that may be under way at once.
const ERRANDS: u32 = 256;

/// The domains, ready to be driven.
pub struct Services {
    pub identity: IdentityService,
    pub admin: AdminService,
    pub messaging: MessagingService,
    pub prices: Prices,
    pub hub: Hub,
    pub feed: Feed,
    pub farewell: Farewell,
    pub limits: RateLimits,
    pub errands: TokioErrands,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
}

/// Puts adapters behind every port of a server that listens at `addr`.
pub fn wire(config: &Config, storage: &Storage, addr: SocketAddr) -> Result<Services, StartError> {
    let (clock, ids) = system();
    let hub = Hub::new(realtime_settings(config));
    let feed = Feed::default();
    let gate = BothGates { hub: hub.clone(), feed: feed.clone() };
    let bus = SharedBus { direct: DirectBus::new(hub.clone()), feed: feed.clone() };
    let messaging = storage.messaging.clone().service(Arc::new(gate), Arc::new(bus), (clock.clone(), ids.clone()));
    let errands = TokioErrands::new(Handle::current(), ERRANDS);
    let accounts = storage.identity.clone();
    let farewell = Farewell::new(accounts.deletions.clone(), messaging.clone());
    let hasher: Arc<dyn PasswordHasher> = Arc::new(password_hasher(config)?);
    let listener: Arc<dyn AccountListener> = Arc::new(Doorkeeper {
        messaging: messaging.clone(),
        hub: hub.clone(),
        feed: feed.clone(),
        farewell: farewell.clone(),
    });
    let log: Arc<dyn SecurityLog> = Arc::new(TracedSecurityLog { kept: accounts.log });
    let admin = AdminService::new(AdminDeps {
        store: accounts.store.clone(),
        accounts: accounts.accounts,
        invitations: accounts.invitations.clone(),
        api_tokens: accounts.api_tokens.clone(),
        totp: accounts.totp.clone(),
        hasher: hasher.clone(),
        secrets: Arc::new(RandomSecrets),
        listener: listener.clone(),
        log: log.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
    });
    let identity = IdentityService::new(IdentityDeps {
        store: accounts.store,
        profiles: accounts.profiles,
        blocks: accounts.blocks,
        deletions: accounts.deletions,
        records: accounts.records,
        pictures: Arc::new(picture_fetcher(config)?),
        sessions: accounts.sessions,
        passwords: accounts.passwords,
        mailer: mail::mailer(config)?,
        errands: Arc::new(errands.clone()),
        hasher,
        tokens: Arc::new(token_issuer(config)?),
        tickets: Arc::new(MemoryTicketBoard::new()),
        attempts: Arc::new(MemoryAttemptBoard::new(config.limits.max_keys)),
        known_addresses: accounts.known_addresses,
        listener,
        log,
        invitations: accounts.invitations,
        secrets: Arc::new(RandomSecrets),
        setup: accounts.setup,
        totp: accounts.totp,
        codes: Arc::new(TimedCodes),
        watch: accounts.watch,
        api_tokens: accounts.api_tokens,
        policy: RegistrationPolicy { members: config.auth.registration.into(), guests: config.auth.guests },
        clock: clock.clone(),
        ids: ids.clone(),
        lifetimes: TokenLifetimes {
            access: Duration::from_secs(config.auth.access_minutes * 60),
            refresh: Duration::from_secs(config.auth.refresh_days * 24 * 60 * 60),
            ticket: Duration::from_secs(config.auth.ticket_seconds),
        },
        throttle: throttle_rules(&config.limits),
        resets: mail::reset_rules(config, addr),
    });
    let around =
        Surroundings { budgets: storage.portfolio.budgets.clone(), clock: clock.clone(), timer: Arc::new(SystemTimer) };
    let limiter = Arc::new(MemoryRateLimiter::new(config.limits.max_keys));
    let limits = RateLimits::new(limiter, clock.clone(), rates(&config.limits));
    let courier = MessagingCourier { identity: identity.clone(), messaging: messaging.clone(), limits: limits.clone() };
    let prices = price_services(&config.prices, &around, &storage.portfolio, courier, &ids)?;
    mail::advise(config);
    Ok(Services { identity, admin, messaging, prices, hub, feed, farewell, limits, errands, clock, ids })
}

/// How long an account remembers where it was signed in.
const KNOWN_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// After how long without an attempt wrong passwords are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

fn throttle_rules(limits: &LimitsConfig) -> ThrottleRules {
    let rule = |free, longest_s| ThrottleRule {
        free,
        first: Duration::from_secs(limits.login_first_wait_seconds),
        longest: Duration::from_secs(longest_s),
        forgotten_after: FORGOTTEN_AFTER,
    };
    ThrottleRules {
        account_from: rule(limits.login_free_attempts, limits.login_longest_wait_seconds),
        from: rule(limits.login_free_attempts_per_address, limits.login_longest_wait_per_address_seconds),
        account: rule(limits.login_free_attempts_per_account, limits.login_longest_wait_per_account_seconds),
        known_for: KNOWN_FOR,
    }
}

/// How often who may ask for what.
pub const fn rates(limits: &LimitsConfig) -> Rates {
    Rates {
        enabled: limits.enabled,
        address: limits.address_per_minute,
        user: limits.user_per_minute,
        sign_in: limits.sign_in_per_minute,
        send: limits.send_per_minute,
        search: limits.search_per_minute,
        bulk: limits.bulk_per_minute,
        loopback_factor: limits.loopback_factor,
    }
}

/// What tells the time, and what gives ids.
pub fn system() -> (Arc<dyn Clock>, Arc<dyn IdSource>) {
    (Arc::new(SystemClock), Arc::new(UuidV7Source))
}

/// What hashes passwords, as the configuration says.
pub fn password_hasher(config: &Config) -> Result<BcryptPasswordHasher, StartError> {
    let cores = available_parallelism().map_or(1, usize::from);
    // One core stays free for everything that is not a password.
    BcryptPasswordHasher::new(config.auth.bcrypt_cost, config.auth.hash_queue, cores.saturating_sub(1).max(1))
        .map_err(|error| StartError::Config(format!("auth.bcrypt_cost: {error}")))
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
    // The first signs, all verify.
    let secrets = [&secret].into_iter().chain(&config.auth.jwt_previous_secrets);
    JwtTokenIssuer::new(JwtSettings {
        issuer: config.auth.jwt_issuer.clone(),
        audience: config.auth.jwt_audience.clone(),
        keys: secrets.map(|secret| SigningKey::from_secret(secret.clone())).collect(),
        leeway: Duration::from_secs(config.auth.jwt_leeway_seconds),
    })
    .map_err(|error| StartError::Secret(error.to_string()))
}

fn picture_fetcher(config: &Config) -> Result<OutgoingPictureFetcher, StartError> {
    let allowed_private_hosts = config.outgoing.allowed_private_hosts.clone();
    OutgoingPictureFetcher::new(OutgoingSettings { allowed_private_hosts, ..OutgoingSettings::default() })
        .map_err(|error| StartError::Failed(error.to_string()))
}

/// All that is made of prices.
pub struct Prices {
    pub service: PriceService,
    pub histories: HistoryService,
    pub watchlists: WatchlistService,
    pub alerts: AlertService,
    pub recorder: PriceRecorder,
    pub feed: Arc<dyn PriceFeed>,
}

fn price_services(
    config: &PricesConfig,
    around: &Surroundings,
    stores: &PortfolioStores,
    courier: MessagingCourier,
    ids: &Arc<dyn IdSource>,
) -> Result<Prices, StartError> {
    let united = Arc::new(prices::feed(config, around)?);
    let feed: Arc<dyn PriceFeed> = united.clone();
    let (clock, timer) = (around.clock.clone(), around.timer.clone());
    let interval = Duration::from_millis(config.tick_interval_ms);
    let live = prices::live(config, &united, around)?;
    let ticker = PolledQuoteTicker::new(feed.clone(), interval, live, timer.clone(), Handle::current());
    let days = |days: u32| Some(Duration::from_secs(u64::from(days) * 24 * 60 * 60));
    let retention = Retention { five_minutes: days(config.keep_5m_days), hours: days(config.keep_1h_days), days: None };
    Ok(Prices {
        service: PriceService::new(PriceDeps {
            feed: feed.clone(),
            operations: united,
            ticker: Arc::new(ticker),
            timer: timer.clone(),
            bulk: BulkLimits {
                max_assets: config.bulk_max_assets,
                max_timeout: Duration::from_millis(config.bulk_max_timeout_ms),
            },
        }),
        histories: HistoryService::new(HistoryDeps {
            feed: feed.clone(),
            points: stores.points.clone(),
            clock: clock.clone(),
            limits: HistoryLimits { retention, ..HistoryLimits::default() },
        }),
        watchlists: WatchlistService::new(WatchlistDeps {
            store: stores.watchlists.clone(),
            feed: feed.clone(),
            clock: clock.clone(),
            timer,
            limits: WatchlistLimits::default(),
        }),
        alerts: AlertService::new(AlertDeps {
            store: stores.alerts.clone(),
            courier: Arc::new(courier),
            points: stores.points.clone(),
            clock,
            ids: ids.clone(),
            // What was an hour longer ago than that may be forgotten already.
            limits: AlertLimits {
                max_window: TimeDelta::days(config.keep_5m_days.into()) - TimeDelta::hours(1),
                ..AlertLimits::default()
            },
        }),
        recorder: PriceRecorder::new(RecorderDeps {
            feed: feed.clone(),
            points: stores.points.clone(),
            watchlists: stores.watchlists.clone(),
            settings: RecorderSettings { retention, ..RecorderSettings::default() },
        }),
        feed,
    })
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
        max_connections_per_address: realtime.max_connections_per_address,
        max_connections_from_loopback: usize::try_from(config.limits.loopback_factor)
            .map_or(usize::MAX, |factor| realtime.max_connections_per_address.saturating_mul(factor)),
        replay_limit: realtime.replay_limit,
        commands_per_second: realtime.commands_per_second,
        command_burst: realtime.command_burst,
        rate_strikes: realtime.rate_strikes,
        sweep_interval: Duration::from_millis(realtime.sweep_interval_ms),
        allowed_origins: config.server.allowed_origins.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        ..RealtimeSettings::default()
    }
}
