//! Sockets over a real connection: an actix server on loopback and a plain WebSocket client.

mod expiry;
mod tickets;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpServer};
use async_trait::async_trait;
use futures_util::stream::{iter, pending};
use futures_util::{SinkExt, StreamExt};
use rialto_identity::ports::{
    MockAccountListener, MockIdentityStore, MockPasswordHasher, MockTicketBoard, MockTokenIssuer,
};
use rialto_identity::{
    AccessClaims, AccessToken, AccessTokenError, Device, DisplayName, IdentityDeps, IdentityService, RefreshDigest,
    RefreshToken, Role, Session as DeviceSession, TicketDigest, TicketHolder, TokenLifetimes, User, Username,
};
use rialto_kernel::{Clock, Timer, UserId};
use rialto_portfolio::ports::{MockPriceFeed, MockQuoteTicker};
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

use crate::testing::{FakeIds, FakeLog, FakeNow, added, conversation_id, message_event, now, quote, user_id};
use crate::{Hub, Realtime, RealtimeDeps, RealtimeSettings};

const EPOCH: Uuid = Uuid::from_u128(7);

struct Server {
    realtime: Realtime,
    hub: Hub,
    log: FakeLog,
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
        created_at: now(),
    };
    let mut tokens = MockTokenIssuer::new();
    tokens.expect_verify_access().returning(|token, at| {
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
    tokens.expect_sign_access().returning(|_| AccessToken::new("access".into()));
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
    IdentityService::new(IdentityDeps {
        store: Arc::new(store),
        hasher: Arc::new(MockPasswordHasher::new()),
        tokens: Arc::new(tokens),
        tickets: Arc::new(tickets),
        listener: Arc::new(listener),
        clock,
        ids: Arc::new(FakeIds::default()),
        lifetimes: TokenLifetimes {
            access: Duration::from_secs(900),
            refresh: Duration::from_secs(9_000),
            ticket: Duration::from_secs(30),
        },
    })
}

fn prices() -> PriceService {
    let mut ticker = MockQuoteTicker::new();
    ticker.expect_watch().returning(|assets| Box::pin(iter([Arc::new(quote(&assets[0]))]).chain(pending())));
    PriceService::new(PriceDeps {
        feed: Arc::new(MockPriceFeed::new()),
        ticker: Arc::new(ticker),
        timer: Arc::new(NoTimer),
        bulk: BulkLimits { max_assets: 1, max_in_flight: 1, max_timeout: Duration::ZERO },
    })
}

impl Server {
    /// Users 1 and 2 are in conversation 1.
    async fn start(settings: RealtimeSettings) -> Self {
        Self::start_at(Arc::new(FakeNow), settings).await
    }

    async fn start_at(clock: Arc<dyn Clock>, settings: RealtimeSettings) -> Self {
        let log = FakeLog::default();
        log.append(conversation_id(1), added, user_id(1));
        log.append(conversation_id(1), added, user_id(2));
        let hub = Hub::new(settings.clone());
        let realtime = Realtime::new(RealtimeDeps {
            identity: identity(clock.clone()),
            messaging: log.service(),
            prices: prices(),
            clock,
            ids: Arc::new(FakeIds::default()),
            hub: hub.clone(),
            settings,
        });
        let routes = realtime.clone();
        let server = HttpServer::new(move || App::new().configure(|config| routes.configure(config)))
            .workers(1)
            .tcp_nodelay(true)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let address = server.addrs()[0].to_string();
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
        Self { realtime, hub, log, address, _stop: stop.drop_guard() }
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

#[actix_web::test]
async fn what_one_says_all_hear() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, ready) = server.sign_in(1).await;
    assert_eq!(ready["data"]["streams"][talk()]["seq"], 2);
    assert_eq!(ready["data"]["user"]["online"], true);
    let (mut bob, _) = server.sign_in(2).await;
    ann.say(message("hi")).await;
    let event = bob.next("event").await;
    assert_eq!((&event["seq"], &event["event"]), (&json!(3), &json!("message.created")));
    assert_eq!(event["data"]["nonce"], Value::Null);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let Some(Message::Text(text)) = ann.hear().await else { panic!("closed") };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] == "ok" {
            assert_eq!((&frame["id"], &frame["data"]["seq"]), (&json!(7), &json!(3)));
        }
        kinds.push(frame["type"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["event", "ok"]);
    ann.say(json!({"type": "typing", "stream": talk()})).await;
    let signal = bob.next("signal").await;
    assert_eq!((&signal["signal"], &signal["data"]["ttl_ms"]), (&json!("typing"), &json!(6000)));
    ann.say(json!({"type": "ping", "id": 8})).await;
    assert_eq!(ann.next("pong").await["id"], 8, "the typist hears nothing of it");
}

#[actix_web::test]
async fn a_client_that_resumes_gets_what_it_missed_then_synced_then_live_events() {
    let server = Server::start(RealtimeSettings::default()).await;
    for _ in 0..450 {
        server.log.append(conversation_id(1), message_event, user_id(2));
    }
    let mut ann = server.open(&[]).await.unwrap();
    ann.next("hello").await;
    ann.say(json!({"type": "auth", "id": 1, "data": {"token": "token-1", "resume": {talk(): [EPOCH, 2]}}})).await;
    let ready = ann.next("ready").await;
    assert_eq!(ready["id"], 1);
    assert_eq!(ready["data"]["streams"][talk()], json!({"epoch": EPOCH, "seq": 452, "from": 2, "ok": true}));
    for seq in 3..=452 {
        let event = ann.next("event").await;
        assert_eq!((&event["seq"], &event["replay"]), (&json!(seq), &json!(true)));
    }
    assert_eq!(ann.next("synced").await["seq"], 452);
    let (mut bob, _) = server.sign_in(2).await;
    bob.say(message("hi")).await;
    let event = ann.next("event").await;
    assert_eq!((&event["seq"], &event["replay"]), (&json!(453), &Value::Null));
    ann.say(json!({"type": "catchup", "id": 2, "stream": talk(), "data": {"after": 451}})).await;
    assert_eq!(ann.next("event").await["seq"], 452);
    assert_eq!(ann.next("event").await["seq"], 453);
    assert_eq!(ann.next("ok").await["data"], json!({"seq": 453, "top": 453}));
}

#[actix_web::test]
async fn a_guest_comes_in_with_a_name_and_gets_tokens() {
    let server = Server::start(RealtimeSettings::default()).await;
    let mut guest = server.open(&[]).await.unwrap();
    guest.next("hello").await;
    guest.say(json!({"type": "auth", "id": 1, "data": {"guest": {"name": ""}}})).await;
    assert_eq!(guest.next("error").await["error"]["code"], "invalid_body");
    guest.say(json!({"type": "auth", "id": 2, "data": {"guest": {"name": "Ann"}}})).await;
    let ready = guest.next("ready").await;
    assert_eq!(ready["data"]["tokens"]["refresh_token"], "refresh");
    assert_eq!(ready["data"]["user"]["role"], "guest");
}

#[actix_web::test]
async fn nobody_comes_in_without_good_credentials() {
    let settings = RealtimeSettings { auth_timeout: Duration::from_millis(300), ..Default::default() };
    let server = Server::start(settings).await;
    let mut client = server.open(&[("authorization", "Bearer nonsense")]).await.unwrap();
    client.next("hello").await;
    assert_eq!(client.next("error").await["error"]["code"], "token_invalid");
    let bye = client.next("bye").await;
    assert_eq!((&bye["data"]["code"], &bye["data"]["resume"]), (&json!(4401), &json!(false)));
    assert_eq!(client.close_code().await, 4401);

    let mut silent = server.open(&[]).await.unwrap();
    assert_eq!(silent.close_code().await, 4401);

    let mut eager = server.open(&[]).await.unwrap();
    eager.next("hello").await;
    for _ in 0..3 {
        eager.say(message("hi")).await;
        assert_eq!(eager.next("error").await["error"]["code"], "not_authenticated");
    }
    assert_eq!(eager.next("bye").await["data"]["code"], 4422);

    let mut late = server.open(&[("authorization", "Bearer token-9")]).await.unwrap();
    assert_eq!(late.close_code().await, 4004);
}

#[actix_web::test]
async fn pages_of_other_origins_are_refused_and_the_cookie_needs_an_origin() {
    let server = Server::start(RealtimeSettings::default()).await;
    for origin in ["https://evil.org", "null", &format!("http://{}.evil.org", server.address)] {
        match server.open(&[("origin", origin)]).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin}"),
            _ => panic!("{origin} was let in"),
        }
    }
    let own = format!("http://{}", server.address);
    let cookie = ("cookie", "other=1; rialto_access=token-1");
    let mut page = server.open(&[("origin", &own), cookie]).await.unwrap();
    page.next("hello").await;
    page.next("ready").await;
    let mut program = server.open(&[cookie]).await.unwrap();
    program.next("hello").await;
    program.say(json!({"type": "ping"})).await;
    assert_eq!(program.next("error").await["error"]["code"], "not_authenticated");
}

#[actix_web::test]
async fn faults_are_answered_and_the_third_ends_the_socket() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, _) = server.sign_in(1).await;
    ann.say(json!({"type": "send", "id": 1, "stream": "c:nowhere", "data": {"content": "x"}})).await;
    assert_eq!(ann.next("error").await["error"]["code"], "invalid_body");
    ann.say(json!({"type": "send", "id": 1, "stream": talk(), "data": {"content": " "}})).await;
    assert!(ann.next("error").await["error"]["message"].as_str().unwrap().contains("content"));
    ann.say(json!({"type": "subscribe", "id": 1, "topics": ["x:weather"]})).await;
    assert_eq!(ann.next("error").await["error"]["code"], "unknown_topic");
    ann.say(json!({"type": "dance", "id": 5})).await;
    let error = ann.next("error").await;
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(5), &json!("bad_frame")));
    ann.socket.send(Message::binary(vec![1, 2])).await.unwrap();
    ann.next("error").await;
    ann.socket.send(Message::text("{")).await.unwrap();
    ann.next("error").await;
    assert_eq!(ann.next("bye").await["data"]["code"], 4422);
    assert_eq!(ann.close_code().await, 4422);
}

#[actix_web::test]
async fn faults_below_the_protocol_close_with_the_standard_codes() {
    let server = Server::start(RealtimeSettings::default()).await;
    let raw = |payload: Vec<u8>, opcode| Message::Frame(RawFrame::message(payload, opcode, true));
    let (mut big, _) = server.sign_in(1).await;
    big.socket.send(Message::text("x".repeat(70_000))).await.unwrap();
    assert_eq!(big.close_code().await, 1009);
    let (mut garbled, _) = server.sign_in(1).await;
    garbled.socket.send(raw(vec![0xff, 0xfe], OpCode::Data(Data::Text))).await.unwrap();
    assert_eq!(garbled.close_code().await, 1007);
    let (mut torn, _) = server.sign_in(1).await;
    torn.socket.send(raw(vec![1], OpCode::Data(Data::Continue))).await.unwrap();
    assert_eq!(torn.close_code().await, 1002);
}

#[actix_web::test]
async fn prices_tick_while_somebody_is_subscribed() {
    let server = Server::start(RealtimeSettings::default()).await;
    for n in [1, 2] {
        let (mut client, _) = server.sign_in(n).await;
        client.say(json!({"type": "subscribe", "id": 1, "topics": ["x:price:bitcoin"], "mode": "latest"})).await;
        client.next("ok").await;
        let tick = client.next("signal").await;
        assert_eq!((&tick["stream"], &tick["data"]["price"]), (&json!("x:price:bitcoin"), &json!("1")));
    }
}

#[actix_web::test]
async fn an_ended_session_and_silence_close_the_socket() {
    let settings = RealtimeSettings {
        ping_interval: Duration::from_millis(100),
        pong_timeout: Duration::from_millis(400),
        ..Default::default()
    };
    let server = Server::start(settings).await;
    let (mut ann, _) = server.sign_in(1).await;
    assert_eq!(ann.next("ping").await["data"]["tops"], json!({talk(): 2}));
    server.hub.end_sessions(&[Uuid::from_u128(1).into()]);
    assert_eq!(ann.close_code().await, 4403);
    let (mut deaf, _) = server.sign_in(2).await;
    // It reads nothing for a while, so it answers no ping either.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(deaf.close_code().await, 4003);
}

#[actix_web::test]
async fn draining_sends_everyone_away_and_lets_nobody_in() {
    let server = Server::start(RealtimeSettings::default()).await;
    let (mut ann, _) = server.sign_in(1).await;
    let unknown = server.open(&[]).await.unwrap();
    assert_eq!(server.hub.connections(), 2);
    let realtime = server.realtime.clone();
    let drained = actix_web::rt::spawn(async move { realtime.drain(Duration::from_millis(200)).await });
    let bye = ann.next("bye").await;
    assert_eq!((&bye["data"]["code"], &bye["data"]["resume"]), (&json!(4001), &json!(true)));
    assert!(bye["data"]["retry_after_ms"].as_u64().unwrap() < 200);
    assert_eq!(ann.close_code().await, 4001);
    match server.open(&[]).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 503),
        _ => panic!("let in"),
    }
    drop(unknown);
    let _ = ann.hear().await;
    drained.await.unwrap();
    assert_eq!(server.hub.connections(), 0);
}

/// More messages than the network's buffers and the socket's queue hold together.
const MANY: u64 = 900;

#[actix_web::test]
async fn a_client_that_reads_nothing_costs_only_itself() {
    let settings = RealtimeSettings { write_timeout: Duration::from_millis(500), ..Default::default() };
    let server = Server::start(settings).await;
    let mut slow = server.open_narrow().await;
    slow.next("hello").await;
    slow.next("ready").await;
    let (mut bob, _) = server.sign_in(2).await;
    let text = "\u{1F980}".repeat(8_000);
    for _ in 0..MANY {
        bob.say(json!({"type": "send", "stream": talk(), "data": {"content": text}})).await;
        for _ in 0..2 {
            assert!(matches!(bob.hear().await, Some(Message::Text(_))));
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut last = 2;
    loop {
        match slow.hear().await {
            Some(Message::Text(text)) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["type"] == "event" {
                    assert_eq!(frame["seq"], last + 1);
                    last += 1;
                } else {
                    assert_eq!(frame["data"]["code"], 4002, "{frame}");
                    break;
                }
            }
            Some(Message::Close(_)) | None => panic!("no goodbye"),
            _ => {}
        }
    }
    assert!(last < MANY);
    assert_eq!(slow.close_code().await, 4002);
}
