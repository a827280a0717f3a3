//! The whole server as one value: build it, ask where it listens, run it until it is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_server::Server;
use actix_web::middleware::Compress;
use actix_web::{App, web};
use rialto_adapter_compat::{
    COMPAT, CompatDeps, CompatSettings, SeatLimits, Seats, Surface, Surfaces, UnknownSurface, parse_go_duration,
};
use rialto_adapter_http::{Edge, EventStreams, HttpSettings, HttpState, ReadyQuotes};
use rialto_adapter_realtime::{Realtime, RealtimeDeps};
use rialto_adapter_system::TokioErrands;
use rialto_identity::SecretToken;
use rialto_portfolio::SIMULATED;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::alert_watch::AlertWatch;
use crate::config::{Config, Environment, ListenerConfig};
use crate::group_server::group_server;
use crate::health::ServerHealth;
use crate::http_server::HttpServer;
use crate::listener::listen;
use crate::price_recording::PriceRecording;
use crate::start_error::StartError;
use crate::storage::{Database, Storage, prepare_data_directory};
use crate::wiring::{Services, realtime_settings, wire};
use crate::{metrics_endpoint, security_log, shutdown};

/// A server that listens and is about to serve.
pub struct Application {
    addr: SocketAddr,
    surfaces: Vec<(Surface, String)>,
    database: String,
    prices: String,
    setup: Option<SecretToken>,
    parts: Parts,
}

/// What is running, and what the shutdown needs to stop it.
pub struct Parts {
    pub server: Server,
    pub realtime: Realtime,
    pub surfaces: Surfaces,
    pub background: Vec<JoinHandle<()>>,
    pub recording: PriceRecording,
    pub errands: TokioErrands,
    pub draining: CancellationToken,
    /// Idle connections close when it is cancelled.
    pub stopping: CancellationToken,
    pub drain: Duration,
}

impl Application {
    /// Opens the database, wires the domains and takes the address.
    pub async fn build(config: Config) -> Result<Self, StartError> {
        prepare_data_directory(&config.data.dir)?;
        let metrics = metrics_endpoint::install()?;
        let storage = Storage::over(Database::open(&config, config.database.migrate).await?);
        // Before the wiring, which makes links of it; the database is up to date by then, so that nobody waits long.
        let listener = listen(&config.server.host, config.server.port)?;
        let addr = listener.local_addr().map_err(|error| StartError::Failed(error.to_string()))?;
        let services = wire(&config, &storage, addr)?;
        services.messaging.open_lobby().await.map_err(|error| {
            StartError::Database(format!("cannot open the lobby: {error}. Run `rialto migrate` if migrations are off"))
        })?;

        let setup =
            services.identity.offer_setup().await.map_err(|error| {
                StartError::Database(format!("cannot prepare the set-up of the first admin: {error}"))
            })?;

        let draining = CancellationToken::new();
        let realtime = realtime(&config, &services);
        let state = web::Data::new(http_state(&config, &services, &storage, &draining));
        let recording = recording(&config, &services);
        let background = vec![
            tokio::spawn(metrics_endpoint::upkeep(metrics.clone())),
            tokio::spawn(security_log::forget_daily(
                services.admin.clone(),
                Duration::from_secs(config.auth.audit_days * 24 * 60 * 60),
            )),
            tokio::spawn({
                let (realtime, draining) = (realtime.clone(), draining.clone());
                async move { realtime.run(draining).await }
            }),
            tokio::spawn({
                let (feed, identity, messaging) =
                    (services.feed.clone(), services.identity.clone(), services.messaging.clone());
                let sweep = Duration::from_millis(config.realtime.sweep_interval_ms);
                async move { feed.run(identity, messaging, sweep).await }
            }),
            tokio::spawn(services.farewell.clone().run()),
            tokio::spawn(recording.clone().run()),
            tokio::spawn(alert_watch(&config, &services).run()),
        ];
        let stopping = CancellationToken::new();
        let surfaces = Surfaces::new(compat_deps(&config, &services, &storage)?);
        let beside = listeners(&config)?;
        let places = places(&config, addr, &beside)?;
        let edge = Edge::new(&state.settings, services.ids.clone(), services.limits.clone());
        let mut server = HttpServer::new(config.server.workers, stopping.clone());
        for (surface, listener) in beside {
            let (surfaces, edge) = (surfaces.clone(), edge.clone().of_another());
            let app = move || {
                let surfaces = surfaces.clone();
                App::new().wrap(edge.clone()).configure(move |routes| surfaces.mount_at_root(routes, surface))
            };
            server = server.serve_beside(surface.name(), listener, app).map_err(failed)?;
        }
        let app = {
            let (realtime, routed) = (realtime.clone(), state.clone());
            let (surfaces, edge) = (surfaces.clone(), edge.but_below(COMPAT));
            let mounted = mounted(&config);
            move || {
                App::new()
                    .wrap(Compress::default())
                    .wrap(edge.clone())
                    .configure(|routes| metrics_endpoint::configure(routes, metrics.clone()))
                    .configure(|routes| realtime.configure(routes))
                    .configure(|routes| rialto_adapter_http::configure_app(routes, routed.clone()))
                    .configure(|routes| mounted.iter().for_each(|surface| surfaces.mount(routes, *surface)))
                    .configure(rialto_adapter_web::configure)
            }
        };
        let server = server.serve(listener, app, state, services.ids.clone()).map_err(failed)?.run();
        Ok(Self {
            addr,
            surfaces: places,
            database: storage.database.describe(),
            prices: config.prices.providers.join(", "),
            setup,
            parts: Parts {
                server,
                realtime,
                surfaces,
                background,
                recording,
                errands: services.errands,
                draining,
                stopping,
                drain: Duration::from_millis(config.server.drain_ms),
            },
        })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Which database, for people.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Where which surface is, for people.
    pub fn surfaces(&self) -> &[(Surface, String)] {
        &self.surfaces
    }

    /// Where prices come from, for people.
    pub fn prices(&self) -> &str {
        &self.prices
    }

    /// What makes the first admin, while there is none.
    pub const fn setup(&self) -> Option<&SecretToken> {
        self.setup.as_ref()
    }

    /// Serves until `stop` is cancelled, then drains.
    pub async fn run_until_stopped(self, stop: CancellationToken) -> Result<(), StartError> {
        shutdown::run_until_stopped(self.parts, stop).await
    }
}

fn realtime(config: &Config, services: &Services) -> Realtime {
    Realtime::new(RealtimeDeps {
        identity: services.identity.clone(),
        messaging: services.messaging.clone(),
        prices: services.prices.service.clone(),
        clock: services.clock.clone(),
        ids: services.ids.clone(),
        hub: services.hub.clone(),
        limits: services.limits.clone(),
        settings: realtime_settings(config),
    })
}

fn recording(config: &Config, services: &Services) -> PriceRecording {
    PriceRecording {
        recorder: services.prices.recorder.clone(),
        feed: services.prices.feed.clone(),
        alerts: services.prices.alerts.clone(),
        clock: services.clock.clone(),
        popular: config.prices.record_popular,
        every: Duration::from_millis(config.prices.record_interval_ms),
    }
}

fn alert_watch(config: &Config, services: &Services) -> AlertWatch {
    AlertWatch {
        alerts: services.prices.alerts.clone(),
        prices: services.prices.service.clone(),
        feed: services.prices.feed.clone(),
        clock: services.clock.clone(),
        every: Duration::from_millis(config.prices.tick_interval_ms),
        simulated: config.prices.providers.iter().all(|name| name == SIMULATED),
        fired: Notify::new(),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn failed(error: std::io::Error) -> StartError {
    StartError::Failed(error.to_string())
}

/// The surfaces below `/compat/`; their names were checked with the configuration.
fn mounted(config: &Config) -> Vec<Surface> {
    config.compat.surfaces.iter().filter_map(|name| name.parse().ok()).collect()
}

/// Takes the addresses that surfaces have for themselves.
fn listeners(config: &Config) -> Result<Vec<(Surface, TcpListener)>, StartError> {
    let take = |wanted: &ListenerConfig| {
        let surface = wanted.surface.parse().map_err(|error: UnknownSurface| StartError::Config(error.to_string()))?;
        Ok((surface, listen(&wanted.host, wanted.port)?))
    };
    config.listeners.iter().map(take).collect()
}

/// Where each surface is, for a person.
fn places(
    config: &Config,
    addr: SocketAddr,
    beside: &[(Surface, TcpListener)],
) -> Result<Vec<(Surface, String)>, StartError> {
    let below = mounted(config).into_iter().map(|surface| Ok((surface, format!("http://{addr}{}", surface.prefix()))));
    let own = beside.iter().map(|(surface, listener)| {
        let addr = listener.local_addr().map_err(failed)?;
        Ok((*surface, format!("http://{addr}/")))
    });
    below.chain(own).collect()
}

fn compat_deps(config: &Config, services: &Services, storage: &Storage) -> Result<CompatDeps, StartError> {
    let realtime = realtime_settings(config);
    Ok(CompatDeps {
        identity: services.identity.clone(),
        messaging: services.messaging.clone(),
        prices: services.prices.service.clone(),
        numbers: storage.numbers.clone(),
        deliveries: storage.deliveries.clone(),
        feed: services.feed.clone(),
        seats: Seats::new(SeatLimits {
            all: realtime.max_connections,
            per_address: realtime.max_connections_per_address,
            from_loopback: realtime.max_connections_from_loopback,
        }),
        limits: services.limits.clone(),
        group_server: group_server(config, services.clock.clone())?,
        clock: services.clock.clone(),
        ids: services.ids.clone(),
        settings: CompatSettings {
            max_body_bytes: config.server.max_body_bytes,
            trusted_proxies: config.server.trusted_proxies.clone(),
            allowed_origins: config.server.allowed_origins.clone(),
            development: config.environment == Environment::Development,
            secure_cookies: config.server.secure_cookies,
            sse_heartbeat: Duration::from_millis(config.server.sse_heartbeat_ms),
            // It was checked with the configuration.
            portfolio_tracker_token: parse_go_duration(&config.compat.portfolio_tracker_jwt_expires_in)
                .unwrap_or_default(),
        },
    })
}

fn http_state(config: &Config, services: &Services, storage: &Storage, draining: &CancellationToken) -> HttpState {
    HttpState {
        identity: services.identity.clone(),
        admin: services.admin.clone(),
        messaging: services.messaging.clone(),
        prices: services.prices.service.clone(),
        histories: services.prices.histories.clone(),
        watchlists: services.prices.watchlists.clone(),
        alerts: services.prices.alerts.clone(),
        clock: services.clock.clone(),
        health: Arc::new(ServerHealth {
            database: storage.database.clone(),
            prices: services.prices.service.clone(),
            draining: draining.clone(),
            hub: services.hub.clone(),
        }),
        limits: services.limits.clone(),
        event_streams: EventStreams::default(),
        ready_quotes: ReadyQuotes::default(),
        settings: HttpSettings {
            allowed_origins: config.server.allowed_origins.clone(),
            secure_cookies: config.server.secure_cookies,
            max_body_bytes: config.server.max_body_bytes,
            trusted_proxies: config.server.trusted_proxies.clone(),
            sse_heartbeat: Duration::from_millis(config.server.sse_heartbeat_ms),
            body_timeout: Duration::from_millis(config.server.body_timeout_ms),
        },
    }
}
