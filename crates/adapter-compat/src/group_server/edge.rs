//! How often an address may ask, and which pages may read the answers: those of listed origins.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use rialto_edge::origin::is_listed;
use rialto_edge::whole_seconds;
use rialto_kernel::RateClass;
use serde_json::json;

use crate::client::network_of;
use crate::deps::CompatDeps;

/// Counts a request, an upgrade too, and serves it if there is something left for it.
pub(super) async fn pass<B: MessageBody + 'static>(
    deps: web::Data<CompatDeps>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let origin = listed_origin(&req, &deps.settings.allowed_origins);
    let mut res = if req.method() == Method::OPTIONS {
        req.into_response(HttpResponse::new(StatusCode::NO_CONTENT)).map_into_right_body()
    } else {
        let from = network_of(req.request(), &deps.settings);
        match deps.group_server.limits.take_from_address(RateClass::Address, from).await {
            Some(verdict) if !verdict.allowed => {
                let refusal = HttpResponse::TooManyRequests()
                    .insert_header((header::RETRY_AFTER, whole_seconds(verdict.retry_after)))
                    .json(json!({ "error": "Rate limit exceeded" }));
                req.into_response(refusal).map_into_right_body()
            }
            _ => next.call(req).await?.map_into_left_body(),
        }
    };
    let headers = res.headers_mut();
    if !deps.settings.allowed_origins.is_empty() {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, PUT, OPTIONS"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"),
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(res)
}

fn listed_origin(req: &ServiceRequest, allowed: &[String]) -> Option<HeaderValue> {
    let origin = req.headers().get(header::ORIGIN)?;
    origin.to_str().is_ok_and(|origin| is_listed(origin, allowed)).then(|| origin.clone())
}
