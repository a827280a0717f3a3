//! Cross-origin rules: listed origins may act with credentials, all others get no permission at all. No
//! origin is ever echoed because it asked.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpResponse, ResponseError};

use crate::origin;
use crate::state::HttpSettings;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id";
const EXPOSED: &str = "X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";
const MAX_AGE_S: &str = "600";

/// The origin of a request, if it is a listed one.
pub(crate) fn origin_to_allow(headers: &HeaderMap, settings: &HttpSettings) -> Option<HeaderValue> {
    origin::listed(headers, settings)
}

/// Answers a browser that asks before it sends; `None` if the request is no such question.
pub(crate) fn answer_preflight(req: &ServiceRequest, allowed: bool) -> Option<HttpResponse> {
    let headers = req.headers();
    let asks = req.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !asks {
        return None;
    }
    if !allowed {
        return Some(origin::mismatch().error_response());
    }
    let mut answer = HttpResponse::NoContent();
    answer
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S));
    Some(answer.finish())
}

/// Lets a listed origin read the answer.
pub(crate) fn apply(headers: &mut HeaderMap, origin: Option<HeaderValue>, settings: &HttpSettings) {
    if !settings.allowed_origins.is_empty() {
        // The answer differs by origin: a cache must not hand it to another.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}
