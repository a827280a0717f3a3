use actix_web::http::header::{self, HeaderName, HeaderValue};

/// Everything a page loads comes from the server that sent it; `'self'` covers the WebSocket of the
/// same host too. Trusted Types turn every place that would read data as markup into an error.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The headers of every answer of this crate.
pub(crate) fn strict() -> [(HeaderName, HeaderValue); 6] {
    let is = HeaderValue::from_static;
    [
        (header::CONTENT_SECURITY_POLICY, is(CONTENT_SECURITY_POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, is("nosniff")),
        (header::REFERRER_POLICY, is("no-referrer")),
        (header::X_FRAME_OPTIONS, is("DENY")),
        (HeaderName::from_static("cross-origin-opener-policy"), is("same-origin")),
        (header::PERMISSIONS_POLICY, is("camera=(), microphone=(), geolocation=()")),
    ]
}
