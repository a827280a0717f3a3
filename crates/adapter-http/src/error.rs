//! Every refusal of the API, as a problem (RFC 9457). Which domain error becomes which status and code
//! is said once, in [`status_map`].

mod status_map;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use rialto_edge::whole_seconds;
use rialto_wire::prices::AssetView;
use rialto_wire::problem::{FieldProblem, MEDIA_TYPE, Problem};

pub(crate) use status_map::{quote_code, send_refusal};

use crate::middleware::request_id;

type Detail = Cow<'static, str>;

/// A refusal: what the client is told, and what only the log is told.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: Detail,
    errors: Vec<FieldProblem>,
    candidates: Box<[AssetView]>,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Detail>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            candidates: Box::default(),
            retry_after: None,
            cause: None,
        }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn unauthorized(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    pub(crate) fn forbidden(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub(crate) fn not_found(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub(crate) fn conflict(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub(crate) fn unprocessable(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Something else failed, perhaps only for now.
    pub(crate) fn unavailable(code: &'static str, detail: impl Into<Detail>, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail) }
    }

    /// Too much for now: come back after `wait`.
    pub(crate) fn too_many(code: &'static str, detail: impl Into<Detail>, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail) }
    }

    /// A fault of this server. The cause is for the log alone.
    pub(crate) fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "the server failed; this was logged")
            .caused_by(cause)
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.errors = errors;
        self
    }

    /// Names the assets that may be meant.
    pub(crate) fn with_candidates(mut self, candidates: Vec<AssetView>) -> Self {
        self.candidates = candidates.into();
        self
    }

    /// Names the one field that is to blame.
    pub(crate) fn with_field(self, field: &str, code: &str) -> Self {
        let message = self.detail.to_string();
        self.with_errors(vec![FieldProblem { field: field.into(), code: code.into(), message }])
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// What went wrong inside, outermost first; `None` when nothing did.
    pub(crate) fn cause_chain(&self) -> Option<String> {
        let mut cause: &dyn StdError = self.cause.as_deref()?;
        let mut chain = cause.to_string();
        while let Some(deeper) = cause.source() {
            chain.push_str(": ");
            chain.push_str(&deeper.to_string());
            cause = deeper;
        }
        Some(chain)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let problem = Problem {
            type_uri: format!("/problems/{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.to_string(),
            code: self.code.to_owned(),
            errors: self.errors.clone(),
            candidates: self.candidates.to_vec(),
            request_id: request_id::current(),
        };
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, whole_seconds(wait)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).json(problem)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use rialto_kernel::StoreError;

    use super::*;

    async fn problem_of(error: ApiError) -> (HttpResponse, serde_json::Value) {
        let (parts, body) = error.error_response().into_parts();
        let problem = serde_json::from_slice(&to_bytes(body).await.unwrap()).unwrap();
        (parts.set_body(actix_web::body::BoxBody::new(())), problem)
    }

    #[actix_web::test]
    async fn a_refusal_is_a_problem_with_a_stable_code() {
        let (response, problem) =
            problem_of(ApiError::conflict("name_taken", "taken").with_field("name", "taken")).await;
        assert_eq!(response.headers().get("content-type").unwrap(), MEDIA_TYPE);
        assert_eq!(
            problem,
            serde_json::json!({
                "type": "/problems/name_taken", "title": "Conflict", "status": 409, "detail": "taken",
                "code": "name_taken", "request_id": "",
                "errors": [{"field": "name", "code": "taken", "message": "taken"}],
            })
        );
    }

    #[actix_web::test]
    async fn the_cause_is_for_the_log_and_never_for_the_client() {
        let error = ApiError::from(StoreError::unavailable("password=hunter2 at 10.0.0.1"));
        assert_eq!(error.cause_chain().unwrap(), "the store is unavailable: password=hunter2 at 10.0.0.1");
        let (response, problem) = problem_of(error).await;
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers().get("retry-after").unwrap(), "1");
        assert_eq!(problem["code"], "store_unavailable");
        assert!(!problem.to_string().contains("hunter2"));
    }

    #[test]
    fn waiting_times_are_rounded_up() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1_200)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(3)), 3);
    }
}
