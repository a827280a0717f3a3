//! From HTTP to WebSocket: who may, with which credentials.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_http::ws::{HandshakeError, handshake};
use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{StatusCode, Version};
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_edge::origin::judge;
use rialto_edge::{Authorization, Origin, client_address, cookie};
use rialto_identity::Device;
use rialto_kernel::{ConnectionId, Network};
use rialto_portfolio::{AssetId, PriceService};
use rialto_wire::problem::{MEDIA_TYPE, Problem};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::Session;
use super::incoming::Incoming;
use super::liveness::Liveness;
use super::rate::CommandRate;
use super::sign_in::Credentials;
use crate::Realtime;
use crate::RealtimeDeps;
use crate::hub::{Admission, Kind, Refused};
use crate::outbox::Outbox;
use crate::outgoing::Outgoing;

/// The subprotocol a client may ask for.
const SUBPROTOCOL: &str = "rialto.v1";
/// The cookie with the access token.
const COOKIE: &str = "rialto_access";

/// A connection that was let in and becomes a socket once the client is told so.
pub(crate) struct NewSession {
    deps: Arc<RealtimeDeps>,
    connection: ConnectionId,
    outbox: Arc<Outbox>,
    admission: Admission,
    device: Device,
    network: Network,
    purpose: Purpose,
}

/// What a socket is for.
enum Purpose {
    /// All that its user may do; who that is may be known already.
    Everything(Option<Credentials>),
    /// Prices, of these assets to begin with.
    Prices(Vec<AssetId>),
}

impl Purpose {
    const fn kind(&self) -> Kind {
        match self {
            Self::Everything(_) => Kind::Everything,
            Self::Prices(_) => Kind::Prices,
        }
    }
}

impl NewSession {
    /// Serves the socket from now on; `early` came together with the request.
    pub fn start(self, incoming: OwnedReadHalf, early: &[u8], outgoing: OwnedWriteHalf) {
        let settings = &self.deps.settings;
        let session = Session {
            connection: self.connection,
            outbox: self.outbox.clone(),
            incoming: Incoming::new(incoming, early, settings.max_frame_bytes),
            device: self.device,
            network: self.network,
            liveness: Liveness::new(settings),
            rate: CommandRate::new(settings),
            strikes: 0,
            deps: self.deps,
        };
        actix_web::rt::spawn(Outgoing::new(self.outbox, outgoing, self.admission));
        match self.purpose {
            Purpose::Everything(credentials) => drop(actix_web::rt::spawn(session.run(credentials))),
            Purpose::Prices(assets) => drop(actix_web::rt::spawn(session.run_price_stream(assets))),
        }
    }
}

/// `GET /ws`. The session begins when the answer is out: [`Takeover`](crate::Takeover).
pub(crate) async fn upgrade(request: HttpRequest, realtime: web::Data<Realtime>) -> HttpResponse {
    let purpose = |origin| Ok(Purpose::Everything(credentials_of(&request, origin)));
    let_in(&request, &realtime, purpose)
}

/// `GET /api/v1/crypto/stream/ws?coins=bitcoin,ethereum`. Nobody looks at who asks: a `ticket` may stand there, as in
/// the address of the event stream, and is left as it is.
pub(crate) async fn upgrade_for_prices(request: HttpRequest, realtime: web::Data<Realtime>) -> HttpResponse {
    let max = realtime.deps.settings.max_topics;
    let_in(&request, &realtime, |_| coins_of(request.query_string(), max).map(Purpose::Prices))
}

fn let_in(
    request: &HttpRequest,
    realtime: &Realtime,
    purpose: impl FnOnce(Origin) -> Result<Purpose, String>,
) -> HttpResponse {
    let deps = realtime.deps.clone();
    let settings = &deps.settings;
    let origin = origin_of(request, &settings.allowed_origins);
    if origin == Origin::Foreign {
        let detail = "pages of this origin may not open sockets here";
        return problem(realtime, StatusCode::FORBIDDEN, "origin_mismatch", detail);
    }
    let mut response = match shake_hands(request) {
        Ok(response) => response,
        Err(detail) => return not_a_websocket(realtime, request, detail),
    };
    let purpose = match purpose(origin) {
        Ok(purpose) => purpose,
        Err(detail) => return problem(realtime, StatusCode::BAD_REQUEST, "invalid_query", &detail),
    };
    let connection = deps.ids.next();
    let address = address_of(request, &settings.trusted_proxies);
    let network = Network::of(address);
    let metrics = deps.hub.metrics().clone();
    let outbox = Arc::new(Outbox::new(settings.queue_bytes, settings.queue_frames, metrics));
    let admission = match deps.hub.admit(connection, outbox.clone(), network, purpose.kind()) {
        Ok(admission) => admission,
        Err(refused) => return refuse(realtime, refused),
    };
    let session =
        NewSession { connection, outbox, admission, device: device_of(request, address), network, purpose, deps };
    let mut response = response.finish();
    response.extensions_mut().insert(session);
    response.map_body(|_, body| BoxBody::new(body)).into()
}

/// What any other method is told.
pub(crate) async fn wrong_method(realtime: web::Data<Realtime>) -> HttpResponse {
    let detail = "a WebSocket begins with GET";
    let mut response = problem(&realtime, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
    response
}

/// The answer that makes a connection a WebSocket, or why it cannot become one.
fn shake_hands(request: &HttpRequest) -> Result<actix_http::ResponseBuilder, &'static str> {
    let headers = request.headers();
    if request.version() != Version::HTTP_11 {
        return Err("a WebSocket begins with HTTP/1.1");
    }
    if headers.contains_key(header::TRANSFER_ENCODING) || headers.get(header::CONTENT_LENGTH).is_some_and(|n| n != "0")
    {
        return Err("a WebSocket begins without a body");
    }
    let mut response = handshake(request.head()).map_err(|error| match error {
        HandshakeError::GetMethodRequired => "a WebSocket begins with GET",
        HandshakeError::NoWebsocketUpgrade => "Upgrade: websocket is missing",
        HandshakeError::NoConnectionUpgrade => "Connection: Upgrade is missing",
        HandshakeError::NoVersionHeader | HandshakeError::UnsupportedVersion => "Sec-WebSocket-Version: 13 is missing",
        HandshakeError::BadWebsocketKey => "Sec-WebSocket-Key is missing or not 16 bytes in base64",
    })?;
    let asked = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).filter_map(|value| value.to_str().ok());
    if asked.flat_map(|names| names.split(',')).any(|name| name.trim() == SUBPROTOCOL) {
        response.insert_header((header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL));
    }
    Ok(response)
}

fn not_a_websocket(realtime: &Realtime, request: &HttpRequest, detail: &str) -> HttpResponse {
    let version = request.headers().get(header::SEC_WEBSOCKET_VERSION);
    let status = match version {
        Some(version) if version != "13" => StatusCode::UPGRADE_REQUIRED,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = problem(realtime, status, "websocket_expected", detail);
    response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}

/// What a request says of who is there, as far as it may be used. A ticket was asked for, so it goes before
/// what a client sends along with everything.
fn credentials_of(request: &HttpRequest, origin: Origin) -> Option<Credentials> {
    if let Some(ticket) = ticket_of(request.query_string()) {
        return Some(Credentials::Ticket(ticket.to_owned()));
    }
    let header = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    if let Authorization::Bearer(token) = Authorization::read(header)
        && !token.is_empty()
    {
        return Some(Credentials::Bearer(token.to_owned()));
    }
    cookie_of(request).filter(|_| origin == Origin::Trusted).map(Credentials::Cookie)
}

/// The assets in an address: at most `max`, none of them in doubt.
fn coins_of(query: &str, max: usize) -> Result<Vec<AssetId>, String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| "the query cannot be read")?;
    let mut assets = BTreeSet::new();
    for (name, value) in pairs.into_inner() {
        match name.as_str() {
            "coins" => {}
            "ticket" => continue,
            _ => return Err(format!("{:?} is not known here; there are coins and ticket", clip(&name))),
        }
        for text in value.split(',').filter(|text| !text.trim().is_empty()) {
            let asset = AssetId::parse(text).map_err(|refusal| format!("coins: {}", refusal.message))?;
            assets.insert(PriceService::asset_named(&asset));
            if assets.len() > max {
                return Err(format!("coins may name at most {max} assets"));
            }
        }
    }
    Ok(assets.into_iter().collect())
}

fn clip(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The ticket in an address, as it stands there: its characters need no escaping. Access tokens are looked for
/// nowhere in it, for addresses end up in logs and histories.
fn ticket_of(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("ticket="))
}

fn cookie_of(request: &HttpRequest) -> Option<String> {
    let headers = request.headers().get_all(header::COOKIE).map(HeaderValue::as_bytes);
    cookie::read(headers, COOKIE).map(str::to_owned)
}

fn device_of(request: &HttpRequest, address: IpAddr) -> Device {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Device::new(agent.unwrap_or_default(), Some(address.to_string()))
}

fn origin_of(request: &HttpRequest, allowed: &[String]) -> Origin {
    let headers = request.headers();
    let origins = headers.get_all(header::ORIGIN).map(HeaderValue::as_bytes);
    judge(origins, headers.get(header::HOST).map(HeaderValue::as_bytes), allowed)
}

/// Where a request comes from. A WebSocket has a peer: who came otherwise is nowhere in particular.
fn address_of(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    client_address(peer, request.headers().get_all("x-forwarded-for").map(HeaderValue::as_bytes), trusted)
}

fn refuse(realtime: &Realtime, refused: Refused) -> HttpResponse {
    let (status, code, detail) = match refused {
        Refused::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining", "this server is stopping; try again"),
        Refused::Full => (
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_connections",
            "this server has as many sockets as it takes; try again later",
        ),
        Refused::FullAddress => (
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_connections",
            "your address has as many sockets open as it may; close one first",
        ),
    };
    problem(realtime, status, code, detail)
}

fn problem(realtime: &Realtime, status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    let problem = Problem {
        type_uri: format!("/problems/{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        code: code.to_owned(),
        errors: Vec::new(),
        candidates: Vec::new(),
        request_id: realtime.deps.ids.uuid().to_string(),
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        response.insert_header((header::RETRY_AFTER, "1"));
    }
    response.body(BoxBody::new(serde_json::to_vec(&problem).unwrap_or_default()))
}
