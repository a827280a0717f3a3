use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'")),
];

/// Adds what the answer has not said itself: documents bring their own content policy.
pub(crate) fn apply(headers: &mut HeaderMap, is_api: bool) {
    for (name, value) in ALWAYS {
        add(headers, name, value);
    }
    if is_api {
        // What one user was told must not be kept for the next.
        add(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}
