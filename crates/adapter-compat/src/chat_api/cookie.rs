use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use rialto_edge::cookie;

use crate::deps::CompatSettings;

const NAME: &str = "jwt_token";

/// The token that a browser sends by itself.
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    cookie::read(headers.get_all(header::COOKIE).map(HeaderValue::as_bytes), NAME)
}

/// Has a browser keep a token for as long as it works.
pub(super) fn keep(token: &str, lifetime: Duration, settings: &CompatSettings) -> String {
    let secure = if settings.secure_cookies { "; Secure" } else { "" };
    format!("{NAME}={token}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lifetime.as_secs())
}

/// Has it forget the token.
pub(super) fn forget(settings: &CompatSettings) -> String {
    keep("", Duration::ZERO, settings)
}
