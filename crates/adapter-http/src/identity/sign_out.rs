//! The ways out.

use actix_web::{HttpResponse, post};

use crate::auth::Authenticated;
use crate::cookies;
use crate::error::ApiError;
use crate::state::State;
use crate::task::run_to_end;

/// Ends this session.
#[utoipa::path(tag = "auth", responses((status = 204, description = "The session has ended")))]
#[post("/api/v1/auth/logout")]
pub(crate) async fn log_out(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let identity = state.identity.clone();
    run_to_end(async move { identity.log_out(caller.id(), caller.session_id).await }).await?;
    Ok(signed_out(&state))
}

/// Ends every session of the user.
#[utoipa::path(tag = "auth", responses((status = 204, description = "All sessions have ended")))]
#[post("/api/v1/auth/logout-all")]
pub(crate) async fn log_out_everywhere(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let identity = state.identity.clone();
    run_to_end(async move { identity.log_out_everywhere(caller.id()).await }).await?;
    Ok(signed_out(&state))
}

pub(super) fn signed_out(state: &State) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    cookies::clear(&mut response, &state.settings);
    response.finish()
}
