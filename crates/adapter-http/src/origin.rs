//! Where a request says it comes from. A browser sends cookies along whoever asks it to, so a request
//! that acts on a cookie must come from a page of ours.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};

use crate::error::ApiError;
use crate::state::HttpSettings;

/// Refuses a request whose `Origin` is absent, or neither this host nor an allowed one.
pub(crate) fn require_match(req: &HttpRequest, settings: &HttpSettings) -> Result<(), ApiError> {
    match origin_of(req.headers()) {
        Some(origin) if is_allowed(origin, settings) || is_same_host(origin, req) => Ok(()),
        Some(_) | None => Err(mismatch()),
    }
}

/// Refuses a request whose `Origin` is foreign; none at all is taken.
pub(crate) fn refuse_foreign(req: &HttpRequest, settings: &HttpSettings) -> Result<(), ApiError> {
    if req.headers().contains_key(header::ORIGIN) { require_match(req, settings) } else { Ok(()) }
}

/// The `Origin`, if it can be read.
pub(crate) fn origin_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok())
}

/// Whether an origin is on the list. Compared whole: `https://app.example.org.evil.example` is another.
pub(crate) fn is_allowed(origin: &str, settings: &HttpSettings) -> bool {
    settings.allowed_origins.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

fn is_same_host(origin: &str, req: &HttpRequest) -> bool {
    let host = req.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

pub(crate) fn mismatch() -> ApiError {
    ApiError::forbidden("origin_mismatch", "the request comes from a page that may not act for you")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn outcome(origin: Option<&str>) -> bool {
        let settings =
            HttpSettings { allowed_origins: vec!["https://app.example.org".into()], ..HttpSettings::default() };
        let mut req = TestRequest::post().insert_header(("host", "rialto.example:8080"));
        if let Some(origin) = origin {
            req = req.insert_header(("origin", origin));
        }
        require_match(&req.to_http_request(), &settings).is_ok()
    }

    #[test]
    fn this_host_and_listed_origins_may_act_on_a_cookie() {
        assert!(outcome(Some("http://rialto.example:8080")));
        assert!(outcome(Some("https://app.example.org")));
    }

    #[test]
    fn nobody_else_may() {
        for origin in [
            None,
            Some("null"),
            Some(""),
            Some("https://evil.example"),
            Some("https://app.example.org.evil.example"),
            Some("https://evil-app.example.org"),
            Some("http://app.example.org"),
            Some("http://rialto.example"),
            Some("http://rialto.example:8080.evil.example"),
            Some("ftp://rialto.example:8080"),
            Some("http://rialto.example:8080@evil.example"),
        ] {
            assert!(!outcome(origin), "{origin:?}");
        }
    }
}
