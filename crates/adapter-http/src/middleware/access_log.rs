use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;

use crate::error::ApiError;

/// Writes the line of an exchange: the matched route, never the path with its ids, the query, the
/// headers or the body. A fault's cause is written here and nowhere else.
pub(crate) fn write<B>(res: &ServiceResponse<B>, method: &Method, route: &str, took: Duration, request_id: &str) {
    let method = method.as_str();
    let status = res.status().as_u16();
    let latency_ms = took.as_secs_f64() * 1e3;
    let fault = res.response().error().and_then(|error| error.as_error::<ApiError>());
    match fault.and_then(|error| Some((error.code(), error.cause_chain()?))) {
        Some((code, cause)) => {
            tracing::error!(method, route, status, latency_ms, request_id, code, cause, "request failed");
        }
        None => tracing::info!(method, route, status, latency_ms, request_id, "request"),
    }
}
