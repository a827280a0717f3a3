//! `{status, message, data}`, around every answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct Envelope<'e, T> {
    status: &'static str,
    message: &'e str,
    data: T,
}

/// What was asked for.
pub(super) fn answer(message: &str, data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(Envelope { status: "success", message, data })
}

/// Why there is nothing.
pub(super) fn refuse(status: StatusCode, message: &str) -> HttpResponse {
    HttpResponse::build(status).json(Envelope { status: "error", message, data: () })
}

/// The server cannot tell; the log says why.
pub(super) fn fail(error: &(dyn std::error::Error + 'static)) -> HttpResponse {
    tracing::error!(error, "a request failed");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "the server cannot answer now; try again later")
}
