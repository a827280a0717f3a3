//! Who is asking: a bearer token, or else the access cookie.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use rialto_identity::User;
use rialto_kernel::{SessionId, UserId};

use crate::cookies::TokenCookie;
use crate::device::client_address;
use crate::error::ApiError;
use crate::origin;
use crate::state::state_of;

/// The user who asks, proven.
#[derive(Debug)]
pub(crate) struct Authenticated {
    /// The user as they are now.
    pub(crate) user: User,
    /// On which device.
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
            if !req.method().is_safe() {
                origin::require_match(req, &state.settings)?;
            }
            (token, true)
        }
        (None, None) => return Err(token_missing()),
    };
    let proven = state.identity.authenticate(token).await?;
    state.identity.note_use(proven.claims.session_id, || client_address(req, &state.settings.trusted_proxies));
    Ok(Authenticated { user: proven.user, session_id: proven.claims.session_id, by_cookie })
}

/// The token after `Bearer`. Another scheme is not ours to judge: a proxy may have its own.
fn bearer(req: &HttpRequest) -> Result<Option<&str>, ApiError> {
    let Some(value) = req.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let Ok(value) = value.to_str() else { return Err(token_invalid()) };
    let (scheme, token) = value.trim().split_once(' ').unwrap_or((value, ""));
    match (scheme.eq_ignore_ascii_case("bearer"), token.trim()) {
        (true, "") => Err(token_invalid()),
        (true, token) => Ok(Some(token)),
        (false, _) => Ok(None),
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
