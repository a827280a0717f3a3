use std::time::Duration;

use actix_web::http::{Method, StatusCode};

use crate::error::ApiError;

/// Writes the line of an exchange: the matched route, never the path with its ids, the query, the
/// headers or the body. A fault's cause is written here and nowhere else.
pub(crate) fn write(
    status: StatusCode,
    fault: Option<&ApiError>,
    method: &Method,
    route: &str,
    took: Duration,
    request_id: &str,
) {
    let method = method.as_str();
    let status = status.as_u16();
    let latency_ms = took.as_secs_f64() * 1e3;
    match fault.and_then(|error| Some((error.code(), error.cause_chain()?))) {
        Some((code, cause)) => {
            tracing::error!(method, route, status, latency_ms, request_id, code, cause, "request failed");
        }
        None => tracing::info!(method, route, status, latency_ms, request_id, "request"),
    }
}
