//! The ways in. Each answers a user and a pair of tokens, in cookies too when asked.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post};
use rialto_convert::identity::{actor, tokens_view};
use rialto_identity::service::Refresh;
use rialto_identity::{RefreshToken, SignedIn};
use rialto_wire::identity::{GuestRequest, LoginRequest, RefreshRequest, RegisterRequest, SignedInView};
use utoipa::IntoParams;

use super::convert;
use super::retry_key::RetryKeyHeader;
use super::users::view_of;
use crate::auth::token_missing;
use crate::body::{OptionalJson, ValidJson};
use crate::device::{CallerDevice, address_text};
use crate::error::ApiError;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;
use crate::{cookies, origin};

/// How tokens are handed over.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CookieQuery {
    /// Whether to set the tokens as HttpOnly cookies too.
    #[param(value_type = Option<bool>)]
    pub(crate) cookie: bool,
}

impl FromQuery for CookieQuery {
    fn read(params: &mut Params) -> Self {
        Self { cookie: params.flag("cookie") }
    }
}

/// Makes an account and signs it in.
#[utoipa::path(
    tag = "auth",
    security(()),
    params(CookieQuery),
    request_body = RegisterRequest,
    responses((status = 201, description = "The account and its first tokens", body = SignedInView))
)]
#[post("/api/v1/auth/register")]
pub(crate) async fn register(
    req: HttpRequest,
    state: State,
    query: ValidQuery<CookieQuery>,
    device: CallerDevice,
    body: ValidJson<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    refuse_foreign_cookies(&req, &state, &query)?;
    let input = convert::register(&body.0, device.0)?;
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.register(input).await }).await?;
    Ok(answer(&state, StatusCode::CREATED, signed_in, query.0.cookie).await)
}

/// Signs in with a username or e-mail address and a password.
#[utoipa::path(
    tag = "auth",
    security(()),
    params(CookieQuery),
    request_body = LoginRequest,
    responses((status = 200, description = "The user and a pair of tokens", body = SignedInView))
)]
#[post("/api/v1/auth/login")]
pub(crate) async fn log_in(
    req: HttpRequest,
    state: State,
    query: ValidQuery<CookieQuery>,
    device: CallerDevice,
    body: ValidJson<LoginRequest>,
) -> Result<HttpResponse, ApiError> {
    refuse_foreign_cookies(&req, &state, &query)?;
    let input = convert::log_in(&body.0, device.0);
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.log_in(input).await }).await?;
    Ok(answer(&state, StatusCode::OK, signed_in, query.0.cookie).await)
}

/// Comes in with a name alone.
#[utoipa::path(
    tag = "auth",
    security(()),
    params(CookieQuery),
    request_body = GuestRequest,
    responses((status = 201, description = "The guest and a pair of tokens", body = SignedInView))
)]
#[post("/api/v1/auth/guest")]
pub(crate) async fn enter_as_guest(
    req: HttpRequest,
    state: State,
    query: ValidQuery<CookieQuery>,
    device: CallerDevice,
    body: ValidJson<GuestRequest>,
) -> Result<HttpResponse, ApiError> {
    refuse_foreign_cookies(&req, &state, &query)?;
    let input = convert::enter_as_guest(&body.0, device.0)?;
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.enter_as_guest(input).await }).await?;
    Ok(answer(&state, StatusCode::CREATED, signed_in, query.0.cookie).await)
}

/// Trades a refresh token for the next pair.
///
/// The token comes in the body or in the cookie. Each works once; using one again ends its session. A client whose answer
/// was lost may ask again with the same `Idempotency-Key`, until it uses the token of an answer.
#[utoipa::path(
    tag = "auth",
    security(()),
    params(
        CookieQuery,
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 16, max_length = 200,
            description = "Made up for this refresh, and said again when asking again: a random UUID is a good one",
        ),
    ),
    request_body(content = Option<RefreshRequest>),
    responses((status = 200, description = "The user and the next pair of tokens", body = SignedInView))
)]
#[post("/api/v1/auth/refresh")]
pub(crate) async fn refresh(
    req: HttpRequest,
    state: State,
    query: ValidQuery<CookieQuery>,
    retry_key: RetryKeyHeader,
    body: OptionalJson<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    refuse_foreign_cookies(&req, &state, &query)?;
    // A pair that came by cookie goes back by cookie: the old one has just stopped working.
    let (token, by_cookie) = match body.0.refresh_token {
        Some(token) => (token, query.0.cookie),
        None => {
            let token = cookies::refresh_token(&req).ok_or_else(token_missing)?;
            origin::require_match(&req, &state.settings)?;
            (token, true)
        }
    };
    let address = address_text(&req, &state.settings.trusted_proxies);
    let input = Refresh { token: RefreshToken::new(token), retry_key: retry_key.0, address };
    let identity = state.identity.clone();
    let signed_in = run_to_end(async move { identity.refresh(input).await }).await?;
    Ok(answer(&state, StatusCode::OK, signed_in, by_cookie).await)
}

/// Another site must not sign a visitor's browser in as somebody else.
pub(crate) fn refuse_foreign_cookies(
    req: &HttpRequest,
    state: &State,
    query: &ValidQuery<CookieQuery>,
) -> Result<(), ApiError> {
    if query.0.cookie { origin::refuse_foreign(req, &state.settings) } else { Ok(()) }
}

pub(crate) async fn answer(state: &State, status: StatusCode, signed_in: SignedIn, by_cookie: bool) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if by_cookie {
        cookies::set(&mut response, &signed_in.tokens, &state.settings);
    }
    let reader = actor(&signed_in.user);
    let tokens = tokens_view(&signed_in.tokens);
    response.json(SignedInView { user: view_of(state, signed_in.user, reader).await, tokens })
}
