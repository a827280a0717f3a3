//! Who asks: a bearer token of this surface.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use rialto_edge::Authorization;
use rialto_identity::User;
use rialto_identity::service::{AccountManager, AuthenticateError};
use rialto_kernel::{Network, RateClass, SessionId};

use super::Desk;
use super::reply::Refusal;
use crate::client::{authorization_of, device_of, network_of};
use crate::deps::CompatDeps;
use crate::limits;

/// The user who asks, proven.
pub(super) struct Asker {
    /// As they are now.
    pub user: User,
    /// Their session.
    pub session_id: SessionId,
    /// Where they ask from, as the security log writes it.
    pub address: Option<String>,
    /// The network they are counted by.
    pub network: Network,
}

impl Asker {
    /// What they are where an account is changed.
    pub fn manager(&self) -> AccountManager {
        AccountManager { user: self.user.clone(), session_id: self.session_id, address: self.address.clone() }
    }
}

impl FromRequest for Asker {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { prove(&req, bearer(&req)?).await })
    }
}

/// Whoever holds this token.
pub(super) async fn prove(req: &HttpRequest, token: &str) -> Result<Asker, Refusal> {
    let (Some(deps), Some(desk)) = (req.app_data::<web::Data<CompatDeps>>(), req.app_data::<web::Data<Desk>>()) else {
        return Err(refused("Invalid token"));
    };
    limits::take_from_address(deps, req, RateClass::Address).await.map_err(Refusal::too_many)?;
    let proven = desk.identity.authenticate(token).await.map_err(|error| match error {
        AuthenticateError::InvalidToken | AuthenticateError::ExpiredToken => refused("Invalid token"),
        AuthenticateError::Store(error) => Refusal::unavailable("Token cannot be checked", &error),
    })?;
    let (network, device) = (network_of(req, &deps.settings), device_of(req, &deps.settings));
    limits::take_from_user(deps, proven.user.id, network, RateClass::User).await.map_err(Refusal::too_many)?;
    desk.identity.note_use(&proven, || device.address.clone());
    Ok(Asker { user: proven.user, session_id: proven.claims.session_id, address: device.address, network })
}

/// The bearer token.
pub(super) fn bearer(req: &HttpRequest) -> Result<&str, Refusal> {
    match authorization_of(req.headers()) {
        Authorization::Absent => Err(refused("Authorization header required")),
        Authorization::Unreadable => Err(refused("Invalid token")),
        Authorization::Bearer("") | Authorization::Other => Err(refused("Bearer token required")),
        Authorization::Bearer(token) => Ok(token),
    }
}

pub(super) const fn refused(error: &'static str) -> Refusal {
    Refusal::bare(StatusCode::UNAUTHORIZED, error)
}
