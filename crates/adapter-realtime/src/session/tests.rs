//! Sockets over a real connection: an actix server on loopback and a plain WebSocket client.

mod ending;
mod expiry;
mod faults;
mod membership;
mod messages;
mod personal;
mod rate;
mod reading;
mod resuming;
mod signing_in;
mod slow;
mod talking;
mod tickets;
mod topics;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::App;
use actix_web::dev::AppConfig;
use async_trait::async_trait;
use futures_util::stream::{iter, pending};
use futures_util::{SinkExt, StreamExt};
use rialto_edge::{RateLimits, Rates};
use rialto_identity::ports::{
    MockAccountDeletions, MockAccountListener, MockApiTokenStore, MockAttemptBoard, MockBlockStore, MockCodeSource,
    MockErrands, MockIdentityStore, MockInvitationStore, MockKnownAddresses, MockMailer, MockPasswordHasher,
    MockPasswordStore, MockPictureFetcher, MockProfileStore, MockSecretSource, MockSecurityLog, MockSessionRecords,
    MockSessionStore, MockSessionWatch, MockSetupStore, MockTicketBoard, MockTokenIssuer, MockTotpStore,
};
use rialto_identity::{
    AccessClaims, AccessToken, AccessTokenError, Device, DisplayName, IdentityDeps, IdentityService, PresenceSetting,
    RefreshDigest, RefreshToken, Registration, RegistrationPolicy, ResetRules, Role, Session as DeviceSession,
    ThrottleRule, ThrottleRules, TicketDigest, TicketHolder, TokenLifetimes, User, Username,
};
use rialto_kernel::{
    Clock, Instant, RateKey, RateLimiter, RatePolicy, RateState, RateVerdict, SessionId, StoreError, Timer, UserId,
};
use rialto_messaging::MessagingService;
use rialto_portfolio::ports::{MockPriceFeed, MockPriceOperations, MockQuoteTicker};
use rialto_portfolio::{BulkLimits, PriceDeps, PriceService};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::testing::{FakeIds, FakeLog, FakeNow, added, conversation_id, message_event, now, quote, service, user_id};
use crate::{Hub, Realtime, RealtimeDeps, RealtimeSettings, Takeover};

const EPOCH: Uuid = Uuid::from_u128(7);

struct Server {
    realtime: Realtime,
    hub: Hub,
    log: FakeLog,
    messaging: MessagingService,
    address: String,
    _stop: DropGuard,
}

struct NoTimer;

#[async_trait]
impl Timer for NoTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Tokens are `token-<n>` for user n, whose session has the same number; `newer-<n>` lasts an hour longer.
/// Tickets are `ticket-<n>`, each good once.
fn identity(clock: Arc<dyn Clock>) -> IdentityService {
    let user = |id: UserId, name: &str, role| User {
        id,
        username: Username::parse(name).unwrap(),
        email: None,
        display_name: DisplayName::parse(name).unwrap(),
        bio: String::new(),
        avatar_url: None,
        role,
        presence: PresenceSetting::default(),
        created_at: now(),
        disabled_at: None,
    };
    let mut tokens = MockTokenIssuer::new();
    tokens.expect_verify_access().returning(|token, _, at| {
        let (kind, n) = token.split_once('-').ok_or(AccessTokenError::Invalid)?;
        let n: u128 = n.parse().map_err(|_| AccessTokenError::Invalid)?;
        let lifetime = Duration::from_secs(match (kind, n) {
            ("token", 9) => 0,
            ("token", _) => 900,
            ("newer", _) => 4_500,
            _ => return Err(AccessTokenError::Invalid),
        });
        if at > now() + lifetime {
            return Err(AccessTokenError::Expired);
        }
        let session_id = Uuid::from_u128(n).into();
        Ok(AccessClaims { user_id: user_id(n), session_id, issued_at: now(), expires_at: now() + lifetime })
    });
    tokens.expect_ticket_digest().returning(|ticket| {
        TicketDigest([ticket.strip_prefix("ticket-").and_then(|n| n.parse().ok()).unwrap_or_default(); 32])
    });
    let (mut tickets, used) = (MockTicketBoard::new(), Mutex::new(HashSet::from([0])));
    tickets.expect_redeem().returning(move |TicketDigest([n, ..]), _| {
        let holder = TicketHolder { user_id: user_id(n.into()), session_id: Uuid::from_u128(n.into()).into() };
        Ok(used.lock().unwrap().insert(n).then_some(holder))
    });
    tokens.expect_sign_access().returning(|_, _| AccessToken::new("access".into()));
    tokens.expect_fresh_refresh_token().returning(|| RefreshToken::new("refresh".into()));
    tokens.expect_digest().returning(|_| RefreshDigest([0; 32]));
    let mut store = MockIdentityStore::new();
    store.expect_insert_account().returning(|_| Ok(()));
    store.expect_find_live_session().returning(move |id| {
        let user_id = id.uuid().into();
        let session = DeviceSession { id, user_id, device: Device::default(), created_at: now() };
        Ok(Some((session, user(user_id, "ann", Role::Member))))
    });
    let mut listener = MockAccountListener::new();
    listener.expect_signed_in().returning(|_| Ok(()));
    let mut log = MockSecurityLog::new();
    log.expect_record().return_const(());
    let mut errands = MockErrands::new();
    errands.expect_run().return_const(true);
    let mut watch = MockSessionWatch::new();
    // The session of user 66 ended where nobody told this node.
    let ended = SessionId::from(Uuid::from_u128(66));
    watch.expect_find_ended().returning(move |all| Ok(all.iter().copied().filter(|id| *id == ended).collect()));
    IdentityService::new(IdentityDeps {
        profiles: Arc::new(MockProfileStore::new()),
        blocks: Arc::new(MockBlockStore::new()),
        deletions: Arc::new(MockAccountDeletions::new()),
        records: Arc::new(MockSessionRecords::new()),
        pictures: Arc::new(MockPictureFetcher::new()),
        store: Arc::new(store),
        sessions: Arc::new(MockSessionStore::new()),
        passwords: Arc::new(MockPasswordStore::new()),
        mailer: Arc::new(MockMailer::new()),
        errands: Arc::new(errands),
        hasher: Arc::new(MockPasswordHasher::new()),
        tokens: Arc::new(tokens),
        tickets: Arc::new(tickets),
        attempts: Arc::new(MockAttemptBoard::new()),
        known_addresses: Arc::new(MockKnownAddresses::new()),
        listener: Arc::new(listener),
        log: Arc::new(log),
        invitations: Arc::new(MockInvitationStore::new()),
        secrets: Arc::new(MockSecretSource::new()),
        setup: Arc::new(MockSetupStore::new()),
        totp: Arc::new(MockTotpStore::new()),
        codes: Arc::new(MockCodeSource::new()),
        watch: Arc::new(watch),
        api_tokens: Arc::new(MockApiTokenStore::new()),
        policy: RegistrationPolicy { members: Registration::Open, guests: true },
        clock,
        ids: Arc::new(FakeIds::default()),
        lifetimes: TokenLifetimes {
            access: Duration::from_secs(900),
            refresh: Duration::from_secs(9_000),
            ticket: Duration::from_secs(30),
        },
        throttle: ThrottleRules { account_from: RULE, from: RULE, account: RULE, known_for: Duration::ZERO },
        resets: ResetRules { lifetime: Duration::from_secs(3_600), page: String::new() },
    })
}

/// Nobody logs in here.
const RULE: ThrottleRule =
    ThrottleRule { free: 1, first: Duration::ZERO, longest: Duration::ZERO, forgotten_after: Duration::ZERO };

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

fn prices() -> PriceService {
    let mut ticker = MockQuoteTicker::new();
    ticker.expect_watch().returning(|assets| Box::pin(iter([Arc::new(quote(&assets[0]))]).chain(pending())));
    PriceService::new(PriceDeps {
        feed: Arc::new(MockPriceFeed::new()),
        operations: Arc::new(MockPriceOperations::new()),
        ticker: Arc::new(ticker),
        timer: Arc::new(NoTimer),
        bulk: BulkLimits { max_assets: 1, max_timeout: Duration::ZERO },
    })
}

impl Server {
    /// Users 1 and 2 are in conversation 1.
    async fn start(settings: RealtimeSettings) -> Self {
        Self::start_at(Arc::new(FakeNow), settings).await
    }

    async fn start_at(clock: Arc<dyn Clock>, settings: RealtimeSettings) -> Self {
        Self::start_limited(clock, settings, Rates::NONE).await
    }

    async fn start_limited(clock: Arc<dyn Clock>, settings: RealtimeSettings, rates: Rates) -> Self {
        let log = FakeLog::default();
        log.append(conversation_id(1), added, user_id(1));
        log.append(conversation_id(1), added, user_id(2));
        let hub = Hub::new(settings.clone());
        let messaging = service(&log, hub.clone());
        let realtime = Realtime::new(RealtimeDeps {
            identity: identity(clock.clone()),
            messaging: messaging.clone(),
            prices: prices(),
            limits: RateLimits::new(Arc::new(FakeLimiter::default()), clock.clone(), rates),
            clock,
            ids: Arc::new(FakeIds::default()),
            hub: hub.clone(),
            settings,
        });
        let routes = realtime.clone();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = actix_server::Server::build().workers(1).disable_signals();
        let server = server.listen("sockets", listener, move || {
            let service = || {
                let app = App::new().configure(|config| routes.configure(config)).into_factory();
                map_config(app.map_err(|error| error.error_response()), |()| AppConfig::default())
            };
            HttpService::build().tcp_nodelay(true).upgrade(Takeover::new(service())).finish(service()).tcp()
        });
        let server = server.unwrap();
        let stop = CancellationToken::new();
        let (running, stopped) = (realtime.clone(), stop.clone());
        actix_web::rt::spawn(async move { running.run(stopped).await });
        let server = server.run();
        let (handle, stopped) = (server.handle(), stop.clone());
        actix_web::rt::spawn(server);
        actix_web::rt::spawn(async move {
            stopped.cancelled().await;
            handle.stop(false).await;
        });
        Self { realtime, hub, log, messaging, address, _stop: stop.drop_guard() }
    }

    async fn open(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        self.open_at("/ws", headers).await
    }

    async fn open_at(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Client { socket })
    }

    /// A socket of user 1 whose network takes little.
    async fn open_narrow(&self) -> Client {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let stream = socket.connect(self.address.parse().unwrap()).await.unwrap();
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("authorization", "Bearer token-1".parse().unwrap());
        let (socket, _) = client_async(request, MaybeTlsStream::Plain(stream)).await.unwrap();
        Client { socket }
    }

    /// A socket of user n that is ready, and its `ready`.
    async fn sign_in(&self, n: u8) -> (Client, Value) {
        let bearer = format!("Bearer token-{n}");
        let mut client = self.open(&[("authorization", &bearer)]).await.unwrap();
        assert_eq!(client.next("hello").await["data"]["protocol"], 1);
        let ready = client.next("ready").await;
        (client, ready)
    }
}

struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    async fn say(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn hear(&mut self) -> Option<Message> {
        let message = tokio::time::timeout(Duration::from_secs(10), self.socket.next()).await;
        message.expect("nothing came").and_then(Result::ok)
    }

    /// The next frame, which must be of this type.
    async fn next(&mut self, kind: &str) -> Value {
        loop {
            match self.hear().await {
                Some(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(frame["type"], kind, "{frame}");
                    return frame;
                }
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("{other:?} instead of {kind}"),
            }
        }
    }

    /// The frames up to one of this type, and that.
    async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            match self.hear().await {
                Some(Message::Text(text)) => frames.push(serde_json::from_str::<Value>(&text).unwrap()),
                Some(Message::Ping(_) | Message::Pong(_)) => continue,
                other => panic!("{other:?} instead of {kind}"),
            }
            if frames.last().unwrap()["type"] == kind {
                return frames;
            }
        }
    }

    /// Asks for something; what is answered, with whatever comes before it left out.
    async fn ask(&mut self, command: Value) -> Value {
        let id = command["id"].clone();
        self.say(command).await;
        loop {
            let Some(Message::Text(text)) = self.hear().await else { panic!("closed") };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["id"] == id {
                return frame;
            }
        }
    }

    async fn close_code(&mut self) -> u16 {
        loop {
            match self.hear().await {
                Some(Message::Close(reason)) => return reason.map_or(0, |reason| reason.code.into()),
                Some(_) => {}
                None => panic!("gone without a close frame"),
            }
        }
    }
}

fn talk() -> String {
    format!("c:{}", conversation_id(1))
}

fn message(content: &str) -> Value {
    json!({"type": "send", "id": 7, "stream": talk(), "data": {"content": content, "nonce": "n"}})
}
