//! Passwords: changed by who knows them, set anew by who has forgotten them.

use actix_web::{HttpRequest, HttpResponse, post};
use rialto_identity::Email;
use rialto_wire::identity::{ChangePasswordRequest, ForgotPasswordRequest, ResetPasswordRequest};

use super::convert;
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::device::{CallerDevice, address_text};
use crate::error::ApiError;
use crate::fields::FieldErrors;
use crate::state::State;
use crate::task::run_to_end;

/// Changes one's password.
///
/// Every other session of the user ends; this one goes on.
#[utoipa::path(
    tag = "auth",
    request_body = ChangePasswordRequest,
    responses((status = 204, description = "The password is changed"))
)]
#[post("/api/v1/auth/password")]
pub(crate) async fn change_password(
    state: State,
    device: CallerDevice,
    request: Signed<ValidJson<ChangePasswordRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let input = convert::change_password(&body, caller, device.0)?;
    let identity = state.identity.clone();
    run_to_end(async move { identity.change_password(input).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Has a mail sent that sets a password anew.
///
/// The answer is the same, and as fast, whether or not there is an account of this address. An account is sent at most
/// one such mail a minute, and five an hour.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = ForgotPasswordRequest,
    responses((status = 202, description = "If there is such an account, it is sent a mail"))
)]
#[post("/api/v1/auth/password/forgot")]
pub(crate) async fn ask_password_reset(
    req: HttpRequest,
    state: State,
    body: ValidJson<ForgotPasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let mut errors = FieldErrors::default();
    let Some(email) = errors.check("email", Email::parse(&body.0.email)) else {
        return Err(errors.into_invalid_body());
    };
    state.identity.ask_password_reset(email, address_text(&req, &state.settings.trusted_proxies));
    Ok(HttpResponse::Accepted().finish())
}

/// Sets a password anew with the token of a mail.
///
/// A token works once, within the time that the mail names. Every session of the user ends.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = ResetPasswordRequest,
    responses((status = 204, description = "The password is set"))
)]
#[post("/api/v1/auth/password/reset")]
pub(crate) async fn reset_password(
    req: HttpRequest,
    state: State,
    body: ValidJson<ResetPasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let input = convert::reset_password(&body.0, address_text(&req, &state.settings.trusted_proxies))?;
    let identity = state.identity.clone();
    run_to_end(async move { identity.reset_password(input).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
