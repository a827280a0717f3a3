//! What the tests share: services over mocks, people, and an application around them.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, Error, HttpResponse, web};
use async_trait::async_trait;
use chrono::DateTime;
use rialto_edge::{RateLimits, Rates};
use rialto_identity::ports::{
    MockAccountAdmin, MockAccountDeletions, MockAccountListener, MockApiTokenStore, MockAttemptBoard, MockBlockStore,
    MockCodeSource, MockErrands, MockIdentityStore, MockInvitationStore, MockKnownAddresses, MockMailer,
    MockPasswordHasher, MockPasswordStore, MockPictureFetcher, MockProfileStore, MockSecretSource, MockSecurityLog,
    MockSessionRecords, MockSessionStore, MockSessionWatch, MockSetupStore, MockTicketBoard, MockTokenIssuer,
    MockTotpStore,
};
use rialto_identity::{
    AccessClaims, AccessToken, AccessTokenError, AdminDeps, AdminService, Device, DisplayName, Email, IdentityDeps,
    IdentityService, PresenceSetting, RefreshDigest, RefreshToken, Registration, RegistrationPolicy, ResetDigest,
    ResetRules, RetryKeyDigest, Role, SecretDigest, Session, ThrottleRule, ThrottleRules, Ticket, TicketDigest,
    TokenLifetimes, User, Username,
};
use rialto_kernel::{
    Clock, Decimal, IdSource, Instant, RateKey, RateLimiter, RatePolicy, RateState, RateVerdict, StoreError, Timer,
};
use rialto_messaging::ports::{
    MockDiscretion, MockMessageChanges, MockMessageSearch, MockMessagingFigures, MockMessagingStore,
    MockModerationStore, MockNoticeBoard, MockPresenceBoard, MockReadPointers, MockRealtimeBus, MockSocketGate,
    MockUserTraces,
};
use rialto_messaging::{MessagingDeps, MessagingService, Presence};
use rialto_portfolio::ports::{
    MockAlertCourier, MockAlertStore, MockPriceFeed, MockPriceOperations, MockPricePointStore, MockQuoteTicker,
    MockWatchlistStore,
};
use rialto_portfolio::{
    AlertDeps, AlertLimits, AlertService, AssetId, BulkLimits, CacheStats, Currency, HistoryDeps, HistoryLimits,
    HistoryService, PriceDeps, PriceFeed, PricePointStore, PriceService, Quote, WatchlistDeps, WatchlistLimits,
    WatchlistService,
};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    Edge, EventStreams, HealthProbe, HealthReport, HttpSettings, HttpState, PartState, ReadyQuotes, configure_app,
};

pub struct Mocks {
    pub identity: MockIdentityStore,
    pub profiles: MockProfileStore,
    pub sessions: MockSessionStore,
    pub passwords: MockPasswordStore,
    pub accounts: MockAccountAdmin,
    pub hasher: MockPasswordHasher,
    pub tokens: MockTokenIssuer,
    pub tickets: MockTicketBoard,
    pub listener: MockAccountListener,
    pub messaging: MockMessagingStore,
    pub bus: MockRealtimeBus,
    pub presence: MockPresenceBoard,
    pub feed: MockPriceFeed,
    pub ticker: MockQuoteTicker,
    pub drain: watch::Receiver<bool>,
    pub settings: HttpSettings,
    pub attempts: MockAttemptBoard,
    pub api_tokens: MockApiTokenStore,
    pub rates: Rates,
}

impl Default for Mocks {
    /// Ann is known; the token `good` is hers, `old` has expired, every other is invalid.
    fn default() -> Self {
        let mut identity = MockIdentityStore::new();
        identity.expect_find_live_session().returning(|_| Ok(Some((session(), ann()))));
        let mut tokens = MockTokenIssuer::new();
        tokens.expect_verify_access().returning(|token, _, _| match token {
            "good" => Ok(claims()),
            "old" => Err(AccessTokenError::Expired),
            _ => Err(AccessTokenError::Invalid),
        });
        tokens.expect_sign_access().returning(|_, _| AccessToken::new("access.jwt".into()));
        tokens.expect_fresh_refresh_token().returning(|| RefreshToken::new("next-refresh".into()));
        tokens.expect_digest().returning(|_| RefreshDigest([7; 32]));
        tokens.expect_retry_key_digest().returning(|_| RetryKeyDigest([6; 32]));
        tokens.expect_reset_digest().returning(|_| ResetDigest([9; 32]));
        tokens.expect_fresh_ticket().returning(|| Ticket::new("fresh-ticket".into()));
        tokens.expect_ticket_digest().returning(|_| TicketDigest([8; 32]));
        let mut listener = MockAccountListener::new();
        listener.expect_signed_in().returning(|_| Ok(()));
        listener.expect_sessions_ended().return_const(());
        let mut bus = MockRealtimeBus::new();
        bus.expect_publish_event().return_const(());
        let mut presence = MockPresenceBoard::new();
        presence.expect_presence_of().returning(|users| {
            users.iter().map(|id| Presence { user_id: *id, online: true, last_seen_at: None }).collect()
        });
        Self {
            identity,
            profiles: MockProfileStore::new(),
            sessions: MockSessionStore::new(),
            passwords: MockPasswordStore::new(),
            accounts: MockAccountAdmin::new(),
            hasher: MockPasswordHasher::new(),
            tokens,
            tickets: MockTicketBoard::new(),
            listener,
            messaging: MockMessagingStore::new(),
            bus,
            presence,
            feed: MockPriceFeed::new(),
            ticker: MockQuoteTicker::new(),
            drain: watch::channel(false).1,
            settings: HttpSettings {
                allowed_origins: vec!["https://app.example.org".into()],
                max_body_bytes: 2_000,
                ..HttpSettings::default()
            },
            attempts: MockAttemptBoard::new(),
            api_tokens: MockApiTokenStore::new(),
            rates: Rates::NONE,
        }
    }
}

impl Mocks {
    pub fn state(self) -> web::Data<HttpState> {
        let mut log = MockSecurityLog::new();
        log.expect_record().return_const(());
        let mut known_addresses = MockKnownAddresses::new();
        known_addresses.expect_list_addresses_of().returning(|_, _| Ok(Vec::new()));
        let mut totp = MockTotpStore::new();
        totp.expect_find_totp().returning(|_| Ok(None));
        let mut errands = MockErrands::new();
        errands.expect_run().return_const(true);
        let mut secrets = MockSecretSource::new();
        secrets.expect_secret_digest().returning(|_| SecretDigest([5; 32]));
        let identity = IdentityService::new(IdentityDeps {
            store: Arc::new(self.identity),
            profiles: Arc::new(self.profiles),
            blocks: Arc::new(MockBlockStore::new()),
            deletions: Arc::new(MockAccountDeletions::new()),
            records: Arc::new(MockSessionRecords::new()),
            pictures: Arc::new(MockPictureFetcher::new()),
            sessions: Arc::new(self.sessions),
            passwords: Arc::new(self.passwords),
            mailer: Arc::new(MockMailer::new()),
            errands: Arc::new(errands),
            hasher: Arc::new(self.hasher),
            tokens: Arc::new(self.tokens),
            tickets: Arc::new(self.tickets),
            listener: Arc::new(self.listener),
            attempts: Arc::new(self.attempts),
            known_addresses: Arc::new(known_addresses),
            log: Arc::new(log),
            invitations: Arc::new(MockInvitationStore::new()),
            secrets: Arc::new(secrets),
            setup: Arc::new(MockSetupStore::new()),
            totp: Arc::new(totp),
            codes: Arc::new(MockCodeSource::new()),
            watch: Arc::new(MockSessionWatch::new()),
            api_tokens: Arc::new(self.api_tokens),
            policy: RegistrationPolicy { members: Registration::Open, guests: true },
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
            lifetimes: TokenLifetimes {
                access: Duration::from_secs(900),
                refresh: Duration::from_secs(604_800),
                ticket: Duration::from_secs(30),
            },
            throttle: throttle(),
            resets: ResetRules { lifetime: Duration::from_secs(3_600), page: String::new() },
        });
        let mut discretion = MockDiscretion::new();
        discretion.expect_unseen_by().returning(|_, _| Ok(Vec::new()));
        let messaging = MessagingService::new(MessagingDeps {
            store: Arc::new(self.messaging),
            changes: Arc::new(MockMessageChanges::new()),
            reads: Arc::new(MockReadPointers::new()),
            moderation: Arc::new(MockModerationStore::new()),
            search: Arc::new(MockMessageSearch::new()),
            discretion: Arc::new(discretion),
            traces: Arc::new(MockUserTraces::new()),
            notices: Arc::new(MockNoticeBoard::new()),
            figures: Arc::new(MockMessagingFigures::new()),
            gate: Arc::new(MockSocketGate::new()),
            bus: Arc::new(self.bus),
            presence: Arc::new(self.presence),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
        });
        let feed: Arc<dyn PriceFeed> = Arc::new(self.feed);
        let prices = price_service(&feed, self.ticker);
        let points: Arc<dyn PricePointStore> = Arc::new(MockPricePointStore::new());
        let histories = HistoryService::new(HistoryDeps {
            feed: feed.clone(),
            points: points.clone(),
            clock: Arc::new(FakeNow),
            limits: HistoryLimits::default(),
        });
        let watchlists = WatchlistService::new(WatchlistDeps {
            store: Arc::new(MockWatchlistStore::new()),
            feed,
            clock: Arc::new(FakeNow),
            timer: Arc::new(FakeTimer),
            limits: WatchlistLimits::default(),
        });
        let alerts = AlertService::new(AlertDeps {
            store: Arc::new(MockAlertStore::new()),
            courier: Arc::new(MockAlertCourier::new()),
            points,
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
            limits: AlertLimits::default(),
        });
        let admin = AdminService::new(AdminDeps {
            store: Arc::new(MockIdentityStore::new()),
            accounts: Arc::new(self.accounts),
            invitations: Arc::new(MockInvitationStore::new()),
            api_tokens: Arc::new(MockApiTokenStore::new()),
            totp: Arc::new(MockTotpStore::new()),
            hasher: Arc::new(MockPasswordHasher::new()),
            secrets: Arc::new(MockSecretSource::new()),
            listener: Arc::new(MockAccountListener::new()),
            log: Arc::new(MockSecurityLog::new()),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
        });
        web::Data::new(HttpState {
            identity,
            admin,
            messaging,
            prices,
            histories,
            watchlists,
            alerts,
            clock: Arc::new(FakeNow),
            health: Arc::new(FakeHealth { drain: self.drain }),
            limits: RateLimits::new(Arc::new(FakeLimiter::default()), Arc::new(FakeNow), self.rates),
            event_streams: EventStreams::default(),
            ready_quotes: ReadyQuotes::default(),
            settings: self.settings,
        })
    }

    /// The application as a server puts it together, with a page at `/`.
    pub fn app(
        self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = Error,
            InitError = (),
        >,
    > {
        let state = self.state();
        App::new()
            .wrap(Edge::new(&state.settings, Arc::new(FakeIds), state.limits.clone()))
            .configure(|config| configure_app(config, state.clone()))
            .default_service(web::to(|| async {
                HttpResponse::Ok()
                    .insert_header(("content-security-policy", "default-src 'self'"))
                    .body("<!doctype html>")
            }))
    }
}

fn price_service(feed: &Arc<dyn PriceFeed>, ticker: MockQuoteTicker) -> PriceService {
    let mut operations = MockPriceOperations::new();
    operations.expect_providers().returning(Vec::new);
    operations.expect_cache_stats().returning(CacheStats::default);
    PriceService::new(PriceDeps {
        feed: feed.clone(),
        operations: Arc::new(operations),
        ticker: Arc::new(ticker),
        timer: Arc::new(FakeTimer),
        bulk: BulkLimits { max_assets: 250, max_timeout: Duration::from_secs(30) },
    })
}

fn throttle() -> ThrottleRules {
    let rule = ThrottleRule {
        free: 3,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
        forgotten_after: Duration::from_secs(3_600),
    };
    ThrottleRules { account_from: rule, from: rule, account: rule, known_for: Duration::from_secs(86_400) }
}

/// Forgets nothing.
#[derive(Default)]
struct FakeLimiter(Mutex<HashMap<RateKey, RateState>>);

#[async_trait]
impl RateLimiter for FakeLimiter {
    async fn take(&self, key: RateKey, policy: RatePolicy, cost: u32, now: Instant) -> Result<RateVerdict, StoreError> {
        let mut states = self.0.lock().unwrap();
        let (state, verdict) = policy.judge(states.get(&key).copied().unwrap_or_default(), cost, now);
        states.insert(key, state);
        Ok(verdict)
    }
}

struct FakeNow;

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        now()
    }
}

pub struct FakeIds;

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(42)
    }
}

struct FakeTimer;

#[async_trait]
impl Timer for FakeTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

struct FakeHealth {
    drain: watch::Receiver<bool>,
}

#[async_trait]
impl HealthProbe for FakeHealth {
    async fn probe(&self) -> HealthReport {
        HealthReport {
            version: "1.2.3".into(),
            database: PartState::Ok,
            bus: PartState::Ok,
            prices: PartState::Unavailable,
            websocket: PartState::Ok,
            draining: false,
        }
    }

    async fn drain_begins(&self) {
        if self.drain.clone().wait_for(|draining| *draining).await.is_err() {
            pending().await
        }
    }

    fn open_sockets(&self) -> u64 {
        0
    }
}

pub fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

pub fn ann() -> User {
    User {
        id: Uuid::from_u128(1).into(),
        username: Username::parse("ann").unwrap(),
        email: Some(Email::parse("ann@example.org").unwrap()),
        display_name: DisplayName::parse("Ann").unwrap(),
        bio: String::new(),
        avatar_url: None,
        role: Role::Member,
        presence: PresenceSetting::default(),
        created_at: now(),
        disabled_at: None,
    }
}

pub fn guest() -> User {
    User { username: Username::guest(1), email: None, role: Role::Guest, ..ann() }
}

pub fn session() -> Session {
    Session { id: Uuid::from_u128(2).into(), user_id: ann().id, device: Device::default(), created_at: now() }
}

fn claims() -> AccessClaims {
    AccessClaims {
        user_id: ann().id,
        session_id: session().id,
        issued_at: now(),
        expires_at: now() + Duration::from_secs(900),
    }
}

pub fn quote_at(asset: &str, price: u32) -> Quote {
    Quote {
        asset_id: AssetId::parse(asset).unwrap(),
        symbol: asset.into(),
        name: asset.into(),
        price: Decimal::from(price),
        currency: Currency::default(),
        change_24h: None,
        change_percent_24h: None,
        market_cap: None,
        volume_24h: None,
        rank: None,
        provider: "fake",
        observed_at: now(),
        fetched_at: now(),
        stale: false,
        conversion: vec![],
    }
}
