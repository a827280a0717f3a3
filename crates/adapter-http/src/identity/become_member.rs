//! From guest to member.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post};
use rialto_wire::identity::{SignedInView, UpgradeRequest};

use super::convert;
use super::sign_in::{CookieQuery, answer, refuse_foreign_cookies};
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::query::ValidQuery;
use crate::state::State;
use crate::task::run_to_end;

/// Makes the guest who asks a member.
///
/// It is the same user: id, memberships and messages stay. The session goes on with the next pair of tokens;
/// the refresh token from before counts as used, access tokens from before work until they expire.
#[utoipa::path(
    tag = "auth",
    params(CookieQuery),
    request_body = UpgradeRequest,
    responses((status = 200, description = "The member and the next pair of tokens", body = SignedInView))
)]
#[post("/api/v1/auth/upgrade")]
pub(crate) async fn become_member(
    req: HttpRequest,
    state: State,
    request: Signed<(ValidQuery<CookieQuery>, ValidJson<UpgradeRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (query, ValidJson(body)) } = request;
    refuse_foreign_cookies(&req, &state, &query)?;
    // As with a refresh: a pair that came by cookie goes back by cookie.
    let by_cookie = query.0.cookie || caller.by_cookie;
    let input = convert::become_member(&body, caller)?;
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.become_member(input).await }).await?;
    Ok(answer(&state, StatusCode::OK, signed_in, by_cookie).await)
}
