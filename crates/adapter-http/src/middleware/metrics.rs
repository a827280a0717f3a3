use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::Method;

/// Counts and times an exchange under labels that a client cannot multiply.
pub(crate) fn count<B>(res: &ServiceResponse<B>, method: &Method, route: &str, took: Duration) {
    let (method, route) = (method_label(method), route.to_owned());
    let status = res.status().as_str().to_owned();
    metrics::counter!("rialto_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("rialto_http_request_duration_seconds", "method" => method, "route" => route).record(took);
}

/// A method may be any word.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
