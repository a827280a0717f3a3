//! The first admin.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post};
use rialto_wire::admin::SetUpRequest;
use rialto_wire::identity::SignedInView;

use super::convert;
use crate::body::ValidJson;
use crate::device::CallerDevice;
use crate::error::ApiError;
use crate::identity::sign_in::{CookieQuery, answer, refuse_foreign_cookies};
use crate::query::ValidQuery;
use crate::state::State;
use crate::task::run_to_end;

/// Makes the first admin and signs them in.
///
/// The token is in the link that the server prints when it starts and has no admin. It works once, for a day, and
/// until the next start.
#[utoipa::path(
    tag = "auth",
    security(()),
    params(CookieQuery),
    request_body = SetUpRequest,
    responses((status = 201, description = "The admin and their first tokens", body = SignedInView))
)]
#[post("/api/v1/auth/setup")]
pub(crate) async fn set_up(
    req: HttpRequest,
    state: State,
    query: ValidQuery<CookieQuery>,
    device: CallerDevice,
    body: ValidJson<SetUpRequest>,
) -> Result<HttpResponse, ApiError> {
    refuse_foreign_cookies(&req, &state, &query)?;
    let input = convert::set_up(body.0, device.0)?;
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.set_up(input).await }).await?;
    Ok(answer(&state, StatusCode::CREATED, signed_in, query.0.cookie).await)
}
