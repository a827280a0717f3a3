//! Where a request says it comes from. A browser sends cookies along whoever asks it to, so a request
//! that acts on a cookie must come from a page of ours. Which those are is judged in `rialto-edge`.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use rialto_edge::Origin;
use rialto_edge::origin::{is_listed, judge};

use crate::error::ApiError;
use crate::state::HttpSettings;

/// Refuses a request whose `Origin` is absent, or neither this host nor an allowed one.
pub(crate) fn require_match(req: &HttpRequest, settings: &HttpSettings) -> Result<(), ApiError> {
    match of(req.headers(), settings) {
        Origin::Trusted => Ok(()),
        Origin::Absent | Origin::Tolerated | Origin::Foreign => Err(mismatch()),
    }
}

/// Refuses a request whose `Origin` is foreign; none at all is taken.
pub(crate) fn refuse_foreign(req: &HttpRequest, settings: &HttpSettings) -> Result<(), ApiError> {
    match of(req.headers(), settings) {
        Origin::Trusted | Origin::Absent => Ok(()),
        Origin::Tolerated | Origin::Foreign => Err(mismatch()),
    }
}

fn of(headers: &HeaderMap, settings: &HttpSettings) -> Origin {
    let origins = headers.get_all(header::ORIGIN).map(HeaderValue::as_bytes);
    judge(origins, headers.get(header::HOST).map(HeaderValue::as_bytes), &settings.allowed_origins)
}

/// The `Origin` of a request, if it is a listed one.
pub(crate) fn listed(headers: &HeaderMap, settings: &HttpSettings) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    is_listed(origin.to_str().ok()?, &settings.allowed_origins).then(|| origin.clone())
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
