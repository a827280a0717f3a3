//! How the server is, and who is connected.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use rialto_kernel::UserId;
use rialto_messaging::LOBBY;
use serde_json::json;
use tokio::time::timeout;

use super::State;
use super::caller::Caller;
use crate::time::{go_duration, rfc3339};

/// A database that has not answered by then is not well.
const PATIENCE: Duration = Duration::from_millis(900);

/// `GET /health`.
pub(super) async fn health(state: web::Data<State>) -> HttpResponse {
    let asked = timeout(PATIENCE, state.deps.messaging.stream_tops(&[LOBBY.into()])).await;
    let (is_connected, is_ready) = (matches!(asked, Ok(Ok(_))), !state.deps.seats.is_draining());
    let is_well = is_connected && is_ready;
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(json!({
        "status": if is_well { "healthy" } else { "unhealthy" },
        "database": if is_connected { "connected" } else { "disconnected" },
        "websocket": if is_ready { "ready" } else { "stopping" },
        "timestamp": rfc3339(state.deps.clock.now()),
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// `GET /api/ws/users`: those who show that they are there.
pub(super) async fn list_connected(state: web::Data<State>, caller: Caller) -> HttpResponse {
    let people = state.connected.people();
    let ids: Vec<UserId> = people.iter().map(|(id, _)| *id).collect();
    let presences = state.deps.messaging.presence_of(caller.id(), &ids).await;
    let shown = people.iter().zip(presences).filter(|(_, presence)| presence.online);
    let mut names: Vec<&str> = shown.map(|((_, name), _)| name.as_str()).collect();
    names.sort_unstable();
    let timestamp = rfc3339(state.deps.clock.now());
    HttpResponse::Ok().json(json!({ "count": names.len(), "connected_users": names, "timestamp": timestamp }))
}

/// `GET /api/ws/stats`.
pub(super) async fn show_stats(state: web::Data<State>, _caller: Caller) -> HttpResponse {
    let now = state.deps.clock.now();
    let (sockets, users) = state.connected.count();
    HttpResponse::Ok().json(json!({
        "active_connections": sockets,
        "connected_users": users,
        "uptime": go_duration((now - state.since).to_std().unwrap_or_default()),
        "timestamp": rfc3339(now),
    }))
}

/// `GET /metrics`, for Prometheus: what is of this surface alone.
pub(super) async fn metrics(state: web::Data<State>) -> HttpResponse {
    let (sockets, users) = state.connected.count();
    let gauges = [
        ("chat_api_connections", "Open sockets of this surface on this node", sockets),
        ("chat_api_connected_users", "Users who have one", users),
    ];
    let text: String = gauges
        .iter()
        .map(|(name, help, value)| format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"))
        .collect();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}
