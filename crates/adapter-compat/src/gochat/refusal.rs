//! What every refusal looks like: `{success,error,message,request_id}`.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use rialto_kernel::StoreError;
use serde_json::json;

/// Where the name of the exchange is; the edge puts it there.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why something was not done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
pub(super) struct Refusal {
    status: StatusCode,
    text: Cow<'static, str>,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into(), retry_after: None }
    }

    pub fn bad(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub fn unauthorized(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, text)
    }

    pub fn forbidden(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }

    pub fn not_found(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }

    /// Too often; in these words alone.
    pub fn too_often(wait: Duration) -> Self {
        let text = "Rate limit exceeded. Please try again later.";
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    /// What went wrong is written down, not told.
    pub fn fault(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    /// The task that did it broke off.
    pub fn broken_off() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    fn answer(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
            let error = "Too Many Requests";
            return response.json(json!({ "success": false, "error": error, "message": self.text }));
        }
        response.json(json!({
            "success": false,
            "error": self.text,
            "message": self.text,
            "request_id": request_id,
        }))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::fault(&error)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.answer("")
    }
}

/// Puts whatever was refused, by a route or before one was reached, into the words of this surface. A middleware.
pub(super) async fn put_into_words<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let id = request_id(req.headers());
    let res = next.call(req).await?;
    let Some(error) = res.response().error() else { return Ok(res.map_into_left_body()) };
    let refusal = error.as_error::<Refusal>().cloned().unwrap_or_else(|| {
        let status = error.as_response_error().status_code();
        Refusal::new(status, status.canonical_reason().unwrap_or("Error"))
    });
    Ok(res.into_response(refusal.answer(&id)).map_into_right_body())
}

fn request_id(headers: &HeaderMap) -> String {
    headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned()
}
