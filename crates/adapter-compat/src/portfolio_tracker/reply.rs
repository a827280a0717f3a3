//! How answers are written: `{success, message, data?, error?}`, and `{error}` where somebody is not let in.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Envelope<'e, T> {
    success: bool,
    message: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'e str>,
}

/// What was asked for.
pub(super) fn with(status: StatusCode, message: &str, data: impl Serialize) -> HttpResponse {
    HttpResponse::build(status).json(Envelope { success: true, message, data: Some(data), error: None })
}

/// What was asked for is done, and there is nothing to show.
pub(super) fn done(message: &str) -> HttpResponse {
    HttpResponse::Ok().json(Envelope::<()> { success: true, message, data: None, error: None })
}

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    /// `None` in the form that says the error alone.
    message: Option<&'static str>,
    error: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// In the envelope.
    pub const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message: Some(message), error: None, retry_after: None }
    }

    /// `{error}` alone.
    pub const fn bare(status: StatusCode, error: &'static str) -> Self {
        Self { status, message: None, error: Some(Cow::Borrowed(error)), retry_after: None }
    }

    /// The store or the hasher does not answer; the log says why.
    pub fn unavailable(message: &'static str, cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "{message}");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).because("the server cannot answer now; try again later")
    }

    /// Somebody asks too often.
    pub fn too_many(wait: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests").because("wait before the next try").after(wait)
    }

    /// With this in `error`.
    pub fn because(self, error: impl Into<Cow<'static, str>>) -> Self {
        Self { error: Some(error.into()), ..self }
    }

    /// When to try again.
    pub fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.unwrap_or_default())
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.as_secs().max(1)));
        }
        let error = self.error.as_deref();
        match self.message {
            Some(message) => response.json(Envelope::<()> { success: false, message, data: None, error }),
            None => response.json(json!({ "error": error })),
        }
    }
}

impl Responder for Refusal {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.error_response()
    }
}
