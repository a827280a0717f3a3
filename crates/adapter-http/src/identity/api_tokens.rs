//! Tokens of one's own programs.

use actix_web::{HttpResponse, delete, get, post};
use rialto_wire::identity::{ApiTokenView, CreateApiTokenRequest, IssuedApiTokenView};
use rialto_wire::list::List;

use super::convert::{api_token_view, create_api_token as wish_of, issued_api_token_view};
use crate::auth::{Authenticated, Signed};
use crate::body::ValidJson;
use crate::device::CallerDevice;
use crate::error::ApiError;
use crate::path::ApiTokenPath;
use crate::state::State;
use crate::task::run_to_end;

/// Makes a token for a program, and tells it this once.
///
/// The program acts as the user, within the scopes. At most 50 per user.
#[utoipa::path(
    tag = "auth",
    request_body = CreateApiTokenRequest,
    responses((status = 201, description = "The token", body = IssuedApiTokenView))
)]
#[post("/api/v1/auth/api-tokens")]
pub(crate) async fn create_api_token(
    state: State,
    request: Signed<(CallerDevice, ValidJson<CreateApiTokenRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (CallerDevice(device), ValidJson(body)) } = request;
    let (identity, wish) = (state.identity.clone(), wish_of(&body)?);
    let act = async move { identity.create_api_token(&caller.user, device.address, wish).await };
    let issued = run_to_end(act).await?;
    Ok(HttpResponse::Created().json(issued_api_token_view(&issued)))
}

/// One's tokens, those that have expired too, the newest first.
#[utoipa::path(tag = "auth", responses((status = 200, description = "The tokens", body = List<ApiTokenView>)))]
#[get("/api/v1/auth/api-tokens")]
pub(crate) async fn list_api_tokens(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let tokens = state.identity.list_api_tokens(caller.id()).await?;
    let items = tokens.iter().map(api_token_view).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// Ends one of one's tokens.
///
/// It opens nothing any more, and the sockets opened with it close at once.
#[utoipa::path(
    tag = "auth",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 204, description = "It works no more"))
)]
#[delete("/api/v1/auth/api-tokens/{id}")]
pub(crate) async fn revoke_api_token(
    state: State,
    request: Signed<(CallerDevice, ApiTokenPath)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (CallerDevice(device), ApiTokenPath(id)) } = request;
    let (identity, user) = (state.identity.clone(), caller.id());
    run_to_end(async move { identity.revoke_api_token(user, device.address, id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
