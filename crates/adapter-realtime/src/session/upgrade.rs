//! From HTTP to WebSocket: who may, with which credentials.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::{StatusCode, header};
use actix_web::{Error, HttpRequest, HttpResponse, web};
use rialto_identity::Device;
use rialto_wire::problem::{MEDIA_TYPE, Problem};

use super::Session;
use super::liveness::Liveness;
use super::origin::{self, Origin};
use crate::Realtime;
use crate::body::OutboxBody;
use crate::hub::Refused;
use crate::outbox::Outbox;

/// The subprotocol a client may ask for.
const SUBPROTOCOL: &str = "rialto.v1";
/// The cookie with the access token.
const COOKIE: &str = "rialto_access";

/// `GET /ws`.
pub(crate) async fn upgrade(
    request: HttpRequest,
    payload: web::Payload,
    realtime: web::Data<Realtime>,
) -> Result<HttpResponse, Error> {
    let deps = realtime.deps.clone();
    let settings = &deps.settings;
    let origin = origin::judge(&request, &settings.allowed_origins);
    if origin == Origin::Foreign {
        let detail = "pages of this origin may not open sockets here";
        return Ok(problem(&realtime, StatusCode::FORBIDDEN, "origin_mismatch", detail));
    }
    let connection = deps.ids.next();
    let metrics = deps.hub.metrics().clone();
    let outbox = Arc::new(Outbox::new(settings.queue_bytes, settings.queue_frames, metrics));
    let admission = match deps.hub.admit(connection, outbox.clone()) {
        Ok(admission) => admission,
        Err(refused) => return Ok(refuse(&realtime, refused)),
    };
    let (response, _unused, incoming) = actix_ws::handle_with_protocols(&request, payload, &[SUBPROTOCOL])?;
    let limit = settings.max_frame_bytes;
    let session = Session {
        connection,
        outbox: outbox.clone(),
        incoming: incoming.max_frame_size(limit).aggregate_continuations().max_continuation_size(limit),
        device: device_of(&request),
        liveness: Liveness::new(settings),
        strikes: 0,
        deps,
    };
    actix_web::rt::spawn(session.run(credentials_of(&request, origin)));
    Ok(response.map_body(|_, gone| OutboxBody { outbox, _gone: gone, _admission: admission }.boxed()))
}

/// The access token of a request, if it has one that may be used.
fn credentials_of(request: &HttpRequest, origin: Origin) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, token)) = header.and_then(|value| value.split_once(' '))
        && scheme.eq_ignore_ascii_case("bearer")
    {
        return Some(token.trim().to_owned());
    }
    cookie_of(request).filter(|_| origin == Origin::Trusted)
}

fn cookie_of(request: &HttpRequest) -> Option<String> {
    let headers = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

fn device_of(request: &HttpRequest) -> Device {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let address = request.peer_addr().map(|address| address.ip().to_string());
    Device::new(agent.unwrap_or_default(), address)
}

fn refuse(realtime: &Realtime, refused: Refused) -> HttpResponse {
    let (code, detail) = match refused {
        Refused::Draining => ("draining", "this server is stopping; try again"),
        Refused::Full => ("too_many_connections", "this server has as many sockets as it takes; try again later"),
    };
    problem(realtime, StatusCode::SERVICE_UNAVAILABLE, code, detail)
}

fn problem(realtime: &Realtime, status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    let problem = Problem {
        type_uri: format!("/problems/{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        code: code.to_owned(),
        errors: Vec::new(),
        request_id: realtime.deps.ids.uuid().to_string(),
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "1"));
    }
    response.body(BoxBody::new(serde_json::to_vec(&problem).unwrap_or_default()))
}
