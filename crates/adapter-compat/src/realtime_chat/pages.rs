use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::room::Room;
use crate::deps::CompatDeps;
use crate::time::{go_duration, rfc3339};

/// `GET /`, and whatever else is asked for.
pub(super) async fn show_status(room: web::Data<Room>) -> HttpResponse {
    let lines = [
        "golang-realtime-chat backend is running".to_owned(),
        format!("Active connections: {}", room.people().len()),
        "Connect to /ws?username=YourName to join the chat".to_owned(),
    ];
    text(StatusCode::OK, lines.join("\n"))
}

/// `GET /healthz`.
pub(super) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /api/users`.
pub(super) async fn list_users(room: web::Data<Room>) -> HttpResponse {
    let people = room.people();
    let names: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    let detailed: Vec<_> =
        people.iter().map(|(number, name)| json!({ "id": number.to_string(), "username": name })).collect();
    HttpResponse::Ok().json(json!({ "users": names, "usersDetailed": detailed, "count": people.len() }))
}

/// `GET /api/stats`.
pub(super) async fn show_stats(room: web::Data<Room>, deps: web::Data<CompatDeps>) -> HttpResponse {
    let now = deps.clock.now();
    HttpResponse::Ok().json(json!({
        "active_connections": room.people().len(),
        "uptime": go_duration((now - room.since()).to_std().unwrap_or_default()),
        "server_time": rfc3339(now),
    }))
}

/// Any other method.
pub(super) async fn wrong_method() -> HttpResponse {
    text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed".to_owned())
}

pub(super) fn text(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status).content_type(ContentType::plaintext()).body(text + "\n")
}
