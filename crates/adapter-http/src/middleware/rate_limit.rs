//! How often: each request of the API takes from the allowance of its address, and once it is known who asks, from
//! the user's; some routes have tighter ones beside. The answer tells of the allowance that is nearest to its end.

use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use rialto_edge::{RateLimits, whole_seconds};
use rialto_kernel::{RateClass, RateVerdict, UserId};

use crate::device::network_of;
use crate::error::ApiError;
use crate::state::HttpSettings;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The verdict that an answer tells of.
#[derive(Clone, Copy)]
struct Told(RateVerdict);

/// Takes from the address what this request costs it. Pages, health and metrics cost nothing.
pub(crate) async fn take_from_address(
    req: &ServiceRequest,
    limits: &RateLimits,
    settings: &HttpSettings,
) -> Result<(), ApiError> {
    // As the routes see it: an escaped letter must not lead around a limit.
    let path = req.match_info().as_str();
    if !is_limited(path) {
        return Ok(());
    }
    let from = network_of(req.peer_addr().map(|peer| peer.ip()), req.headers(), &settings.trusted_proxies);
    let tighter = class_of_address(req.method().as_str(), path);
    for class in [Some(RateClass::Address), tighter].into_iter().flatten() {
        let verdict = limits.take_from_address(class, from).await;
        judge(&mut req.extensions_mut(), verdict)?;
    }
    Ok(())
}

/// Takes from a user, who has just proven who they are, what this request costs them.
pub(crate) async fn take_from_user(
    req: &HttpRequest,
    user: UserId,
    limits: &RateLimits,
    settings: &HttpSettings,
) -> Result<(), ApiError> {
    let from = network_of(req.peer_addr().map(|peer| peer.ip()), req.headers(), &settings.trusted_proxies);
    let tighter = class_of_user(req.method().as_str(), req.match_info().as_str());
    for class in [Some(RateClass::User), tighter].into_iter().flatten() {
        let verdict = limits.take_from_user(class, user, from).await;
        judge(&mut req.extensions_mut(), verdict)?;
    }
    Ok(())
}

fn judge(extensions: &mut Extensions, verdict: Option<RateVerdict>) -> Result<(), ApiError> {
    let Some(verdict) = verdict else { return Ok(()) };
    let nearer = extensions.get::<Told>().is_none_or(|Told(told)| verdict.remaining <= told.remaining);
    if nearer || !verdict.allowed {
        extensions.insert(Told(verdict));
    }
    refusal(Some(verdict)).map_or(Ok(()), Err)
}

/// What is said to who asks too often.
pub(crate) fn refusal(verdict: Option<RateVerdict>) -> Option<ApiError> {
    let refused = verdict.filter(|verdict| !verdict.allowed)?;
    Some(ApiError::too_many("rate_limited", "too many requests; try again after a pause", refused.retry_after))
}

/// What an answer is to tell.
pub(crate) fn told(extensions: &Extensions) -> Option<RateVerdict> {
    extensions.get::<Told>().map(|Told(verdict)| *verdict)
}

/// Tells what is left. These names, of an older draft, are what clients read; those of the newest draft
/// (`RateLimit` with `RateLimit-Policy`) almost nobody does yet.
pub(crate) fn apply(headers: &mut HeaderMap, told: Option<RateVerdict>) {
    let Some(verdict) = told else { return };
    headers.insert(LIMIT, HeaderValue::from(verdict.limit));
    // Of an answer that refuses nothing is left, whatever smaller thing there might be enough for.
    headers.insert(REMAINING, HeaderValue::from(if verdict.allowed { verdict.remaining } else { 0 }));
    let reset = if verdict.reset_after.is_zero() { 0 } else { whole_seconds(verdict.reset_after) };
    headers.insert(RESET, HeaderValue::from(reset));
}

fn is_limited(path: &str) -> bool {
    path.starts_with("/api/") || path == "/ws"
}

/// The tighter class of a route that is counted by address: whoever asks may have no name yet.
fn class_of_address(method: &str, path: &str) -> Option<RateClass> {
    match (method, path.strip_prefix("/api/v1/")?) {
        ("POST", route) if route.starts_with("auth/") && !route.starts_with("auth/logout") => Some(RateClass::SignIn),
        ("POST", "crypto/bulk" | "crypto/portfolio") | ("GET", "crypto/search") => Some(RateClass::Bulk),
        ("GET", route) if route.starts_with("crypto/") && route.ends_with("/history") => Some(RateClass::Bulk),
        _ => None,
    }
}

/// The tighter class of a route that is counted by user.
fn class_of_user(method: &str, path: &str) -> Option<RateClass> {
    let parts: Vec<&str> = path.strip_prefix("/api/v1/")?.split('/').collect();
    match (method, parts.as_slice()) {
        ("POST", ["conversations", _, "messages"]) => Some(RateClass::Send),
        ("GET", ["search" | "users"]) => Some(RateClass::Search),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_are_tighter_and_ways_out_are_not() {
        for way in ["register", "login", "guest", "refresh", "tickets", "upgrade", "password/reset"] {
            let path = format!("/api/v1/auth/{way}");
            assert_eq!(class_of_address("POST", &path), Some(RateClass::SignIn), "{way}");
        }
        for (method, path) in [
            ("POST", "/api/v1/auth/logout"),
            ("POST", "/api/v1/auth/logout-all"),
            ("GET", "/api/v1/auth/me"),
            ("GET", "/api/v1/crypto/bulk"),
            ("POST", "/health"),
        ] {
            assert_eq!(class_of_address(method, path), None, "{path}");
        }
    }

    #[test]
    fn messages_and_searches_are_counted_by_user() {
        assert_eq!(class_of_user("POST", "/api/v1/conversations/x/messages"), Some(RateClass::Send));
        assert_eq!(class_of_user("GET", "/api/v1/conversations/x/messages"), None);
        assert_eq!(class_of_user("GET", "/api/v1/search"), Some(RateClass::Search));
        assert_eq!(class_of_user("GET", "/api/v1/users"), Some(RateClass::Search));
        assert_eq!(class_of_user("GET", "/api/v1/users/x"), None);
    }

    #[test]
    fn pages_and_health_are_not_limited() {
        for path in ["/", "/docs", "/health", "/health/ready", "/metrics", "/app.js"] {
            assert!(!is_limited(path), "{path}");
        }
        assert!(is_limited("/ws") && is_limited("/api/v1/ws") && is_limited("/api/v1/nowhere"));
    }
}
