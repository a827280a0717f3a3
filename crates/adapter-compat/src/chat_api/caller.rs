//! Who asks: a bearer token, or else the cookie.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use rialto_edge::Authorization;
use rialto_identity::User;
use rialto_identity::service::Authenticated;
use rialto_kernel::{Network, RateClass, SessionId, UserId};

use super::refusal::Refusal;
use super::{State, cookie};
use crate::client::{authorization_of, device_of, network_of};
use crate::limits;

/// The user who asks, proven.
pub(super) struct Caller {
    pub proven: Authenticated,
    pub from: Network,
}

impl Caller {
    pub fn user(&self) -> &User {
        &self.proven.user
    }

    pub fn id(&self) -> UserId {
        self.proven.user.id
    }

    pub fn session(&self) -> SessionId {
        self.proven.claims.session_id
    }

    /// Whether a name is the caller's own.
    pub fn is_called(&self, name: &str) -> bool {
        rialto_identity::Username::parse(name).is_ok_and(|name| name.key() == self.user().username.key())
    }
}

impl FromRequest for Caller {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { authenticate(&req).await })
    }
}

async fn authenticate(req: &HttpRequest) -> Result<Caller, Refusal> {
    let state = req.app_data::<web::Data<State>>().ok_or_else(invalid)?;
    let deps = &state.deps;
    limits::take_from_address(deps, req, RateClass::Address).await.map_err(Refusal::too_often)?;
    let token = match bearer(req)? {
        Some(token) => token,
        None => {
            let token = cookie::read(req.headers()).ok_or_else(missing)?;
            state.origins.refuse_foreign(req.headers())?;
            token
        }
    };
    let proven = state.identity.authenticate(token).await?;
    let from = network_of(req, &deps.settings);
    limits::take_from_user(deps, proven.user.id, from, RateClass::User).await.map_err(Refusal::too_often)?;
    state.identity.note_use(&proven, || device_of(req, &deps.settings).address);
    Ok(Caller { proven, from })
}

/// The bearer token, if there is one.
fn bearer(req: &HttpRequest) -> Result<Option<&str>, Refusal> {
    match authorization_of(req.headers()) {
        Authorization::Bearer("") | Authorization::Unreadable => Err(invalid()),
        Authorization::Bearer(token) => Ok(Some(token)),
        Authorization::Absent | Authorization::Other => Ok(None),
    }
}

fn missing() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "Authorization required (provide Bearer token or jwt_token cookie)")
}

fn invalid() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "Invalid token")
}
