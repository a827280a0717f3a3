//! Who is asking: a bearer token, which may be an API token, or else the access cookie.

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, ResponseError};
use futures_util::future::LocalBoxFuture;
use rialto_edge::Authorization;
use rialto_identity::{ApiToken, User};
use rialto_kernel::{SessionId, UserId};

use crate::cookies::TokenCookie;
use crate::device::address_text;
use crate::error::ApiError;
use crate::middleware::rate_limit;
use crate::needs;
use crate::origin;
use crate::state::state_of;

/// The user who asks, proven.
#[derive(Debug)]
pub(crate) struct Authenticated {
    /// The user as they are now.
    pub(crate) user: User,
    /// On which device; never an API token where a session is [needed](needs).
    pub(crate) session_id: SessionId,
    /// Whether it is the cookie that says so.
    pub(crate) by_cookie: bool,
}

impl Authenticated {
    pub(crate) fn id(&self) -> UserId {
        self.user.id
    }
}

impl FromRequest for Authenticated {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { authenticate(&req).await })
    }
}

async fn authenticate(req: &HttpRequest) -> Result<Authenticated, ApiError> {
    let state = state_of(req)?;
    let (token, by_cookie) = match (bearer(req)?, TokenCookie::Access.read(req.headers())) {
        (Some(token), _) => (token, false),
        (None, Some(token)) => {
            // A browser names no origin when a page of ours reads; it always does when another's does.
            if req.method().is_safe() {
                origin::refuse_foreign(req, &state.settings)?;
            } else {
                origin::require_match(req, &state.settings)?;
            }
            (token, true)
        }
        (None, None) => return Err(token_missing()),
    };
    if by_cookie && ApiToken::is_meant_by(token) {
        // Programs send headers. A cookie would be sent by whatever page a browser shows.
        return Err(token_invalid());
    }
    let proven = state.identity.authenticate(token).await?;
    rate_limit::take_from_user(req, proven.user.id, &state.limits, &state.settings).await?;
    state.identity.note_use(&proven, || address_text(req, &state.settings.trusted_proxies));
    needs::require(req, &proven.credential)?;
    Ok(Authenticated { user: proven.user, session_id: proven.claims.session_id, by_cookie })
}

/// Judges who follows what everybody may follow. Nobody needs to say who they are; but whoever does, by a header, a
/// cookie or a ticket, must be who they say, and is counted.
pub(crate) async fn judge_follower(req: &HttpRequest, ticket: Option<&str>) -> Result<(), ApiError> {
    if let Some(ticket) = ticket {
        let state = state_of(req)?;
        // Before it is used up: a page of a foreign origin may neither use a ticket nor spoil it.
        origin::refuse_foreign(req, &state.settings)?;
        let holder = state.identity.redeem_ticket(ticket).await?;
        return rate_limit::take_from_user(req, holder.user.id, &state.limits, &state.settings).await;
    }
    let by_header = bearer(req)?.is_some();
    match authenticate(req).await {
        Ok(_) => Ok(()),
        // Browsers send a cookie unasked, a stale one too: it may say who is there, but not that nobody is.
        Err(refusal) if refusal.status_code() == StatusCode::UNAUTHORIZED && !by_header => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

/// Somebody who asks for what everybody may have: nobody looks at who they are, unless it is a program, whose API token
/// must be good for it.
#[derive(Debug)]
pub(crate) struct Visitor;

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            if matches!(bearer(&req), Ok(Some(token)) if ApiToken::is_meant_by(token)) {
                authenticate(&req).await?;
            }
            Ok(Self)
        })
    }
}

/// The bearer token, if there is one.
fn bearer(req: &HttpRequest) -> Result<Option<&str>, ApiError> {
    match Authorization::read(req.headers().get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes)) {
        Authorization::Bearer("") | Authorization::Unreadable => Err(token_invalid()),
        Authorization::Bearer(token) => Ok(Some(token)),
        Authorization::Absent | Authorization::Other => Ok(None),
    }
}

pub(crate) fn token_missing() -> ApiError {
    ApiError::unauthorized("token_missing", "sign in first: this needs a token")
}

fn token_invalid() -> ApiError {
    ApiError::unauthorized("token_invalid", "the access token is not valid")
}

/// Input that is looked at only once it is known who asks: whoever has no token learns nothing about
/// what would be acceptable.
#[derive(Debug)]
pub(crate) struct Signed<E> {
    /// Who asks.
    pub(crate) caller: Authenticated,
    /// For what.
    pub(crate) input: E,
}

impl<E> FromRequest for Signed<E>
where
    E: FromRequest + 'static,
    E::Error: Into<actix_web::Error>,
{
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let caller = authenticate(&req).await?;
            let input = E::from_request(&req, &mut payload).await.map_err(Into::into)?;
            Ok(Self { caller, input })
        })
    }
}
