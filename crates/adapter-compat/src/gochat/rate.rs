//! How often an address may ask.

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use rialto_kernel::{RateClass, RatePolicy};

use super::refusal::Refusal;
use super::{NAME, State};
use crate::client::network_of;

/// What the server that this surface stands in for allows an address, whatever it asks for.
const POLICY: RatePolicy = RatePolicy { limit: 100, window: Duration::from_secs(60) };

/// Refuses who asks too often. A middleware.
pub(super) async fn limit<B: MessageBody + 'static>(
    state: web::Data<State>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if req.method() != Method::OPTIONS {
        let from = network_of(req.request(), &state.deps.settings);
        let verdict = state.deps.limits.take_by(POLICY, RateClass::Surface(NAME), from).await;
        if let Some(verdict) = verdict.filter(|verdict| !verdict.allowed) {
            let refusal = Refusal::too_often(verdict.retry_after);
            return Ok(req.into_response(refusal.error_response()).map_into_right_body());
        }
    }
    Ok(next.call(req).await?.map_into_left_body())
}
