//! JSON bodies, whatever the `Content-Type` says: clients of these servers were never asked for one.

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::deps::CompatDeps;

/// A body as it was sent; [`LooseJson::read`] tells what it says. It never fails to be extracted, so that each surface refuses in
/// its own words.
#[derive(Debug)]
pub(crate) struct LooseJson(Result<Vec<u8>, Unreadable>);

/// Why a body says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// There is too much of it.
    #[error("the body is larger than {max} bytes")]
    TooLarge {
        /// What is read.
        max: usize,
    },
    /// It broke off.
    #[error("the body broke off")]
    BrokenOff,
    /// It is not what is expected.
    #[error("{0}")]
    Malformed(String),
}

impl LooseJson {
    /// What the body says. Members that nobody knows are left aside, as those servers did.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        let bytes = self.0.as_ref().map_err(Clone::clone)?;
        serde_json::from_slice(bytes).map_err(|error| Unreadable::Malformed(error.to_string()))
    }
}

impl FromRequest for LooseJson {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let max = req.app_data::<web::Data<CompatDeps>>().map_or(0, |deps| deps.settings.max_body_bytes);
        let payload = payload.take();
        Box::pin(async move { Ok(Self(collect(payload, max).await)) })
    }
}

async fn collect(mut payload: Payload, max: usize) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => Unreadable::TooLarge { max },
            _ => Unreadable::BrokenOff,
        })?;
        if bytes.len() + chunk.len() > max {
            return Err(Unreadable::TooLarge { max });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
