//! Who runs the server.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use rialto_identity::Operator;

use crate::auth::Authenticated;
use crate::device::CallerDevice;
use crate::error::ApiError;

/// An admin who asks, and what they ask for: input that is looked at only once it is known that they may.
#[derive(Debug)]
pub(crate) struct ByAdmin<E> {
    /// Who asks.
    pub(crate) operator: Operator,
    /// For what.
    pub(crate) input: E,
}

impl<E> FromRequest for ByAdmin<E>
where
    E: FromRequest + 'static,
    E::Error: Into<actix_web::Error>,
{
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let caller = Authenticated::extract(&req).await?;
            let CallerDevice(device) = CallerDevice::extract(&req).await?;
            let operator = Operator::admin(&caller.user, caller.session_id, device.address)
                .ok_or_else(|| ApiError::forbidden("not_allowed", "only an admin of this server may do this"))?;
            let input = E::from_request(&req, &mut payload).await.map_err(Into::into)?;
            Ok(Self { operator, input })
        })
    }
}
