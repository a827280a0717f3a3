//! The second factor.

use actix_web::{HttpResponse, delete, get, post};
use rialto_identity::service::ProveTotp;
use rialto_identity::{Device, Password, RecoveryCode, SecondFactor};
use rialto_wire::identity::{
    ConfirmTotpRequest, OfferTotpRequest, ProveTotpRequest, RecoveryCodesView, TotpOfferView, TotpView,
};

use crate::auth::{Authenticated, Signed};
use crate::body::ValidJson;
use crate::device::CallerDevice;
use crate::error::ApiError;
use crate::state::State;
use crate::task::run_to_end;

/// Whether one's sign-ins ask for a code, and how many recovery codes are left.
#[utoipa::path(tag = "auth", responses((status = 200, description = "The second factor", body = TotpView)))]
#[get("/api/v1/auth/totp")]
pub(crate) async fn get_totp(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let totp = state.identity.find_totp(caller.user.id).await?;
    let recovery_codes_left = totp.as_ref().map_or(0, |totp| totp.recovery_codes_left);
    Ok(HttpResponse::Ok().json(TotpView { enabled: totp.is_some(), recovery_codes_left }))
}

/// Gives out a secret for an authenticator app.
///
/// Nothing is on before a code of it is confirmed. Asking again gives another secret in its place. 409 `totp_enabled` if
/// one is on.
#[utoipa::path(
    tag = "auth",
    request_body = OfferTotpRequest,
    responses((status = 200, description = "The secret, not on yet", body = TotpOfferView))
)]
#[post("/api/v1/auth/totp")]
pub(crate) async fn offer_totp(
    state: State,
    device: CallerDevice,
    request: Signed<ValidJson<OfferTotpRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let (input, identity) = (proof(caller, &body.password, "", device.0), state.identity.clone());
    let offer = run_to_end(async move { identity.offer_totp(input).await }).await?;
    Ok(HttpResponse::Ok().json(TotpOfferView { secret: offer.secret.base32(), uri: offer.uri }))
}

/// Switches the second factor on, with a code of the secret that was given out.
///
/// From now on a sign-in asks for a code. The recovery codes are told this once.
#[utoipa::path(
    tag = "auth",
    request_body = ConfirmTotpRequest,
    responses((status = 200, description = "It is on", body = RecoveryCodesView))
)]
#[post("/api/v1/auth/totp/confirm")]
pub(crate) async fn confirm_totp(
    state: State,
    device: CallerDevice,
    request: Signed<ValidJson<ConfirmTotpRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let (input, identity) = (proof(caller, "", &body.code, device.0), state.identity.clone());
    let codes = run_to_end(async move { identity.confirm_totp(input).await }).await?;
    Ok(HttpResponse::Ok().json(codes_view(&codes)))
}

/// Gives out new recovery codes.
///
/// Those from before work no more.
#[utoipa::path(
    tag = "auth",
    request_body = ProveTotpRequest,
    responses((status = 200, description = "The new codes", body = RecoveryCodesView))
)]
#[post("/api/v1/auth/totp/recovery-codes")]
pub(crate) async fn renew_recovery_codes(
    state: State,
    device: CallerDevice,
    request: Signed<ValidJson<ProveTotpRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let (input, identity) = (proof(caller, &body.password, &body.code, device.0), state.identity.clone());
    let codes = run_to_end(async move { identity.renew_recovery_codes(input).await }).await?;
    Ok(HttpResponse::Ok().json(codes_view(&codes)))
}

/// Switches the second factor off.
#[utoipa::path(
    tag = "auth",
    request_body = ProveTotpRequest,
    responses((status = 204, description = "A sign-in asks for the password alone"))
)]
#[delete("/api/v1/auth/totp")]
pub(crate) async fn disable_totp(
    state: State,
    device: CallerDevice,
    request: Signed<ValidJson<ProveTotpRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let (input, identity) = (proof(caller, &body.password, &body.code, device.0), state.identity.clone());
    run_to_end(async move { identity.disable_totp(input).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn proof(caller: Authenticated, password: &str, code: &str, device: Device) -> ProveTotp {
    let (password, code) = (Password::claimed(password), SecondFactor::claimed(code));
    ProveTotp { user: caller.user, session_id: caller.session_id, password, code, device }
}

fn codes_view(codes: &[RecoveryCode]) -> RecoveryCodesView {
    RecoveryCodesView { recovery_codes: codes.iter().map(RecoveryCode::grouped).collect() }
}
