use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use rialto_identity::RetryKey;

use crate::error::ApiError;

/// The header `Idempotency-Key` of a refresh.
#[derive(Debug)]
pub(crate) struct RetryKeyHeader(pub(super) Option<RetryKey>);

impl FromRequest for RetryKeyHeader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = req.headers().get("idempotency-key").map(|key| {
            RetryKey::parse(&String::from_utf8_lossy(key.as_bytes())).map_err(|refusal| {
                ApiError::bad_request("invalid_header", refusal.message).with_field("Idempotency-Key", refusal.code)
            })
        });
        ready(key.transpose().map(Self))
    }
}
